"""Two takes of a song are aligned: warped, cut, repeated, transposed, begun later, and told from other songs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.latent.alignment import align
from livemusic.latent.differences import compare
from livemusic.latent.track import BROAD_HZ, FINE_HZ, Track

_BANDS, _DIM = 6, 8


def _song(seed: int, seconds: float) -> Track:
    """Made-up music: hits at uneven moments, a chord every second or so, a point that wanders with them."""
    dice = np.random.default_rng(seed)
    rows, broad = round(seconds * FINE_HZ), round(seconds * BROAD_HZ) + 1
    onsets = np.zeros((rows, _BANDS), np.float32)
    hits = np.cumsum(dice.gamma(6, 0.05, 4 * round(seconds)))
    for at in hits[hits < seconds - 0.02]:
        onsets[round(at * FINE_HZ) : round(at * FINE_HZ) + 2, dice.integers(0, _BANDS, 2)] = dice.uniform(0.5, 1.2)
    changes = np.cumsum(dice.gamma(8, 0.12, 2 * round(seconds)))
    chords = np.searchsorted(changes, np.arange(broad) / BROAD_HZ)
    shapes = np.eye(12, dtype=np.float32)[dice.integers(0, 12, (chords[-1] + 1, 3))].sum(axis=1)
    chroma = shapes[chords] / np.linalg.norm(shapes[chords], axis=1, keepdims=True)
    z = dice.normal(size=(chords[-1] + 1, _DIM)).astype(np.float32)[chords]
    return Track(onsets, np.full(rows, -20, np.float32), chroma, z)


def _played(song: Track, at: np.ndarray) -> Track:
    """`song` as another plays it: row k of the new take is the moment `at[k]` (s) of the song, 100 a second."""
    fine = np.clip(np.round(at * FINE_HZ).astype(int), 0, len(song.onsets) - 1)
    fresh = np.diff(fine, prepend=fine[0] - 1) != 0
    steps = at[:: round(FINE_HZ / BROAD_HZ)]
    broad = np.clip(np.round(steps * BROAD_HZ).astype(int), 0, len(song.chroma) - 1)
    onsets = np.where(fresh[:, None], song.onsets[fine], 0).astype(np.float32)
    return Track(onsets, song.loudness[fine], song.chroma[broad], song.z[broad])


def _errors(a: np.ndarray, b: np.ndarray, at: np.ndarray) -> np.ndarray:
    """How far the pairs are from the truth, in seconds of the second take."""
    return np.abs(np.interp(a, at, np.arange(len(at)) / FINE_HZ) - b)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    seconds=st.floats(4, 40),
    paces=st.lists(st.floats(0.72, 1.38), min_size=1, max_size=5),
    lead=st.floats(0, 3),
)
def test_a_warped_copy_is_aligned_and_no_pair_goes_back_or_outside(
    seed: int, seconds: float, paces: list[float], lead: float
) -> None:
    song = _song(seed, seconds)
    curve = np.repeat(paces, -(-round(1.5 * seconds * FINE_HZ) // len(paces))) / FINE_HZ
    at = np.concatenate([[0.0], np.cumsum(curve)])
    at = at[at < seconds - 0.05]
    other = _played(song, at)
    silence = round(lead * BROAD_HZ) * round(FINE_HZ / BROAD_HZ)
    other = Track(
        np.pad(other.onsets, ((silence, 0), (0, 0))),
        np.concatenate([np.full(silence, -120, np.float32), other.loudness]),
        np.pad(other.chroma, ((silence // 10, 0), (0, 0))),
        np.pad(other.z, ((silence // 10, 0), (0, 0))),
    )
    found = align(song, other)
    assert (np.diff(found.a) >= 0).all()
    assert (np.diff(found.b) >= 0).all()
    assert found.a[0] >= 0
    assert found.b[0] >= 0
    assert found.a[-1] <= len(song.onsets) / FINE_HZ + 1e-9
    assert found.b[-1] <= len(other.onsets) / FINE_HZ + 1e-9
    assert np.median(_errors(found.a, found.b - silence / FINE_HZ, at)) < 0.025
    assert found.same


def test_a_left_out_and_a_repeated_section_are_told() -> None:
    song = _song(1, 60)
    at = np.arange(round(60 * FINE_HZ)) / FINE_HZ
    shorter = _played(song, np.concatenate([at[:2000], at[3200:]]))
    found = align(song, shorter)
    assert len(found.only_a) == 1
    assert found.only_a[0] == pytest.approx((20, 32), abs=0.6)
    assert found.only_b == ()
    assert found.to_b(50.0) == pytest.approx(38, abs=0.05)
    longer = align(shorter, song)
    assert longer.only_b[0] == pytest.approx((20, 32), abs=0.6)
    repeated = align(song, _played(song, np.concatenate([at[:3000], at[2000:]])))
    assert repeated.only_a == ()
    assert sum(end - begin for begin, end in repeated.only_b) == pytest.approx(10, abs=1.5)
    assert repeated.to_b(55.0) == pytest.approx(65, abs=0.05)


def test_another_key_is_told() -> None:
    song = _song(2, 30)
    for semitones in (-3, 0, 4):
        found = align(song, song.turned(-semitones))
        assert found.semitones == semitones
        assert np.abs(found.a - found.b).max() < 0.05


def test_another_song_is_not_the_same() -> None:
    assert not align(_song(3, 40), _song(4, 50)).same
    assert not align(_song(5, 40), _song(6, 8)).same
    assert align(_song(5, 40), _song(5, 40)).same


def test_the_same_take_twice_lies_on_the_diagonal() -> None:
    song = _song(7, 20)
    found = align(song, song)
    assert np.abs(found.a - found.b).max() < 0.03
    assert compare(song, song, found).spans == ()


def test_where_they_differ_is_told_with_words() -> None:
    song, other = _song(8, 40), _song(9, 40)
    chroma, loudness = song.chroma.copy(), song.loudness.copy()
    chroma[150:200] = other.chroma[150:200]
    loudness[3000:3500] -= 10
    second = Track(song.onsets, loudness, chroma, song.z)
    found = align(song, second)
    spans = compare(song, second, found).spans
    assert [span.words for span in spans] == ["other notes", "10 dB softer"]
    assert (spans[0].begin, spans[0].end) == pytest.approx((15, 20), abs=1)
    assert (spans[1].begin, spans[1].end) == pytest.approx((30, 35), abs=1)


def test_drums_alone_have_neither_notes_nor_a_path() -> None:
    song = _song(10, 30)
    bare = Track(song.onsets, song.loudness, np.zeros_like(song.chroma), np.zeros((len(song.z), 0), np.float32))
    at = np.arange(0, 29, 0.0125 * 0.9)
    found = align(bare, _played(bare, at))
    assert np.median(_errors(found.a, found.b, at)) < 0.025


def test_silence_cannot_be_aligned() -> None:
    song = _song(11, 5)
    silent = Track(song.onsets * 0, np.full(len(song.onsets), -120, np.float32), song.chroma * 0, song.z)
    with pytest.raises(ValueError, match="nothing sounds"):
        align(song, silent)
    with pytest.raises(ValueError, match="nothing sounds"):
        align(silent, song)
