"""Picture URLs in, bytes out: fetching without opening a hole."""
