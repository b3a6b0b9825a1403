"""Absence follow-up in the chat: typed messages open cards, buttons run use cases, and nothing happens without a press."""
