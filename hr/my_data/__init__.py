"""What is stored about one person: shown, exported, erased."""
