"""Files that are not quite to the letter: what is whole is played, and what was skipped is said."""

import struct
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livemusic.errors import MediaError
from livemusic.midi.files import read_pattern
from livemusic.midi.piece import read_piece
from livemusic.midi.smf import NoMusicError, parse_smf
from tests.midi.smf_bytes import BEAT, END, body, chunk, exclusive, folded, header, hits, meta, meter, smf, tempo

ROWS = [(0, tempo(96)), (0, meter(4)), *hits(BEAT)]
TRACK = body(ROWS)
TWO = header(1, 2) + chunk(body(ROWS[:2])) + chunk(body(hits(BEAT)))
WHOLE = smf(ROWS)
MAC = b"\0\x04loop".ljust(65, b"\0") + b"MIDI".ljust(63, b"\0")


def riff(*parts: tuple[bytes, bytes], size: int | None = None) -> bytes:
    inside = b"RMID" + b"".join(
        tag + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for tag, data in parts
    )
    return b"RIFF" + struct.pack("<I", len(inside) if size is None else size) + inside


def running(rows: list[tuple[int, bytes]], between: bytes) -> bytes:
    """The strikes alone in running status, with `between` before the second of them."""
    out, now = b"", 0
    strikes = [(tick, data) for tick, data in rows if data[0] == 0x99]
    for index, (tick, data) in enumerate(strikes):
        out += bytes((0,)) + between if index == 1 else b""
        delta = tick - now
        out += (bytes((delta >> 7 | 0x80, delta & 0x7F)) if delta > 127 else bytes((delta,))) + (
            data if index == 0 else data[1:]
        )
        now = tick
    return header() + chunk(out + bytes((0x81, 0x70)) + END)


#: What a file is, its bytes, and what must be said of it ("" is nothing).
WHOLE_IN_PARTS = [
    ("as it should be", WHOLE, ""),
    ("track name that is no text", smf([*ROWS, (0, meta(3, b"\xff\xfe\x80"))]), ""),
    ("key of 9 flats", smf([*ROWS, (0, meta(0x59, b"\xf7\0"))]), "A key signature that does not fit was skipped."),
    ("key of mode 3", smf([*ROWS, (0, meta(0x59, b"\0\3"))]), "A key signature that does not fit was skipped."),
    ("key of one byte", smf([*ROWS, (0, meta(0x59, b"\0"))]), "A key signature that does not fit was skipped."),
    ("two bad keys", smf([*ROWS, (0, meta(0x59)), (9, meta(0x59))]), "2 key signatures that do not fit were skipped."),
    ("offset of one byte", smf([*ROWS, (0, meta(0x54, b"\1"))]), "A SMPTE offset that does not fit was skipped."),
    ("sequence number empty", smf([(0, meta(0)), *ROWS]), ""),
    ("unknown meta", smf([*ROWS, (3, meta(0x60, b"abc")), (4, meta(0x0A))]), ""),
    ("tempo of one byte", smf([*ROWS, (100, meta(0x51, b"\7"))]), "A tempo that does not fit was skipped."),
    ("tempo of no time", smf([*ROWS, (100, meta(0x51, b"\0\0\0"))]), "A tempo that does not fit was skipped."),
    ("tempo of four bytes", smf([(0, meta(0x51, b"\x09\x89\x68\0")), *ROWS[1:]]), ""),
    ("meter of no beats", smf([*ROWS, (0, meter(0))]), "A meter that does not fit was skipped."),
    ("meter of one byte", smf([*ROWS, (0, meta(0x58, b"\3"))]), "A meter that does not fit was skipped."),
    ("meter of units beyond count", smf([*ROWS, (0, meter(4, 200))]), "A meter that does not fit was skipped."),
    ("part of another kind after it", WHOLE + chunk(b"xy", b"XMF_"), "(XMF_) was skipped"),
    (
        "parts of another kind around",
        header() + chunk(b"", b"abcd") + chunk(TRACK) + chunk(b"1", b"efgh"),
        "2 parts of it",
    ),
    ("zeros after it", WHOLE + b"\0" * 77, ""),
    ("text after it", WHOLE + b"made with care", "no music were skipped"),
    ("junk between tracks", TWO.replace(b"MTrk", b"\1\2\3MTrk"), "no music were skipped"),
    ("no tracks told of", header(1, 0) + chunk(TRACK), ""),
    ("65535 tracks told of", header(1, 65535) + chunk(TRACK), "65,534 tracks that it tells of are not in it."),
    ("type 0 with two tracks", TWO[:8] + b"\0\0" + TWO[10:], ""),
    ("type 7", WHOLE[:8] + b"\0\7" + WHOLE[10:], "Its type is 7"),
    ("header of 10 bytes", header(length=10) + b"abcd" + chunk(TRACK), ""),
    ("header told too short", header(length=2) + chunk(TRACK), "The length of its header is wrong."),
    ("header told too long", header(length=99) + chunk(TRACK), "The length of its header is wrong."),
    ("first track told too long", TWO[:18] + b"\0\0\0\x50" + TWO[22:], "The length of a track is wrong."),
    ("first track told endless", TWO[:18] + b"\xff\xff\xff\xff" + TWO[22:], "The length of a track is wrong."),
    ("first track told empty", TWO[:18] + b"\0\0\0\0" + TWO[22:], "The length of a track is wrong."),
    (
        "all tracks told empty",
        TWO.replace(TWO[18:22], b"\0" * 4).replace(chunk(body(hits(BEAT)))[4:8], b"\0" * 4),
        "2 tracks",
    ),
    ("padding after the end mark", header() + chunk(TRACK + b"\0\0\0\0"), ""),
    ("no end mark", header() + chunk(TRACK[:-3]), "without its end mark"),
    (
        "no end marks in two tracks",
        header(1, 2) + chunk(body(ROWS[:2], mark=b"")[:-2]) + chunk(body(hits(BEAT), mark=b"")[:-2]),
        "2 tracks end",
    ),
    ("nor length", header() + chunk(TRACK[:-3], length=0xFFFFFFFF), "without its end mark"),
    ("end mark cut", WHOLE[:-2], "breaks off"),
    ("note off cut", WHOLE[:-6], "breaks off"),
    ("undefined f5 and fd", smf([*ROWS, (7, b"\xf5"), (700, b"\xfd")]), "2 messages that no file should hold"),
    ("clock and active sensing", smf([*ROWS, (5, b"\xf8"), (6, b"\xfe"), (7, b"\xfa")]), "3 messages that no file"),
    ("song position", smf([*ROWS, (240, b"\xf2\x10\x00"), (250, b"\xf3\x01"), (260, b"\xf6")]), "3 messages"),
    ("velocity above 127", smf([*ROWS, (1800, b"\xb9\x07\xc8")]), "A value above 127"),
    ("note above 127", smf([*ROWS, (1800, b"\x99\xa0\x40")]), "A message with a number above 127 was skipped."),
    ("data before any status", header() + chunk(b"\0\x24" + TRACK), "before the first message"),
    ("running status across a meta", running(ROWS, meta(1, b"verse")), ""),
    ("running status across exclusive", running(ROWS, exclusive(b"\x7e\x7f\x09\x01\xf7")), ""),
    ("running status across f4", running(ROWS, b"\xf4"), "(f4) was skipped"),
    ("exclusive in packets", smf([*ROWS, (0, b"\xf0\3\x43\x12\0"), (5, b"\xf7\2\1\xf7")]), ""),
    ("exclusive without a length", smf([*ROWS, (1900, b"\xf0\x7f\x7f\4\1\x7f\xf7")]), "without its length"),
    ("MacBinary", MAC + WHOLE, "128 bytes before its header were skipped."),
    ("RIFF", riff((b"data", WHOLE)), ""),
    ("RIFF with more", riff((b"DISP", b"\1\0\0\0a"), (b"data", WHOLE), (b"LIST", b"INFOINAM\4\0\0\0abcd")), ""),
    ("RIFF of no size", riff((b"data", WHOLE), size=0), ""),
    ("RIFF with sounds", riff((b"data", WHOLE), (b"RIFF", b"DLS MTrk\0\0\0\4abcd")), ""),
]


@pytest.mark.parametrize(("data", "said"), [row[1:] for row in WHOLE_IN_PARTS], ids=[row[0] for row in WHOLE_IN_PARTS])
def test_what_is_whole_is_played_and_what_was_skipped_is_said(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.mid").write_bytes(data)
    loop = read_pattern(tmp_path / "a.mid")
    assert sorted((note.tick, note.pitch, note.velocity) for note in loop.pattern.notes) == folded(BEAT)
    assert loop.pattern.length == 3840
    assert said in " ".join(loop.remarks)
    assert bool(loop.remarks) == bool(said)
    assert "Error" not in " ".join(loop.remarks)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"RIFF\0\0\0\0WAVEfmt ", "is no MIDI file"),
        (b"MTrk" + WHOLE[18:], "is no MIDI file"),
        (WHOLE[:12], "breaks off in its header"),
        (header(division=0) + chunk(TRACK), "a beat has no ticks"),
        (header(division=0xE700 | 40)[:12] + b"\xb0\x28" + chunk(TRACK), "frames of no known rate"),
    ],
)
def test_where_there_is_no_music_it_is_said_in_one_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.mid").write_bytes(data)
    for read in (read_pattern, read_piece):
        with pytest.raises(MediaError, match=said):
            read(tmp_path / "a.mid")


@pytest.mark.parametrize(("frames", "parts"), [(24, 80), (25, 40), (30, 100)])
def test_frames_become_beats_at_the_tempo_told(frames: int, parts: int) -> None:
    second = frames * parts
    data = header(division=(256 - frames) << 8 | parts) + chunk(
        body([(0, tempo(90)), *hits([(second, 36, 100)])], None)
    )
    parsed = parse_smf(data)
    assert parsed.resolution == Fraction(second * 2, 3) + Fraction(
        second * (round(60e6 / 90) * 3 - 2_000_000), 3_000_000
    )
    assert "SMPTE frames" in parsed.remarks[0]
    assert "90 bpm" in parsed.remarks[0]


def test_of_pieces_that_are_independent_the_first_is_read(tmp_path: Path) -> None:
    two = [chunk(body(hits([(0, pitch, 90)], channel))) for pitch, channel in ((60, 0), (64, 0))]
    (tmp_path / "a.mid").write_bytes(header(2, 3) + chunk(body([])) + b"".join(two))
    said: list[str] = []
    assert [note.pitch for note in read_piece(tmp_path / "a.mid", said.append).notes] == [60]
    assert said == ["Of its 2 pieces the first was read."]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(TWO) - 1), st.binary(max_size=6), st.integers(0, 6)), min_size=1, max_size=9)
)
def test_whatever_is_changed_tracks_come_out_in_order_or_there_are_none(changes: list[tuple[int, bytes, int]]) -> None:
    data = bytearray(TWO)
    for place, put, taken in changes:
        data[place : place + taken] = put
    try:
        parsed = parse_smf(bytes(data))
    except NoMusicError:
        return
    for track in parsed.tracks:
        ticks = [tick for tick, _ in track]
        assert ticks == sorted(ticks)
        assert track[-1][1] == b"\xff\x2f"
        assert all(max(message[1:]) < 128 for _, message in track if message[0] < 0xF0)
    assert all((remark[0].isupper() or remark[0].isdigit()) and remark.endswith(".") for remark in parsed.remarks)
