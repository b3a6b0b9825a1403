"""The only room that knows the Bot Framework SDK: activities come in as events and go out as messages."""
