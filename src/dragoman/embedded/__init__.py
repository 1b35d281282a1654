"""The application inside a program of others: no port, the same requests, streams and cancels."""
