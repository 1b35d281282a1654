"""The bodies of OpenAI's responses: requests read, answers written."""
