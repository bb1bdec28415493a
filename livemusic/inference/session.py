"""Opens one graph of a model, and trusts it only after it has computed what it should."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from livemusic.errors import ModelError
from livemusic.inference.card import ModelCard

Array = npt.NDArray[np.float32]
TOLERANCE = 1e-4


class GraphSession:
    """`run(input) -> output`, float32 both. One thread of its own, no spinning, warmed up. Thread: one at a time."""

    def __init__(self, card: ModelCard, name: str, folder: Path) -> None:
        """`ModelError` where the file is missing, changed, no ONNX, does not fit the card or miscomputes."""
        self._graph = card.graphs[name]
        path = folder / self._graph.file
        self._where = f"{card.id}: {self._graph.file}"
        try:
            data = path.read_bytes()
        except OSError as problem:
            raise ModelError(f"{self._where} cannot be read ({problem.strerror}). Import the model again.") from problem
        if sha256(data).hexdigest() != self._graph.sha256:
            raise ModelError(f"{self._where} is not the file its card speaks of (checksum). Import the model again.")
        self._session = self._open(data)
        inputs = [entry.name for entry in self._session.get_inputs()]
        outputs = [entry.name for entry in self._session.get_outputs()]
        if inputs != [self._graph.input] or self._graph.output not in outputs:
            raise ModelError(f"{self._where} takes {inputs} and gives {outputs}, not what its card says.")
        self._compare(name, folder / card.golden)

    def run(self, values: Array) -> Array:
        """The graph's output for `values`; `ModelError` where their shape does not fit."""
        try:
            output = self._session.run([self._graph.output], {self._graph.input: values})[0]
        except Exception as problem:  # ONNX Runtime raises classes of its own, without a common base
            raise ModelError(f"{self._where} cannot take {values.shape}: {problem}") from problem
        return np.asarray(output, np.float32)

    def _open(self, data: bytes) -> ort.InferenceSession:
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4
        try:
            return ort.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        except Exception as problem:  # as above
            raise ModelError(f"{self._where} is no ONNX graph that can be run: {problem}") from problem

    def _compare(self, name: str, golden: Path) -> None:
        """Compute the golden inputs again, which also warms the graph up."""
        try:
            with np.load(golden, allow_pickle=False) as kept:
                numbers: Mapping[str, Array] = {key: kept[f"{name}_{key}"] for key in ("in", "out")}
        except (OSError, ValueError, KeyError, BadZipFile, EOFError) as problem:
            raise ModelError(
                f"{self._where}: the golden numbers in {golden.name} cannot be read ({problem})."
            ) from problem
        got, expected = self.run(numbers["in"].astype(np.float32)), numbers["out"]
        if got.shape != expected.shape or not np.allclose(got, expected, rtol=TOLERANCE, atol=TOLERANCE):
            raise ModelError(f"{self._where} does not compute its golden numbers on this machine.")
