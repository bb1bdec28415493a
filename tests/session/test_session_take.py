import csv
import io
import json
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.errors import MediaError
from livemusic.latent.points import Points
from livemusic.latent.view import View
from livemusic.session.take import Take, read_take, write_take


def a_take(count: int = 5) -> Take:
    rows = (np.arange(count * 5).reshape(count, 5) / 7).astype(np.float32)
    view = View(np.ones(3, np.float32), 2 * np.eye(3, dtype=np.float32), np.zeros((0, 3), np.float32))
    spectra = np.arange(count * 4, dtype=np.int64).reshape(count, 4).astype(np.uint8)
    return Take(Points(rows, spectra), "embedder-1", view, section=(np.arange(count) // 2).astype(np.int32))


def saved(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize("points", [0, 1, 3000])
def test_a_take_survives_the_file(tmp_path: Path, points: int) -> None:
    path = tmp_path / "täke ♪"
    write_take(path, a_take(points))
    back, take = read_take(path), a_take(points)
    assert os.listdir(tmp_path) == [path.name]
    assert (back.model_id, len(back.points.rows)) == ("embedder-1", points)
    np.testing.assert_allclose(back.points.rows, take.points.rows, atol=2e-5)
    np.testing.assert_array_equal(back.points.spectra, take.points.spectra)
    np.testing.assert_array_equal(back.section, take.section)
    np.testing.assert_array_equal(back.places, take.places)


def test_the_file_is_plain_numpy(tmp_path: Path) -> None:
    take = a_take()
    write_take(tmp_path / "a.npz", take)
    with np.load(tmp_path / "a.npz") as file:
        shapes = {name: file[name].shape for name in file if name != "layout"}
        assert shapes == {
            "t": (5,), "level": (5,), "z": (5, 3), "view": (5, 3), "section": (5,), "spectra": (5, 4), "model_id": (),
        }  # fmt: skip
        assert file["t"].dtype == np.float64
        np.testing.assert_array_equal(file["view"], take.places)


def test_other_programs_read_it_as_a_table_or_as_lines_of_json(tmp_path: Path) -> None:
    take = a_take(3)
    write_take(tmp_path / "a.csv", take)
    write_take(tmp_path / "a.jsonl", take)
    with (tmp_path / "a.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert list(table[0]) == ["t", "level", "x", "y", "z", "section", "z1", "z2", "z3"]
    for index, (row, line) in enumerate(zip(table, lines, strict=True)):
        assert float(row["t"]) == pytest.approx(line["t"], rel=1e-5)
        assert line["t"] == pytest.approx(take.t[index])
        assert line["view"] == pytest.approx(take.places[index].tolist())
        assert [float(row[name]) for name in ("z1", "z2", "z3")] == pytest.approx(line["z"], rel=1e-5)
        assert int(row["section"]) == line["section"] == take.section[index]


def test_a_path_of_an_older_version_is_read(tmp_path: Path) -> None:
    z = np.arange(12.0).reshape(4, 3)
    (tmp_path / "old.npz").write_bytes(saved(t=np.arange(4.0), z=z, model_id=np.array("embedder-1")))
    take = read_take(tmp_path / "old.npz")
    np.testing.assert_array_equal(take.places, z)
    assert take.sections.tolist() == [-1] * 4


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
        assert read_take(path).points.z.shape[1] >= 1


def test_a_missing_take_and_a_forbidden_place_are_said_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="No such file"):
        read_take(tmp_path / "missing.npz")
    (tmp_path / "file").write_text("")
    with pytest.raises(MediaError, match="cannot be written"):
        write_take(tmp_path / "file" / "a.npz", a_take())
