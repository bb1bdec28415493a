"""MIDI files: what is written comes back, what others write is understood, what is broken is said."""

import io
import os
from pathlib import Path

import mido
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livemusic.errors import MediaError
from livemusic.midi.files import read_pattern, read_strikes, write_events, write_pattern
from livemusic.music.event import note_off, note_on
from livemusic.music.pattern import Note, Pattern
from livemusic.music.tempo import Meter

METERS = st.sampled_from([Meter(), Meter(3, 4), Meter(7, 8), Meter(12, 8), Meter(5, 16), Meter(1, 2)])
in_a_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)


def saved(path: Path, *tracks: list[mido.Message], **fields: int) -> Path:
    mido.MidiFile(tracks=[mido.MidiTrack(track) for track in tracks], **fields).save(path)
    return path


def on(pitch: int, time: int = 0, channel: int = 9, velocity: int = 100) -> mido.Message:
    return mido.Message("note_on", note=pitch, time=time, channel=channel, velocity=velocity)


def off(pitch: int, time: int = 0, channel: int = 9) -> mido.Message:
    return mido.Message("note_off", note=pitch, time=time, channel=channel)


@st.composite
def loops(draw: st.DrawFn) -> tuple[Pattern, Meter]:
    """A pattern of whole bars in which every note ends before its next strike and inside the loop."""
    meter = draw(METERS)
    length = meter.bar * draw(st.integers(1, 4))
    notes = []
    for pitch in draw(st.lists(st.integers(0, 127), unique=True, max_size=4)):
        ticks = sorted(draw(st.sets(st.integers(0, length - 1), min_size=1, max_size=8)))
        for tick, limit in zip(ticks, [*ticks[1:], length], strict=True):
            duration = draw(st.integers(1, limit - tick))
            notes.append(Note(tick, pitch, draw(st.integers(1, 127)), duration, 9))
    return Pattern(tuple(notes), length), meter


@in_a_folder
@given(loops(), st.integers(20, 400), st.integers(1, 3))
def test_a_pattern_comes_back_as_it_was(tmp_path: Path, loop: tuple[Pattern, Meter], bpm: int, repeats: int) -> None:
    pattern, meter = loop
    path = tmp_path / "ein Übungs-Loop.mid"
    write_pattern(path, pattern, bpm, meter, repeats)
    back = read_strikes(path)
    assert back.pattern.length == repeats * pattern.length
    first = [note for note in back.pattern.notes if note.tick < pattern.length]
    assert tuple(first) == pattern.notes
    assert len(back.pattern.notes) == repeats * len(pattern.notes)
    assert back.pattern.name == "ein Übungs-Loop"
    assert back.bpm == pytest.approx(bpm, rel=1e-5)
    assert back.meter == meter


def test_a_file_of_another_resolution_keeps_its_positions(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.mid", [on(36, 96), off(36, 24), on(38, 72), off(38, 1)], ticks_per_beat=96)
    assert read_pattern(path).pattern.notes == (Note(960, 36, 100, 240, 9), Note(1920, 38, 100, 10, 9))


def test_tempo_and_meter_are_those_at_the_first_note(tmp_path: Path) -> None:
    conductor = [
        mido.MetaMessage("time_signature", numerator=6, denominator=8),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90)),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(140), time=96),
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(200), time=96 * 20),
    ]
    loop = read_pattern(saved(tmp_path / "a.mid", conductor, [on(36, 100), off(36, 10)], ticks_per_beat=96))
    assert (round(loop.bpm), loop.meter, loop.pattern.length) == (140, Meter(6, 8), 7 * Meter(6, 8).bar)


@pytest.mark.parametrize(
    ("tempo", "bpm", "said"),
    [
        (0, 120, "A tempo that does not fit was skipped."),
        (1, 400, "Its tempo of 6e+07 bpm is outside 20 to 400; it is played at 400 bpm."),
        (133_333, 400, "Its tempo of 450 bpm is outside 20 to 400; it is played at 400 bpm."),
        (16_777_215, 20, "Its tempo of 3.576 bpm is outside 20 to 400; it is played at 20 bpm."),
    ],
)
def test_a_tempo_that_cannot_be_played_is_said(tmp_path: Path, tempo: int, bpm: int, said: str) -> None:
    loop = read_pattern(saved(tmp_path / "a.mid", [mido.MetaMessage("set_tempo", tempo=tempo), on(36), off(36, 9)]))
    assert (loop.bpm, loop.remarks) == (bpm, (said,))


def test_a_tempo_that_changes_is_said(tmp_path: Path) -> None:
    tempi = [mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(bpm), time=960) for bpm in (100, 140)]
    loop = read_pattern(saved(tmp_path / "a.mid", [on(36, 960), off(36, 9)], tempi))
    assert round(loop.bpm) == 100
    assert loop.remarks == ("Its tempo changes between 100 and 140 bpm; a pattern has one, that of its first note.",)


def test_drums_are_channel_10_and_elsewhere_only_drum_pitches(tmp_path: Path) -> None:
    both = saved(tmp_path / "a.mid", [on(36), off(36, 9), on(38, 0, 2), off(38, 9, 2)])
    assert [note.pitch for note in read_pattern(both).pattern.notes] == [36]
    elsewhere = saved(tmp_path / "b.mid", [on(38, 0, 2), off(38, 9, 2), on(96, 0, 2), off(96, 9, 2)])
    loop = read_pattern(elsewhere)
    assert [(note.pitch, note.channel) for note in loop.pattern.notes] == [(38, 9)]
    assert (loop.others, loop.remarks) == (1, ("1 note left out: 1 of note 96.",))


@pytest.mark.parametrize(
    ("messages", "bars"),
    [
        ([], 1),
        ([on(36, 3839), off(36, 1)], 1),
        ([on(36, 3839), off(36, 100)], 1),  # a tail over the bar line makes no bar
        ([on(36, 3840), off(36, 1)], 2),
        ([on(36), off(36, 10), mido.MetaMessage("end_of_track", time=3 * 3840 - 10)], 3),  # silence put there
        ([on(36), off(36, 10), mido.MetaMessage("end_of_track", time=5000)], 1),  # nobody ends a loop there on purpose
        ([on(36, 3 * 3840), off(36, 10)], 4),  # silence before it stays
    ],
)
def test_length_is_whole_bars(tmp_path: Path, messages: list[mido.Message], bars: int) -> None:
    assert read_strikes(saved(tmp_path / "a.mid", messages, ticks_per_beat=960)).pattern.length == bars * 3840


@pytest.mark.parametrize(
    ("messages", "notes"),
    [
        ([on(36), on(36, 100), off(36, 50)], [(0, 100), (100, 50)]),  # struck again while it sounds
        ([on(36), on(36, 100), off(36, 0), off(36, 50)], [(0, 100), (100, 50)]),  # its end comes after the next strike
        ([on(36), off(36)], [(0, 1)]),
        ([on(36), on(36, 10, velocity=0)], [(0, 10)]),
        ([on(36, 840)], [(840, 3000)]),  # never ended
        ([off(36), on(36), off(36, 5)], [(0, 5)]),
        ([on(36, velocity=3), on(36, velocity=90), off(36, 7), off(36, 2)], [(0, 7)]),
    ],
)
def test_notes_are_paired_with_their_ends(tmp_path: Path, messages: list[mido.Message], notes: list[object]) -> None:
    pattern = read_pattern(saved(tmp_path / "a.mid", messages, ticks_per_beat=960)).pattern
    assert [(note.tick, note.duration) for note in pattern.notes] == notes


def test_of_independent_tracks_the_first_with_notes_is_taken(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.mid", [], [on(36), off(36, 9)], [on(38), off(38, 9)], type=2)
    assert [note.pitch for note in read_pattern(path).pattern.notes] == [36]


def test_running_status_is_understood(tmp_path: Path) -> None:
    body = bytes.fromhex("00 99 24 64 60 24 00 00 26 64 60 26 00 00 ff 2f 00")
    header = b"MThd" + bytes.fromhex("00000006 0000 0001 0060") + b"MTrk" + len(body).to_bytes(4, "big")
    (tmp_path / "a.mid").write_bytes(header + body)
    assert [note.tick for note in read_pattern(tmp_path / "a.mid").pattern.notes] == [0, 960]


def test_events_are_written_in_order_and_clock_is_left_out(tmp_path: Path) -> None:
    events = [(960, note_on(9, 36, 90)), (960, note_off(9, 36)), (-5, note_on(9, 36, 80)), (0, b"\xf8")]
    write_events(tmp_path / "a.mid", events, [(0, 120)], [(0, Meter())], end=4800)
    back = mido.MidiFile(tmp_path / "a.mid")
    notes = [(m.type, m.time) for m in back.tracks[0] if not m.is_meta]
    assert notes == [("note_on", 0), ("note_off", 960), ("note_on", 0), ("note_off", 3840)]
    assert sum(m.time for m in back.tracks[0]) == 4800


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    smpte = bytearray(saved(tmp_path / "smpte.mid", [on(36), off(36, 9)]).read_bytes())
    smpte[12:14] = b"\xe6\x28"
    (tmp_path / "smpte.mid").write_bytes(smpte)
    (tmp_path / "text.mid").write_text("no music")
    (tmp_path / "empty.mid").touch()
    far = saved(tmp_path / "far.mid", [on(36, 0xFFFFFFF), off(36, 1)], ticks_per_beat=1)
    for path, why in [
        (tmp_path / "missing.mid", "No such file"),
        (tmp_path, "not a file"),
        (tmp_path / "text.mid", "is no MIDI file"),
        (tmp_path / "empty.mid", "is empty"),
        (tmp_path / "smpte.mid", "SMPTE"),
        (far, "bars long"),
        (Path("/dev/zero"), "not a file"),
        (Path("a\0b.mid"), "null"),
    ]:
        with pytest.raises(MediaError, match=why):
            read_pattern(path)


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MediaError, match="Cannot write"):
        write_pattern(tmp_path / "file" / "a.mid", Pattern(), 120, Meter())
    with pytest.raises(MediaError, match="Cannot write"):
        write_pattern(tmp_path, Pattern(), 120, Meter())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def whole_file() -> bytes:
    buffer = io.BytesIO()
    tempo = mido.MetaMessage("set_tempo", tempo=500_000)
    meter = mido.MetaMessage("time_signature", numerator=3, denominator=4)
    key = mido.MetaMessage("key_signature", key="C")
    notes = [message for pitch in range(35, 60) for message in (on(pitch, 5), off(pitch, 30))]
    mido.MidiFile(tracks=[mido.MidiTrack([tempo, meter, key, *notes])]).save(file=buffer)
    return buffer.getvalue()


WHOLE = whole_file()


@in_a_folder
@given(
    st.binary(max_size=200)
    | st.binary(max_size=100).map(lambda tail: WHOLE[:22] + tail)
    | st.integers(0, len(WHOLE)).map(lambda end: WHOLE[:end])
    | st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6).map(
        lambda changes: bytes(dict(changes).get(index, byte) for index, byte in enumerate(WHOLE))
    )
)
def test_damage_is_answered_with_a_sentence_or_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.mid").write_bytes(data)
    try:
        loop = read_pattern(tmp_path / "a.mid")
    except MediaError:
        return
    assert loop.pattern.notes


def test_a_name_that_is_no_text_becomes_one(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff beat.mid")
    write_pattern(tmp_path / "beat.mid", Pattern.of([Note(0, 36, 100, 10, 9)], 3840), 120, Meter())
    (tmp_path / "beat.mid").rename(path)
    assert read_pattern(path).pattern.name == "? beat"
