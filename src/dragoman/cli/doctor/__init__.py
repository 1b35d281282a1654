"""`dragoman doctor`: whether this machine can do it, and what to do where it cannot."""
