"""Korean: numbers and signs to Hangul, Hangul to what is really said, that to phonemes."""
