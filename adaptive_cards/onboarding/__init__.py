"""The cards of onboarding."""
