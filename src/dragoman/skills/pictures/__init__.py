"""From what recognisers are sure of to sentences."""
