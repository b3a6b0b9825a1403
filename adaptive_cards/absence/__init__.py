"""The cards of absence follow-up: one module a use, each function a card."""
