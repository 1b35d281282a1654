"""Taking pictures in: from a URL that a stranger wrote to bytes that look like a picture."""
