"""Onboarding in the chat: what is typed and what is pressed."""
