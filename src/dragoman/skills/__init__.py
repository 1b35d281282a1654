"""What takes more than one engine: seeing, translating."""
