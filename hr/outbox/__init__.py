"""Messages that Kompas sends by itself: each is a row before it is a message."""
