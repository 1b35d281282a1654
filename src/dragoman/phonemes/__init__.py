"""Text in, phonemes out: reading numbers, words and Hangul aloud."""
