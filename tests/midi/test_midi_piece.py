"""Piano pieces read from files: tempo, pedal, tracks, and what cannot be used."""

from pathlib import Path

import mido
import pytest

from livemusic.errors import MediaError
from livemusic.midi import piece as module
from livemusic.midi.files import write_pattern
from livemusic.midi.piece import read_piece
from livemusic.music.roll import BPM, TICKS_PER_SECOND
from livemusic.music.tempo import Meter

Message, Meta = mido.Message, mido.MetaMessage


def save(path: Path, *tracks: list[mido.Message], kind: int = 1, resolution: int = 480) -> Path:
    file = mido.MidiFile(type=kind, ticks_per_beat=resolution)
    file.tracks.extend(mido.MidiTrack(track) for track in tracks)
    file.save(path)
    return path


def note(pitch: int, long: int, before: int = 0, channel: int = 0) -> list[mido.Message]:
    return [
        Message("note_on", note=pitch, velocity=80, time=before, channel=channel),
        Message("note_off", note=pitch, time=long, channel=channel),
    ]


def test_tempo_changes_and_tracks_become_seconds(tmp_path: Path) -> None:
    path = save(
        tmp_path / "Klavierstück ü.mid",
        [Meta("set_tempo", tempo=1_000_000), Meta("set_tempo", tempo=250_000, time=480)],
        [*note(60, 480), *note(62, 480)],
        note(40, 960, channel=1),
        note(36, 960, channel=9),
    )
    piece = read_piece(path)
    assert piece.name == "Klavierstück ü"
    assert [(one.tick, one.pitch, one.duration) for one in piece.notes] == [
        (0, 40, TICKS_PER_SECOND * 5 // 4),
        (0, 60, TICKS_PER_SECOND),
        (TICKS_PER_SECOND, 62, TICKS_PER_SECOND // 4),
    ]


def test_silence_before_the_first_note_is_left_out(tmp_path: Path) -> None:
    assert read_piece(save(tmp_path / "late.mid", note(60, 480, before=480 * 4000))).notes[0].tick == 0


@pytest.mark.parametrize(
    ("controls", "long"),
    [
        ([(123, 0, 480)], 480),
        ([(120, 0, 480)], 480),
        ([(127, 0, 480)], 480),
        ([(121, 0, 480)], 960),  # resets controllers, ends nothing
        ([(64, 127, 0), (123, 0, 480), (64, 0, 240)], 720),  # the pedal holds on
        ([(64, 127, 0), (120, 0, 480), (64, 0, 240)], 480),
    ],
)
def test_all_notes_off_ends_them(tmp_path: Path, controls: list[tuple[int, int, int]], long: int) -> None:
    offs = [Message("control_change", control=control, value=value, time=time) for control, value, time in controls]
    left = 960 - sum(time for *_, time in controls)
    rows = [Message("note_on", note=60, velocity=80), *offs, Message("note_off", note=60, time=left)]
    (read,) = read_piece(save(tmp_path / "a.mid", rows)).notes
    assert read.duration == long * TICKS_PER_SECOND // 960


def test_drums_on_another_channel_are_no_piano_and_what_was_skipped_is_said(tmp_path: Path) -> None:
    drums = Message("sysex", data=b"\x41\x10\x42\x12\x40\x1b\x15\x01\x0f")
    path = save(tmp_path / "a.mid", [drums, *note(60, 480), *note(36, 480, channel=11)])
    path.write_bytes(path.read_bytes()[:-4])
    said: list[str] = []
    assert [one.pitch for one in read_piece(path, said.append).notes] == [60]
    assert "A track ends without its end mark; what is whole was read." in said


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    piece = read_piece(save(tmp_path / "a.mid", [*note(60, 481), *note(62, 37, before=11)], resolution=960))
    write_pattern(tmp_path / "b.mid", piece, BPM, Meter())
    assert read_piece(tmp_path / "b.mid").notes == piece.notes


def test_what_cannot_be_used_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.mid"
    broken.write_bytes(b"MThd\0\0\0\6\0\1\0\1\1\xe0MTrk\0\0\xff\xff")
    large = tmp_path / "large.mid"
    large.write_bytes(bytes(2 << 20))
    for path, said in (
        (tmp_path / "nowhere.mid", "Cannot read"),
        (tmp_path, "is not a file"),
        (broken, "has no piano notes"),
        (large, "larger than 1 MB"),
        (save(tmp_path / "empty.mid", []), "has no piano notes"),
        (save(tmp_path / "drums.mid", note(36, 9, channel=9)), "has no piano notes"),
        (save(tmp_path / "long.mid", [*note(60, 9), *note(60, 9, before=480 * 2 * 3600 * 4)]), "longer than 3 hours"),
    ):
        with pytest.raises(MediaError, match=said):
            read_piece(path)
    monkeypatch.setattr(module, "MAX_NOTES", 1)
    with pytest.raises(MediaError, match="1 is the most"):
        read_piece(save(tmp_path / "busy.mid", [*note(60, 9), *note(61, 9)]))
