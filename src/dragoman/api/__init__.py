"""Routes: one file per endpoint. Knows the web framework, and no engine."""
