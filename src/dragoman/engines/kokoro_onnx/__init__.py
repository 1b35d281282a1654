"""Speech by Kokoro on ONNX Runtime."""
