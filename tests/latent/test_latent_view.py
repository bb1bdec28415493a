"""A view places points, and a layout makes a view: the same for the same song, true to it, turning without a jump."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.latent.layout import Taste, layout
from livemusic.latent.points import Points, brightness, quantised
from livemusic.latent.view import View

QUICK = Taste(steps=80)


def song(count: int = 420, loop: int = 60, bands: int = 12, dim: int = 6) -> Points:
    """A loop of `loop` points played over and over: a hill that goes round the bands, and with it round `z`."""
    turn = 2 * np.pi * np.arange(count) / loop
    where = bands * (0.5 + 0.4 * np.sin(turn))
    level = -20 - 3.0 * np.abs(np.arange(bands) - where[:, None]) - 2.0 * np.cos(turn)[:, None]
    mix = np.random.default_rng(0).normal(size=(3, dim))
    z = np.stack([np.sin(turn), np.cos(turn), 0.2 * np.sin(2 * turn)], 1) @ mix
    t = np.arange(count) / 43.07
    return Points(np.column_stack([t, np.full(count, -20.0), z]).astype(np.float32), quantised(level))


def a_view(knots: int = 4, every: int = 10) -> View:
    random = np.random.default_rng(1)
    origin, matrix = random.normal(size=5), random.normal(size=(3, 5))
    offsets = random.normal(size=(knots, 3))
    return View(origin.astype(np.float32), matrix.astype(np.float32), offsets.astype(np.float32), every)


def test_a_point_lies_on_the_projection_and_is_moved_by_what_belongs_to_its_moment() -> None:
    view, z = a_view(), np.ones((1, 5), np.float32)
    flat = view.place(z, None)
    np.testing.assert_allclose(flat, (z - view.origin) @ view.matrix.T, rtol=1e-5)
    np.testing.assert_allclose(view.place(z, 10) - flat, view.offsets[1:2], atol=1e-5)
    np.testing.assert_allclose(view.place(z, 15) - flat, (view.offsets[1:2] + view.offsets[2:3]) / 2, atol=1e-5)
    np.testing.assert_allclose(view.place(z, 30 + 43), flat, atol=1e-5)
    np.testing.assert_array_equal(view.projection.place(z, 10), flat)


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), max_size=6))
def test_pieces_are_placed_as_the_whole_is(cuts: list[int]) -> None:
    view, z = a_view(), np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    edges = [0, *sorted(cuts), 60]
    pieces = [view.place(z[a:b], a) for a, b in pairwise(edges)]
    np.testing.assert_allclose(np.concatenate(pieces), view.place(z), atol=1e-5)


def test_a_view_survives_the_wire_and_nothing_else_is_one() -> None:
    view = a_view()
    back = View.from_bytes(view.to_bytes())
    z = np.ones((70, 5), np.float32)
    np.testing.assert_array_equal(back.place(z), view.place(z))
    torn = bytearray(view.to_bytes())
    torn[40:80] = b"\xff" * 40
    for data in (b"", b"no view", bytes(torn), view.to_bytes()[:-30]):
        with pytest.raises(ValueError, match="view"):
            View.from_bytes(data)


def test_the_plain_view_shows_the_first_three_numbers() -> None:
    z = np.arange(10, dtype=np.float32).reshape(2, 5)
    np.testing.assert_array_equal(View.plain(5).place(z), z[:, :3])
    np.testing.assert_array_equal(View.plain(2).place(z[:, :2]), np.pad(z[:, :2], ((0, 0), (0, 1))))


def test_the_same_song_has_the_same_view() -> None:
    first, second = (layout(song(), QUICK) for _ in range(2))
    np.testing.assert_array_equal(first.place(song().z), second.place(song().z))


def test_a_loop_is_laid_out_as_a_loop() -> None:
    heard, told = song(), list[float]()
    view = layout(heard, QUICK, told=told.append)
    places = view.place(heard.z)
    radius = np.linalg.norm(places[60:] - places[60:].mean(axis=0), axis=1)
    assert np.linalg.norm(places[120:180] - places[180:240], axis=1).mean() < 0.1 * radius.mean()
    assert np.linalg.norm(places[120:150] - places[150:180], axis=1).mean() > radius.mean()
    assert told[0] == 0
    assert told[-1] == 1


def test_another_view_is_turned_to_the_one_before() -> None:
    heard = song()
    before = layout(Points(heard.rows[:300], heard.spectra[:300]), QUICK)
    after = layout(heard, QUICK, before)
    old, new = before.place(heard.z)[:300], after.place(heard.z)[:300]
    assert np.linalg.norm(old - new, axis=1).mean() < 0.35 * np.linalg.norm(old - old.mean(0), axis=1).mean()


def test_a_long_song_is_laid_out_by_some_of_its_moments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livemusic.latent.layout._KNOTS", 100)
    heard = song()
    view = layout(heard, QUICK)
    assert (view.every, len(view.offsets)) == (5, 84)
    assert np.isfinite(view.place(heard.z)).all()


def test_silence_and_one_sound_have_a_view_too() -> None:
    heard = song()
    for spectra in (np.zeros_like(heard.spectra), np.full_like(heard.spectra, 99)):
        still = Points(np.zeros_like(heard.rows), spectra)
        assert np.isfinite(layout(still, QUICK).place(still.z)).all()


def test_too_little_cannot_be_laid_out() -> None:
    with pytest.raises(ValueError, match="cannot be laid out"):
        layout(Points(song().rows[:3], song().spectra[:3]))
    with pytest.raises(ValueError, match="cannot be laid out"):
        layout(Points(song().rows, np.empty((420, 0), np.uint8)))


def test_spectra_are_seen_under_the_loudest_band_of_all() -> None:
    seen = brightness(quantised(np.array([[0.0, -30.0], [-60.0, -200.0]])))
    np.testing.assert_allclose(seen, [[1.0, 0.5], [0.0, 0.0]])
