"""Dragoman: OpenAI's Audio and Chat endpoints on one's own machine."""

__version__ = "0.1.0"
