"""Speculative decoding beside llama.cpp's server: a second copy of the model, as its verifier."""
