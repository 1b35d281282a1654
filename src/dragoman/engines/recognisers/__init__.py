"""Pictures turned into facts by small recognisers."""
