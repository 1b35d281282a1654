"""Spanish, as in Spain."""
