"""OpenAI's responses: requests read, answers written."""
