"""Text to phonemes in nine languages: numbers, signs and words as they are read aloud."""
