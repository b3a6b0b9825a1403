"""What a typed message about absence follow-up asks for: rules and word lists, without a model, without storage, without waiting."""
