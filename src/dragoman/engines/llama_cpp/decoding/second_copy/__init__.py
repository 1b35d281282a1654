"""A second copy of the model, for predictions and for the probabilities of a prompt."""
