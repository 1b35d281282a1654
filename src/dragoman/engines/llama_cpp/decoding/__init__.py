"""A decode loop of our own over libllama: batches, samples, masks, and keeps prefixes."""
