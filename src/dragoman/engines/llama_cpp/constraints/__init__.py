"""The constraints of an answer: JSON schemas, patterns, grammars, writing systems."""
