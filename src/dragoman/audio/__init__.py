"""Sound in, sound out: encoders, levels, subtitles."""
