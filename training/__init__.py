"""The training house: torch models made offline, measured honestly, exported to ONNX for the app."""
