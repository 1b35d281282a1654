"""Native decoders for bytes that users send, in a process that may die."""
