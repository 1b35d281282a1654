"""Spanish, as in Spain: numbers and signs to words, words to phonemes."""
