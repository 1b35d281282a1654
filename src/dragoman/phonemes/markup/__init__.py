"""Markup around words, which is not said: Markdown, HTML, SSML, pauses and the like."""
