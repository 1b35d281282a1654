"""Korean: numbers and signs to Hangul, Hangul to its pronunciation, that to phonemes."""
