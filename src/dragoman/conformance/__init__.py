"""Whether a server behaves as OpenAI's API does, by small checks that anyone runs against any."""
