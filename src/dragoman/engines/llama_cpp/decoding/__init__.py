"""Backends that decode: llama.cpp's server in the process, and a loop of our own over libllama."""
