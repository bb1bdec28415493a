"""MIDI messages, in words and strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.midi.message import checked, describe, note_name


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x99\x24\x64", "note on C1 kick 100"),
        (b"\x89\x26\x00", "note off D1 snare"),
        (b"\x90\x3c\x40", "note on C3 64, channel 1"),
        (b"\xb9\x7b\x00", "control all notes off 0"),
        (b"\xb0\x4a\x05", "control 74 5, channel 1"),
        (b"\xc1\x00", "program 1, channel 2"),
        (b"\xe0\x00\x40", "pitch bend 0, channel 1"),
        (b"\xe0\x00\x00", "pitch bend -8192, channel 1"),
        (b"\xf2\x10\x01", "song position 144"),
        (b"\xf8", "clock"),
        (b"\xf0\x7e\x01\xf7", "system exclusive, 4 bytes"),
        (b"\x90\x24", "unreadable 90 24"),
        (b"", "unreadable"),
    ],
)
def test_a_message_in_words(data: bytes, words: str) -> None:
    assert describe(data) == words


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"\x24\x64", "status"),
        (b"\x90\x24", "2 data bytes, not 1"),
        (b"\xf8\x00", "0 data bytes"),
        (b"\x90\x24\x80", "above 127"),
        (b"\xf4", "means nothing"),
        (b"\xf0\x01", "without its end"),
        (b"\xf0\xf0\xf7", "above 127"),
    ],
)
def test_what_is_no_message_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        checked(data)


@given(st.binary(max_size=6))
def test_any_bytes_can_be_shown(data: bytes) -> None:
    assert describe(data)


def test_middle_c() -> None:
    assert [note_name(pitch) for pitch in (0, 60, 61, 127)] == ["C-2", "C3", "C#3", "G8"]
