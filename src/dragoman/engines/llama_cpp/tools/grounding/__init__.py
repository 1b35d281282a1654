"""Whether the values of a call are what somebody mentioned, or an invention."""
