"""The eye: a film of any frame rate becomes points on one grid of times, the same for the same movement."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

from livemusic.errors import ModelError
from livemusic.inference.card import PictureSpec
from livemusic.inference.eye import Eye, PictureEncoder
from livemusic.inference.trial import check_model
from livemusic.latent.points import Points
from tests.inference.conftest import card_of, finish, graph

SPEC = {"width": 12, "height": 8, "rate": 25.0, "frames": 3, "spacing": 2, "dim": 2}
SPAN = 5


def make_encoder(folder: Path, change: Callable[[dict[str, Any]], None] | None = None) -> Path:
    """A model that tells how bright the oldest and the newest picture of a window are."""
    folder.mkdir()
    nodes = [
        helper.make_node("ReduceMean", ["window", "axes"], ["means"], keepdims=0),
        helper.make_node("Gather", ["means", "ends"], ["z"], axis=1),
    ]
    constants = {"axes": np.array([2, 3], np.int64), "ends": np.array([0, 2], np.int64)}
    digest = graph(folder / "encoder.onnx", nodes, constants, [("window", ["n", 3, 8, 12]), ("z", ["n", 2])])
    given = np.random.default_rng(1).random((4, 3, 8, 12)).astype(np.float32)
    golden = {"encoder_in": given, "encoder_out": given.mean(axis=(2, 3))[:, [0, 2]]}
    graphs = {"encoder": {"file": "encoder.onnx", "sha256": digest, "input": "window", "output": "z"}}
    return finish(folder, card_of(folder.name, "picture", dict(SPEC), graphs), golden, change)


@pytest.fixture
def encoder(tmp_path: Path) -> PictureEncoder:
    return PictureEncoder.open(make_encoder(tmp_path / "eye-1"))


def seen(encoder: PictureEncoder, times: np.ndarray) -> np.ndarray:
    """The path of a picture that grows brighter by 0.1 a second."""
    eye = Eye(encoder)
    points = Points.joined([eye.see(time, np.full((8, 12), 0.1 * time, np.float32)) for time in times])
    return np.column_stack([points.t, points.z])


def test_a_point_tells_its_newest_pictures_time(encoder: PictureEncoder) -> None:
    rows = seen(encoder, np.arange(20) / 25)
    np.testing.assert_allclose(rows[:, 0], np.arange(SPAN - 1, 20) / 25, atol=1e-6)
    np.testing.assert_allclose(rows[:, 2], 0.1 * rows[:, 0], atol=1e-6)
    np.testing.assert_allclose(rows[:, 1], 0.1 * (rows[:, 0] - 4 / 25), atol=1e-6)


@pytest.mark.parametrize("rate", [6, 24, 29.97, 50, 240])
def test_any_frame_rate_gives_the_same_path(encoder: PictureEncoder, rate: float) -> None:
    rows = seen(encoder, np.arange(0, 2, 1 / rate))
    wanted = seen(encoder, np.arange(50) / 25)[: len(rows)]
    assert len(rows) >= 50 - SPAN - 25 / rate
    np.testing.assert_allclose(rows, wanted, atol=1e-5)


def test_uneven_and_repeated_times_are_survived(encoder: PictureEncoder) -> None:
    times = np.sort(np.random.default_rng(0).uniform(0.013, 2, 60).repeat(2))
    rows = seen(encoder, times)
    assert rows[0, 0] == pytest.approx((np.ceil(times[0] * 25) + SPAN - 1) / 25)
    np.testing.assert_allclose(np.diff(rows[:, 0]), 1 / 25, atol=1e-5)
    np.testing.assert_allclose(rows[:, 2], 0.1 * rows[:, 0], atol=1e-5)


def test_before_the_first_window_there_is_no_point(encoder: PictureEncoder) -> None:
    assert seen(encoder, np.arange(SPAN - 1) / 25).shape == (0, 3)


def test_windows_must_fit(encoder: PictureEncoder) -> None:
    assert encoder.embed(np.zeros((5, 3, 8, 12))).shape == (5, 2)
    for shape in ((3, 8, 12), (1, 2, 8, 12), (1, 3, 12, 8)):
        with pytest.raises(ValueError, match="windows are"):
            encoder.embed(np.zeros(shape))


def test_a_card_says_what_it_sees(tmp_path: Path) -> None:
    assert check_model(make_encoder(tmp_path / "eye-1")).kind == "picture"
    assert PictureSpec(96, 54, 25.0, 4, 3, 24).span == 10
    with pytest.raises(ModelError, match="rate 0"):
        PictureEncoder.open(make_encoder(tmp_path / "eye-2", lambda card: card["spec"].update(rate=0)))
    with pytest.raises(ModelError, match="does not match its card"):
        PictureEncoder.open(make_encoder(tmp_path / "eye-3", lambda card: card["spec"].update(width=13)))
