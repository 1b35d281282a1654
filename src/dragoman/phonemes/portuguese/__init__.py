"""Portuguese, as in Brazil: numbers and signs to words, words to phonemes."""
