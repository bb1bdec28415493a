"""Numbers inside ONNX files: read and replaced, and refused where there are none."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest

from livemusic.inference.weights import weights_in, with_weights

Make = Callable[..., Path]


def test_atoms_are_replaced_and_nothing_else(tmp_path: Path, make_dictionary: Make) -> None:
    data = (make_dictionary(tmp_path / "drums-9") / "decoder.onnx").read_bytes()
    assert np.array_equal(weights_in(data, "atoms")[..., 0], np.eye(27))
    more = np.random.default_rng(0).random((300, 27, 5)).astype(np.float16)
    made = with_weights(data, "atoms", more)
    onnx.checker.check_model(made)
    assert np.array_equal(weights_in(made, "atoms"), more.astype(np.float32))
    held = onnx.load_from_string(made).graph
    assert np.array_equal(onnx.numpy_helper.to_array(held.initializer[0]), more)
    assert held.node == onnx.load_from_string(data).graph.node
    assert with_weights(made, "atoms", weights_in(data, "atoms")) == with_weights(data, "atoms", np.eye(27)[..., None])


@pytest.mark.parametrize("data", [b"", b"not a model", b"\x3a\xff", b"\x3a\x02\x2a\x00"])
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"it ends|it is no|it has|the graph"):
        weights_in(data, "atoms")
    with pytest.raises(ValueError, match=r"it ends|it is no|it has|the graph"):
        with_weights(data, "atoms", np.zeros((1, 27, 4)))
