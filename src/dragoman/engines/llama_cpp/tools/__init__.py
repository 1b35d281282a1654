"""Function calling: which calls are made, how they are written, read and checked."""
