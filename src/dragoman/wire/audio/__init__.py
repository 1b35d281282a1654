"""The bodies of `/v1/audio/…`: forms and JSON that are read, transcripts that are written."""
