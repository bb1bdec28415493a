"""The table of fills: small, credited, and what stands best for the fills that drummers played."""

import json
from pathlib import Path

import mido
import numpy as np

from livemusic.inference.fills import open_fills
from livemusic.inference.folders import model_folders
from livemusic.music.grid import Grid
from livemusic.music.kit import Voice
from training.__main__ import main
from training.fills import read_fills, spread

HEAD = "drummer,session,id,style,bpm,beat_type,time_signature,midi_filename,audio_filename,duration,split\n"


def take(folder: Path, name: str, notes: int, kind: str = "fill", split: str = "train", meter: str = "4-4") -> str:
    """A take of so many sixteenths on the snare, and its line of the list."""
    track = mido.MidiTrack()
    for place in range(notes):
        wait = 0 if place == 0 else 60
        track.append(mido.Message("note_on", channel=9, note=38, velocity=60 + place, time=wait))
        track.append(mido.Message("note_off", channel=9, note=38, time=60))
    midi = mido.MidiFile(ticks_per_beat=480)
    midi.tracks.append(track)
    midi.save(folder / f"{name}.mid")
    return f"d,d/s,{name},rock,100,{kind},{meter},{name}.mid,,2,{split}\n"


def test_the_table_that_ships_is_small_and_says_whose_it_is() -> None:
    path = model_folders()[-1] / "fills.json"
    assert path.stat().st_size < 10_000
    table = json.loads(path.read_text())
    assert table["licence"] == "CC BY 4.0"
    assert "Gillick" in table["credit"]
    fills = open_fills()
    assert len(fills) == len({fill.to_bytes() for fill in fills}) >= 20
    drums = [Voice.SNARE, Voice.LOW_TOM, Voice.MID_TOM, Voice.HIGH_TOM]
    assert all(fill.hits[:, drums].sum() >= fill.hits.sum() / 2 and fill.hits[-4:].any() for fill in fills)


def test_only_fills_of_the_training_split_of_one_bar_are_taken(tmp_path: Path) -> None:
    rows = [
        take(tmp_path, "good", 16),
        take(tmp_path, "beat", 16, kind="beat"),
        take(tmp_path, "test", 16, split="test"),
        take(tmp_path, "waltz", 12, meter="3-4"),
        take(tmp_path, "long", 20),
    ]
    (tmp_path / "info.csv").write_text(HEAD + "".join(rows))
    (found,) = read_fills(tmp_path)
    assert (found.name, found.steps, found.count) == ("good", 16, 16)


def test_the_command_writes_what_is_read_again(tmp_path: Path) -> None:
    rows = [take(tmp_path, f"take {notes}", notes) for notes in range(14, 17)]
    (tmp_path / "info.csv").write_text(HEAD + "".join(rows))
    out = tmp_path / "fills.json"
    assert main(["fills", "--data", str(tmp_path), "--out", str(out)]) == 0
    assert sorted(fill.count for fill in open_fills(out)) == [14, 15, 16]


def test_of_fills_that_are_nearly_the_same_one_stands_for_all() -> None:
    def fill(*steps: int) -> Grid:
        return Grid.of([(step, Voice.SNARE, 100, 0) for step in steps], 16)

    rolls = [fill(*range(start, start + 8)) for start in (0, 0, 1)]
    odd = fill(0, 3, 6, 9, 11, 12, 14, 15)
    taken = spread([*rolls, odd], 1, 2)
    assert len(taken) == 2
    assert any(np.array_equal(one.hits, odd.hits) for one in taken)
