"""Skills: what takes more than one engine, such as speech heard for a chat model, or translated."""
