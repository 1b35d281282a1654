"""Conversions of other people's weights to ONNX, by code of ours; none of theirs is run."""
