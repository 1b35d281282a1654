"""OpenAI's words: bodies as pydantic models, and pure translation to and from the domain."""
