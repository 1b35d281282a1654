"""How OpenAI says it: pydantic models, and pure translation to and from the domain."""
