"""One file a feature: a typed event comes in, a use case runs, a message or a card goes out."""
