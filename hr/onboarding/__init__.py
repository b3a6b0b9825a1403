"""Onboarding: a newcomer's plan, whom each item asks, and the common events."""
