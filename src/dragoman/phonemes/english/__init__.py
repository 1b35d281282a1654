"""English, American and British: numbers and signs to words, words to phonemes."""
