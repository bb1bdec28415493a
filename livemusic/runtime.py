"""ONNX Runtime, kept from reporting to its makers: whoever runs a model imports it from here and nowhere else.

From 1.29 on it makes a device id and a queue of reports in the user's cache folder when the first model is opened, and
looks for a host to send them to. On Linux and macOS only the environment, as it is when the library is loaded, stops
all of that. So this is set here, before; child processes inherit it.
"""

import os
import sys

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime

if sys.platform == "win32":
    onnxruntime.disable_telemetry_events()

__all__ = ["onnxruntime"]
