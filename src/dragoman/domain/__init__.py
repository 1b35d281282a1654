"""What Dragoman does, in plain Python: requests, events, engines and errors.

Imports only the standard library.
"""
