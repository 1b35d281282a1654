"""The weights of models: where they come from, how they are checked, where they are stored."""
