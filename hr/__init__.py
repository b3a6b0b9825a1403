"""The HR core: people and their roles, where they can be reached, what they thought of answers, and the storage of it."""
