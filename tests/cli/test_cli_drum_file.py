"""Clips given to commands: by which map they are read, what is said of them, and that notes end."""

from pathlib import Path

import mido
import pytest

from livemusic.cli import main
from livemusic.midi.files import read_pattern
from livemusic.session.drum_map import DrumMap, Lane
from livemusic.session.map_library import map_folder, write_map
from tests.midi.smf_bytes import BEAT, Hit, hits, meta, smf, tempo


def given(path: Path, notes: list[Hit], *rows: tuple[int, bytes], channel: int = 9) -> str:
    path.write_bytes(smf([(0, tempo(100)), *rows, *hits(sorted(notes), channel)]))
    return str(path)


def morphed(clip: str, *more: str) -> dict[int, int]:
    """How many hits of each note come back from the corner that a clip is put in."""
    out = Path(clip).with_name("out.mid")
    assert main(["morph", clip, clip, "--at", "0,0", "--out", str(out), *more]) == 0
    found: dict[int, int] = {}
    for note in read_pattern(out).pattern.notes:
        found[note.pitch] = found.get(note.pitch, 0) + 1
    return found


def test_what_is_left_out_and_mended_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = given(tmp_path / "a.mid", [*BEAT, (10, 87, 50), (500, 99, 60)], (0, meta(0x59)), (0, meta(0x51)))
    assert morphed(clip) == {36: 2, 38: 2, 42: 8, 43: 1}
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        f"livemusic: {clip}: A key signature that does not fit was skipped.",
        f"livemusic: {clip}: A tempo that does not fit was skipped.",
        f"livemusic: {clip}: 1 note left out: 1 of note 99.",
        f"livemusic: {clip}: The low tom plays the open surdo.",
    ]


def test_a_map_can_be_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = given(tmp_path / "a.mid", [(0, 36, 90), (480, 49, 80), (960, 42, 70)])
    assert morphed(clip) == {36: 1, 42: 1, 49: 1}
    assert morphed(clip, "--map", "addictive drums 2") == {36: 1, 38: 1, 42: 1}
    assert morphed(clip, "--map", "Addict") == {36: 1, 38: 1, 42: 1}
    capsys.readouterr()
    for name, said in (("Addictive Drums 9", "is no drum map"), ("drum", "could be several drum maps")):
        assert main(["morph", clip, clip, "--map", name, "--out", str(tmp_path / "o.mid")]) == 2
        complaint = capsys.readouterr().err
        assert said in complaint
        assert complaint.count("\n") == 1
        assert "“Addictive Drums 2”" in complaint


def test_a_map_of_ones_own_reads_first_and_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    map_folder().mkdir(parents=True)
    lanes = tuple(Lane(pitch, 0, (pitch,)) for pitch in (38, 36, 40, 42, 44, 46, 48, 50, 52))
    write_map(map_folder() / "mine.json", DrumMap("My pads", lanes))
    notes = [(0, 38, 90), (960, 38, 91), (480, 36, 80), *((tick, 40, 70) for tick in range(0, 1920, 240))]
    clip = given(tmp_path / "a.mid", notes)
    assert morphed(clip) == {36: 2, 38: 1, 42: 8}
    assert f"livemusic: {clip}: Read by the drum map My pads; --map names another.\n" in capsys.readouterr().err
    assert morphed(clip, "--map", "General MIDI") == {36: 1, 38: 8}  # two at once with others


@pytest.mark.parametrize("tool", ["morph", "drums denoise", "drums style", "drums interpolate"])
def test_what_says_it_is_a_bass_is_refused(tool: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = given(tmp_path / "a.mid", [(0, 36, 90), (480, 41, 80)], (0, b"\xc0\x21"), channel=0)
    out = [] if tool == "drums style" else ["--out", str(tmp_path / "o.mid")]
    assert main([*tool.split(), *([clip] if tool == "drums denoise" else [clip, clip]), *out]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"livemusic: {clip} has no drums: its program, 34, is a bass. ")
    assert said.count("\n") == 1


def test_taps_may_be_of_any_key(tmp_path: Path) -> None:
    clip = given(tmp_path / "a.mid", [(0, 60, 90), (480, 61, 80), (960, 72, 70)], (0, b"\xc0\x00"), channel=0)
    assert main(["drums", "tap", clip, "--out", str(tmp_path / "o.mid")]) == 0
    ticks = {note.tick // 960 for note in read_pattern(tmp_path / "o.mid").pattern.notes}
    assert ticks == {0, 1, 2}


def test_every_note_of_the_demo_ends(tmp_path: Path) -> None:
    assert main(["demo", "--seconds", "2.1", "--out", str(tmp_path)]) == 0
    track = mido.MidiFile(tmp_path / "demo.mid").tracks[0]
    kinds = [message.type for message in track]
    assert kinds.count("note_on") == kinds.count("note_off") > 5
