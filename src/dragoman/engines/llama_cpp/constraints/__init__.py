"""What an answer is held to: JSON schemas, patterns, grammars, writing systems."""
