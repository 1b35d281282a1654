"""Italian: numbers and signs to words, words to phonemes."""
