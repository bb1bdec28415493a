"""The judging of the spiral loss: every loss learns a small task, metrics are right, keys are read and scored."""

from pathlib import Path

import mido
import numpy as np
import pytest
import torch

from livemusic.dsp.tonality import ALBRECHT, KEYS, Key
from livemusic.errors import MediaError
from training.data.basslines import Heard, bass_line, titled
from training.evaluate.key import WAYS as KEY_WAYS
from training.evaluate.key import measure_keys, mirex
from training.evaluate.spiral import WAYS, circular, judge, random_targets, read, train, transposed, without_wrap
from training.evaluate.spiral_report import report


@pytest.fixture(scope="module")
def heard() -> Heard:
    """One note at a time, with a little of its octave and fifth."""
    rng = np.random.default_rng(0)
    place = rng.integers(10, 40, 1500)
    notes = rng.uniform(0, 0.05, (1500, 63))
    for up, share in ((0, 1.0), (12, 0.4), (19, 0.2)):
        notes[np.arange(1500), place + up] += share
    return Heard(notes.astype(np.float32), (place + 33).astype(np.float32))


def test_a_loss_of_the_circle_learns_where_the_number_fails(heard: Heard) -> None:
    errors = {
        name: judge(read(train(heard, WAYS[name], 1e-2, 0, 250), WAYS[name], heard.notes), heard.bass)
        for name in ("chord", "helix", "MSE, pitch class")
    }
    assert errors["chord"]["class error"] < 0.5
    assert errors["helix"]["class error"] < 0.5
    assert errors["MSE, pitch class"]["within 1 of the wrap"] > 2 * errors["chord"]["within 1 of the wrap"]
    assert errors["chord"]["octave right"] > 0.9


@pytest.mark.parametrize("name", WAYS)
def test_what_a_perfect_network_says_is_read_right(name: str) -> None:
    """The least of each loss over its four numbers is at the pitch itself."""
    pitch = torch.tensor([40.3, 48.0, 59.9, 71.0, 60.5])
    out = torch.tensor([[0.1, 0.2, 0.0, 0.1]]).repeat(5, 1).requires_grad_()
    optimiser = torch.optim.Adam([out], 0.05)
    for _ in range(600):
        loss = WAYS[name].loss(out, pitch).sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    found = WAYS[name].read(out.detach())
    assert torch.allclose(found, pitch, atol=0.25), found


def test_metrics_and_transposition(heard: Heard) -> None:
    true = np.array([59.0, 60.0, 65.0, 66.0], np.float32)
    score = judge(np.array([60.0, 60.0, 77.0, 66.2], np.float32), true)
    assert score["class error"] == pytest.approx(0.3, abs=1e-4)
    assert score["within 1 of the wrap"] == pytest.approx(0.5)
    assert score["elsewhere"] == pytest.approx(0.1, abs=1e-4)
    assert score["octave right"] == 0.75
    assert circular(np.array([11.0, -7.0], np.float32)).tolist() == [-1.0, 5.0]
    assert set((without_wrap(heard).bass % 12).tolist()) <= set(range(3, 10))
    torch.manual_seed(0)
    notes, pitch = torch.from_numpy(heard.notes), torch.from_numpy(heard.bass)
    moved, to = transposed(notes, pitch)
    assert (moved.argmax(1) + 33 == to).float().mean() > 0.95


def test_the_sources_experiment_learns_nothing() -> None:
    for loss, name, value in (("spiral", "spiral loss", 0.593), ("MSE", "MSE", 3.457)):
        found = random_targets(loss, steps=400)
        assert found[name] == pytest.approx(value, rel=0.03)
        assert found["angle error"] == pytest.approx(90, abs=2)


def test_keys_are_scored_as_by_mirex() -> None:
    c, a_minor = Key(0, "major"), Key(9, "minor")
    assert [mirex(found, c) for found in (c, Key(7, "major"), a_minor, Key(0, "minor"), Key(5, "major"), None)] == [
        1.0, 0.5, 0.3, 0.2, 0.0, 0.0,
    ]  # fmt: skip
    assert mirex(c, a_minor) == 0.3
    for key in KEYS:
        assert KEY_WAYS["Albrecht and Shanahan 2013"](np.roll(np.array(ALBRECHT[key.mode]), key.tonic)) == key


def written(path: Path, *pitches: int) -> Path:
    file = mido.MidiFile()
    track = mido.MidiTrack()
    file.tracks.append(track)
    for pitch in pitches:
        track.append(mido.Message("note_on", note=pitch, velocity=80))
        track.append(mido.Message("note_off", note=pitch, time=480))
    file.save(path)
    return path


def test_files_with_keys_in_their_titles(tmp_path: Path) -> None:
    scale = (60, 64, 67, 60, 65, 69, 60, 67, 71, 74, 67, 60, 64, 67, 72, 60)
    song = written(tmp_path / "Somebody_Sonata_in_C_major_K1_abcdefghijk_cut.mid", *scale)
    written(tmp_path / "Somebody_Sonata_in_E-flat_minor_K2_abcdefghijk_cut_mov_2.mid", *scale)
    written(tmp_path / "Somebody_Etude_Op10_abcdefghijk.mid", *scale)
    assert titled(tmp_path) == {song: Key(0, "major")}
    rows = measure_keys(tmp_path, 20.0)
    assert rows[-1]["way"].startswith("ours")
    assert rows[-1]["MIREX"] == 1.0
    line = bass_line([song], 2.0)
    assert line.notes.shape == (len(line.bass), 63)
    assert set(line.bass.tolist()) <= set(map(float, scale))


def test_no_data_is_said(tmp_path: Path) -> None:
    import argparse

    with pytest.raises(MediaError, match="--data"):
        report(argparse.Namespace(data=tmp_path, pictures=tmp_path, json=False))
