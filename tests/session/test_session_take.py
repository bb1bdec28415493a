import io
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.errors import MediaError
from livemusic.latent.trajectory import Trajectory
from livemusic.session.take import read_take, write_take


def a_take(points: int = 5) -> Trajectory:
    take = Trajectory(3, "embedder-1")
    take.append(np.arange(points * 4).reshape(points, 4) / 7)
    return take


def saved(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize("points", [0, 1, 3000])
def test_a_take_survives_the_file(tmp_path: Path, points: int) -> None:
    path = tmp_path / "täke ♪"
    write_take(path, a_take(points))
    back = read_take(path)
    assert os.listdir(tmp_path) == [path.name]
    assert (back.model_id, back.dim, len(back)) == ("embedder-1", 3, points)
    np.testing.assert_array_equal(back.since(0), a_take(points).since(0))


def test_the_file_is_plain_numpy(tmp_path: Path) -> None:
    write_take(tmp_path / "a.npz", a_take())
    with np.load(tmp_path / "a.npz") as file:
        assert {name: file[name].shape for name in file} == {"t": (5,), "z": (5, 3), "model_id": ()}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF\0\0\0\0WAVE",
        b"PK\3\4 torn",
        saved(t=np.zeros(2)),
        saved(t=np.zeros(2), z=np.zeros((3, 3)), model_id=np.array("")),
        saved(t=np.zeros(2), z=np.zeros(2), model_id=np.array("")),
        saved(t=np.zeros(2), z=np.zeros((2, 0)), model_id=np.array("")),
        saved(t=np.array([1.0, 0.0]), z=np.zeros((2, 3)), model_id=np.array("")),
        saved(t=np.zeros(2), z=np.full((2, 3), np.nan), model_id=np.array("")),
        saved(t=np.zeros(2), z=np.full((2, 3), 1e300), model_id=np.array("")),
        saved(t=np.zeros(2), z=np.full((2, 3), "x"), model_id=np.array("")),
        saved(t=np.zeros(2), z=np.full((2, 3), {}, object), model_id=np.array("")),
    ],
)
def test_what_is_no_take_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "wrong.npz"
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"wrong\.npz: this is not a take"):
        read_take(path)


def test_a_lone_array_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "wrong.npy", np.zeros((3, 4)))
    with pytest.raises(MediaError, match="not a take"):
        read_take(tmp_path / "wrong.npy")


@settings(deadline=None)
@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4), st.booleans())
def test_damaged_takes_are_read_or_refused_never_worse(
    tmp_path_factory: pytest.TempPathFactory, at: int, noise: bytes, cut: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    data = bytearray(saved(t=np.arange(5.0), z=np.zeros((5, 3)), model_id=np.array("embedder-1")))
    at %= len(data)
    data[at : None if cut else at + len(noise)] = noise
    path.write_bytes(data)
    with suppress(MediaError):
        assert read_take(path).dim >= 1


def test_a_missing_take_and_a_forbidden_place_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="No such file"):
        read_take(tmp_path / "missing.npz")
    (tmp_path / "file").write_text("")
    with pytest.raises(MediaError, match="cannot be written"):
        write_take(tmp_path / "file" / "a.npz", a_take())
