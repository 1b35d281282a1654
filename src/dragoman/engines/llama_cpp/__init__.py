"""Chat on llama.cpp."""
