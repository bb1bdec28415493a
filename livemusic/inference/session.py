"""ONNX graphs, opened only if they are what their card says and compute what they did when they were trained."""

import hashlib
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from livemusic.errors import ModelError
from livemusic.inference.card import DrumSpec, ModelCard, PianoSpec, Shape, read_card
from livemusic.inference.reading import read_file, read_npz
from livemusic.runtime import onnxruntime

Array = npt.NDArray[np.float32]

#: How far a graph may be from the numbers it gave in training, absolutely and relatively.
TOLERANCE = 1e-4
#: How an ONNX file says that a node repeats others, for as long as its input likes, and that numbers are elsewhere.
_LOOPS = re.compile(rb"\x22\x04(Loop|Scan)")
_ELSEWHERE = b"\x0a\x08location\x12"


class OnnxGraph:
    """One graph, ready to run on the calling thread alone: no worker threads, no spinning. Thread: one at a time."""

    def __init__(self, session: onnxruntime.InferenceSession, source: str, target: str, schedule: str = "") -> None:
        self._session = session
        self._source = source
        self._target = target
        self._schedule = schedule

    def run(self, values: npt.ArrayLike, schedule: npt.ArrayLike = ()) -> Array:
        """One batch through the graph, float32 in and out; `schedule` for the second input of one that has it."""
        feed = {self._source: np.ascontiguousarray(values, np.float32)}
        if self._schedule:
            feed[self._schedule] = np.ascontiguousarray(schedule, np.float32)
        result: Array = self._session.run([self._target], feed)[0]
        return result


def graph_of(data: bytes, source: str, target: str, schedule: str = "") -> OnnxGraph:
    """An ONNX file that was looked at before, ready to run."""
    session = onnxruntime.InferenceSession(data, _options(), providers=["CPUExecutionProvider"])
    return OnnxGraph(session, source, target, schedule)


def open_model(folder: str | Path, kind: str = "") -> tuple[ModelCard, dict[str, OnnxGraph]]:
    """A model's card and all its graphs, checked against it and against the golden numbers, and warm.

    Those of dictionaries are for `open_autoencoder` and `Piano.open`. `ModelError` says what does not fit, also where
    the model is not of `kind`.
    """
    folder = Path(folder)
    card = read_card(folder)
    if kind and card.kind != kind:
        raise ModelError(f"Model {card.id!r} is of kind {card.kind!r}, not {kind!r}. Choose another.")
    if isinstance(card.spec, DrumSpec | PianoSpec):
        return card, {}
    graphs = {name: open_graph(card, name, folder) for name in card.spec.shapes()}
    golden = read_arrays(card, folder / card.golden)
    for name, graph in graphs.items():
        _compare(card, name, graph, golden)
    return card, graphs


def open_graph(card: ModelCard, name: str, folder: str | Path) -> OnnxGraph:
    """The graph `name` of the model in `folder`, if its checksum, names and sizes are the card's. `ModelError`."""
    return read_graph(card, name, folder)[0]


def read_graph(card: ModelCard, name: str, folder: str | Path) -> tuple[OnnxGraph, bytes]:
    """What `open_graph` opens, and its file. `ModelError`."""
    entry = card.graphs[name]
    path = Path(folder) / entry.file
    data = read_checked(card, path, entry.sha256)
    if loop := _LOOPS.search(data):
        raise ModelError(
            f"Model {card.id!r}: {path} holds a {loop[1].decode()}, which may never end. Export it without."
        )
    if _ELSEWHERE in data:
        raise ModelError(f"Model {card.id!r}: {path} keeps its numbers in another file. Export it in one.")
    try:
        session = onnxruntime.InferenceSession(data, _options(), providers=["CPUExecutionProvider"])
    except Exception as problem:  # ONNX Runtime has a dozen kinds and promises none
        raise ModelError(f"Model {card.id!r}: {path} cannot be opened ({_first_line(problem)}).") from problem
    expected = card.spec.shapes()[name]
    inputs = [(entry.input, expected[0]), *([(entry.schedule, (None,))] if entry.schedule else [])]
    for port, wanted in ((session.get_inputs(), inputs), (session.get_outputs(), [(entry.output, expected[1])])):
        found = [(value.name, value.type, value.shape) for value in port]
        if [part[:2] for part in found] != [(name, "tensor(float)") for name, _ in wanted] or not all(
            _fits(part[2], shape) for part, (_, shape) in zip(found, wanted, strict=True)
        ):
            raise ModelError(f"Model {card.id!r}: {path} does not match its card: it has {found}, the card {wanted}.")
    return OnnxGraph(session, entry.input, entry.output, entry.schedule), data


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    options.log_severity_level = 4
    return options


def _fits(found: list[object], wanted: Shape) -> bool:
    """Where the card names a size the graph has it, or leaves it open."""
    return len(found) == len(wanted) and all(
        size is None or not isinstance(actual, int) or actual == size
        for actual, size in zip(found, wanted, strict=True)
    )


def read_checked(card: ModelCard, path: Path, sha256: str) -> bytes:
    """What is in a file of the model, if it is the file its card names. `ModelError`."""
    try:
        data = read_file(path)
    except OSError as problem:
        raise ModelError(f"Model {card.id!r}: {path} cannot be read ({problem.strerror}). Get it again.") from problem
    if hashlib.sha256(data).hexdigest() != sha256.lower():
        raise ModelError(f"Model {card.id!r}: {path} is not the file its card names. Get the model again.")
    return data


def read_arrays(card: ModelCard, path: Path) -> dict[str, Array]:
    """The arrays of an archive of the model, as float32. `ModelError`."""
    try:
        return {name: np.asarray(values, np.float32) for name, values in read_npz(path).items()}
    except Exception as problem:  # a damaged archive fails in zipfile, zlib, numpy or here
        raise ModelError(
            f"Model {card.id!r}: {path} cannot be read ({_first_line(problem)}). Get it again."
        ) from problem


def _compare(card: ModelCard, name: str, graph: OnnxGraph, golden: dict[str, Array]) -> None:
    """Run what was run in training; this warms the graph up as well."""
    try:
        given, expected = golden[f"{name}_in"], golden[f"{name}_out"]
        actual = graph.run(given)
        for row in given[:2]:
            graph.run(row[None])
    except KeyError as problem:
        raise ModelError(f"Model {card.id!r}: {card.golden} has no {problem}. Get the model again.") from problem
    except Exception as problem:
        raise ModelError(f"Model {card.id!r}: its {name} does not run ({_first_line(problem)}).") from problem
    if actual.shape != expected.shape or not np.allclose(actual, expected, rtol=TOLERANCE, atol=TOLERANCE):
        raise ModelError(
            f"Model {card.id!r}: its {name} does not compute here what it did in training. "
            "Get the model again, or another version of onnxruntime."
        )


def _first_line(problem: Exception) -> str:
    text = str(problem).strip() or type(problem).__name__
    return text.splitlines()[0][:200].rstrip(".")
