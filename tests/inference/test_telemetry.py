"""Nobody is told that a model was opened: no device id, no queue of reports, whichever way it is opened."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
OPEN = "from {module} import onnxruntime\nimport sys\nonnxruntime.InferenceSession(sys.argv[1])\n"


@pytest.mark.parametrize(
    "words",
    [
        ("-m", "livemusic", "models", "check"),
        ("-c", OPEN.format(module="livemusic.inference.session"), "{graph}"),
        ("-c", OPEN.format(module="training.evaluate.graphs"), "{graph}"),
        ("-c", OPEN.format(module="training.evaluate.embedder"), "{graph}"),
    ],
    ids=["command line", "engine", "report", "training"],
)
def test_a_model_is_opened_and_nothing_is_written_down(tmp_path: Path, words: tuple[str, ...]) -> None:
    graph = str(next((HOUSE / "models").glob("*/encoder.onnx")))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ORT_", "XDG_"))}
    home = kept | {"HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path), "PYTHONPATH": str(HOUSE)}
    command = [sys.executable, *(word.format(graph=graph) if word == "{graph}" else word for word in words)]
    subprocess.run(command, env=home, check=True, capture_output=True, cwd=HOUSE)
    assert [str(path) for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_library_is_imported_in_one_place() -> None:
    importers = {
        path.relative_to(HOUSE).as_posix()
        for room in ("livemusic", "training", "tests")
        for path in (HOUSE / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Import) and any(alias.name.startswith("onnxruntime") for alias in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("onnxruntime"))
    }
    assert importers == {"livemusic/runtime.py"}
