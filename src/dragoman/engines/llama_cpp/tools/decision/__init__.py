"""Whether a call is made, and which one: short questions to the model, and rules about lists."""
