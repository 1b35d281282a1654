"""From other people's formats to ONNX: weights are read, nothing of theirs is executed."""
