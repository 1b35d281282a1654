"""Which weights, from where, checked how."""
