"""The edge to people: the HTTP endpoint for Teams, the handlers behind it, the command line and the local Teams client."""
