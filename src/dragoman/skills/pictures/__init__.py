"""Sentences from the facts that recognisers are sure of."""
