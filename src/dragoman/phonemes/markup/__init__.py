"""What is written around words and not said: Markdown, HTML, SSML, pauses and the like."""
