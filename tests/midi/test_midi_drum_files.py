"""Which notes of a file are drums, which drums they are, how long the loop is, and in which meter."""

from pathlib import Path

import pytest

from livemusic.errors import MediaError
from livemusic.midi.files import read_pattern
from livemusic.music.tempo import Meter
from livemusic.session.drum_map import DRUM_MAPS, DrumMap, Lane
from tests.midi.smf_bytes import BEAT, Hit, Row, body, chunk, exclusive, folded, header, hits, meta, meter, name, smf

BASS: list[Hit] = [(index * 240, pitch, 90) for index, pitch in enumerate((36, 36, 43, 36, 41, 39, 38, 40))]
TUNE: list[Hit] = [(index * 240, pitch, 90) for index, pitch in enumerate((60, 62, 64, 65, 67, 69, 71, 72))]
PIANO: list[Hit] = sorted((index * 480, pitch, 70) for index in range(4) for pitch in (36, 48, 60 + index, 64, 67))
KICKS: list[Hit] = [(0, 36, 100), (960, 36, 99)]
SNARES: list[Hit] = [(480, 38, 98), (1440, 38, 97)]
FOUR = [(0, meter(4))]


def at(channel: int, program: int) -> Row:
    return 0, bytes((0xC0 | channel, program))


def bank(channel: int, number: int) -> Row:
    return 0, bytes((0xB0 | channel, 0, number))


def tracks(*all_rows: list[Row]) -> bytes:
    return header(1, len(all_rows)) + b"".join(chunk(body(rows)) for rows in all_rows)


def read(tmp_path: Path, data: bytes, decided: DrumMap | None = None, own: tuple[DrumMap, ...] = ()):  # type: ignore[no-untyped-def]
    (tmp_path / "a.mid").write_bytes(data)
    return read_pattern(tmp_path / "a.mid", own, decided)


def struck(loop) -> list[Hit]:  # type: ignore[no-untyped-def]
    assert all(note.channel == 9 for note in loop.pattern.notes)
    return sorted((note.tick, note.pitch, note.velocity) for note in loop.pattern.notes)


GS = exclusive(b"\x41\x10\x42\x12\x40\x1b\x15\x01\x0f\xf7")
XG = exclusive(b"\x43\x10\x4c\x08\x0b\x07\x01\xf7")
PACKETS = [(0, b"\xf0\5\x41\x10\x42\x12\x40"), (0, b"\xf7\5\x1b\x15\x01\x0f\xf7")]


def one_drum(called: str, pitch: int) -> list[Row]:
    """A track of its own on a channel of its own."""
    return [(0, name(called)), *hits([hit for hit in BEAT if hit[1] == pitch], pitch % 9)]


DRUMS_SOMEWHERE = [
    ("channel 10", smf(hits(BEAT))),
    ("channel 3, nothing said", smf(hits(BEAT, 2))),
    ("channel 16 and two strays on 10", smf([*hits(BEAT, 15), *hits([(5, 56, 3), (700, 75, 9)])])),
    ("channel 1, named", tracks([(0, name("Drums")), at(0, 0), *hits(BEAT, 0)])),
    ("channel 1, named by its instrument", tracks([(0, meta(4, b"Drum Kit")), at(0, 0), *hits(BEAT, 0)])),
    ("all tracks on channel 1", tracks([(0, name("Bass")), *hits(BASS, 0)], [(0, name("EZdrummer")), *hits(BEAT, 0)])),
    ("beside a bass by program", smf([at(1, 33), *hits(BASS, 1), *hits(BEAT)])),
    ("on 5 beside a bass by program", smf([at(1, 33), *hits(BASS, 1), *hits(BEAT, 4)])),
    ("on 5 beside a bass that says nothing", smf([*hits(BASS, 1), *hits(BEAT, 4)])),
    ("beside a tune", smf([*hits(TUNE, 3), *hits(BEAT)])),
    ("on 1 beside a piano by name", tracks([(0, name("Piano")), *hits(PIANO, 2)], hits(BEAT, 0))),
    ("a song called Bass", smf([(0, name("Bass Culture")), *hits(BEAT)])),
    ("a bass on channel 10 beside drums", tracks([(0, name("E-Bass")), *hits(BASS)], [(0, name("Kit")), *hits(BEAT)])),
    ("a bass drum is a drum", tracks([(0, name("Bass Drum")), *hits(BEAT, 1)])),
    ("a track for each drum", tracks(*(one_drum(*each) for each in (("Kick", 36), ("Snare", 38), ("Hi-Hat", 42))))),
    ("GS part 11 and 10", smf([(0, GS), at(11, 0), *hits(KICKS + SNARES, 11), *hits([h for h in BEAT if h[1] == 42])])),
    ("XG part 12 and 10", smf([(0, XG), at(11, 0), *hits(KICKS + SNARES, 11), *hits([h for h in BEAT if h[1] == 42])])),
    ("GM2 bank 120", smf([bank(5, 120), at(5, 0), *hits(BEAT, 5)])),
    ("XG bank 127", smf([bank(5, 127), at(5, 0), *hits(BEAT, 5)])),
    ("GS drums in packets", smf([*PACKETS, at(11, 0), *hits(BEAT, 11)])),
]


@pytest.mark.parametrize("data", [row[1] for row in DRUMS_SOMEWHERE], ids=[row[0] for row in DRUMS_SOMEWHERE])
def test_drums_are_found_where_they_are(tmp_path: Path, data: bytes) -> None:
    got = struck(read(tmp_path, data))
    want = folded(BEAT)
    assert [(tick, pitch) for tick, pitch, _ in got] == [(tick, pitch) for tick, pitch, _ in want]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (smf([at(0, 33), *hits(BASS, 0)]), "its program, 34, is a bass"),
        (smf([at(0, 0), *hits(PIANO, 0)]), "its program, 1, is a piano"),
        (tracks([(0, name("Slap Bass 2")), *hits(BASS, 0)]), "its name is “Slap Bass 2”"),
        (tracks([(0, meta(4, b"Grand Piano")), *hits(BASS, 4)]), "its name is “Grand Piano”"),
        (tracks([(0, name("Steel Drums")), *hits(BASS, 4)]), "its name is “Steel Drums”"),
        (tracks([(0, name("Bass")), *hits(BASS)]), "its name is “Bass”"),
        (smf(hits(TUNE, 0)), "look like drumming"),
        (smf(hits(PIANO, 0)), "look like drumming"),
        (smf([bank(9, 121), *hits(BASS)]), "channel 10 is set to melody"),
        (
            smf([(0, exclusive(b"\x41\x10\x42\x12\x40\x10\x15\x00\x1b\xf7")), *hits(BASS)]),
            "channel 10 is set to melody",
        ),
        (smf([]), "there are no notes in it"),
        (header(0, 0), "there are no notes in it"),
        (smf(hits([(0, 100, 90)])), "General MIDI knows"),
    ],
)
def test_what_says_that_it_is_no_drums_is_refused_in_a_sentence(tmp_path: Path, data: bytes, said: str) -> None:
    with pytest.raises(MediaError, match=said) as caught:
        read(tmp_path, data)
    assert "\n" not in str(caught.value)


def rock(bars: int, begin: int = 0) -> list[Hit]:
    return [(begin + bar * 1920 + tick, pitch, velocity) for bar in range(bars) for tick, pitch, velocity in BEAT]


LENGTHS = [
    ("as it should be", FOUR, rock(1), 1920, 4, Meter()),
    ("end two ticks late", FOUR, rock(2), 3841, 8, Meter()),
    ("end a tick early", FOUR, rock(1), 1919, 4, Meter()),
    ("a silent bar put there", FOUR, rock(1), 3840, 8, Meter()),
    ("a silent bar and a tick early", FOUR, rock(1), 3839, 8, Meter()),
    ("end in the middle of nowhere", FOUR, rock(1), 2801, 4, Meter()),
    ("end early", FOUR, [(0, 36, 100), (240, 42, 90)], 300, 4, Meter()),
    ("a crash that rings two bars", FOUR, [*rock(1)[:-1], (1700, 49, 90)], None, 4, Meter()),
    ("pedal up after the end", [*FOUR, (2000, b"\xb9\x40\x00")], rock(1), None, 4, Meter()),
    ("all notes off after the end", [*FOUR, (3000, b"\xb9\x7b\x00")], rock(1), 3000, 4, Meter()),
    ("pickup of one beat", [(0, meter(1)), (480, meter(4))], [(240, 38, 50), *rock(2, 480)], 4320, 9, Meter()),
    (
        "pickup of an eighth, then 3/4",
        [(0, meter(1, 3)), (240, meter(3))],
        [(0, 38, 50), (240, 36, 90), (1690, 38, 99), (2000, 42, 70)],
        3120,
        6.5,
        Meter(3, 4),
    ),
    ("meter told at bar 3", [(3840, meter(6, 3))], [*rock(2), (3840, 36, 90), (5200, 38, 80)], 5280, 11, Meter()),
    (
        "4/4, 2/4, 4/4",
        [*FOUR, (1920, meter(2)), (2880, meter(4))],
        [*rock(1), (1920, 38, 70), *rock(1, 2880)],
        4800,
        10,
        Meter(),
    ),
    (
        "mostly 7/8",
        [*FOUR, (1920, meter(7, 3))],
        [*rock(1), *((1920 + n * 240, 42, 80) for n in range(21))],
        1920 + 5040,
        14.5,
        Meter(7, 8),
    ),
    ("5/4", [(0, meter(5))], [(0, 36, 100), (1920, 38, 90)], 2400, 5, Meter(5, 4)),
    ("meter a tick late", [(1, meter(3))], [(0, 36, 100), (1000, 38, 90)], 1440, 3, Meter(3, 4)),
    ("meter told twice", [*FOUR, (960, meter(4))], rock(1), 1920, 4, Meter()),
    ("meter in sixty-fourths", [(0, meter(32, 5))], rock(1), 1920, 4, Meter(16, 16)),
    ("meter in wholes", [(0, meter(1, 0))], rock(1), 1920, 4, Meter(2, 2)),
    ("silence before", FOUR, rock(1, 1920), 3840, 8, Meter()),
    ("a strike on the last bar line", FOUR, [*rock(1), (1920, 49, 99)], None, 8, Meter()),
]


@pytest.mark.parametrize(
    ("rows", "notes", "end", "beats", "counted"), [r[1:] for r in LENGTHS], ids=[r[0] for r in LENGTHS]
)
def test_a_loop_ends_at_its_bar(
    tmp_path: Path, rows: list[Row], notes: list[Hit], end: int | None, beats: float, counted: Meter
) -> None:
    loop = read(tmp_path, smf([*rows, *hits(notes, length=1000 if notes[-1][1] == 49 else 60)], end))
    assert struck(loop) == folded(notes)
    assert (loop.pattern.length, loop.meter) == (beats * 960, counted)


def test_a_meter_that_cannot_be_counted_is_said(tmp_path: Path) -> None:
    loop = read(tmp_path, smf([(0, meter(5, 5)), *hits(BEAT)]))
    assert loop.remarks == ("A meter of 5/32 cannot be counted here and was passed over.",)
    assert loop.pattern.length == 3840


def by_name(start: str) -> DrumMap:
    return next(drum_map for drum_map in DRUM_MAPS if drum_map.name.startswith(start))


def as_voices(notes: list[Hit], **pitches: int) -> list[Hit]:
    names = {36: "kick", 38: "snare", 42: "hat"}
    return sorted((tick, pitches.get(names[pitch], pitch), velocity) for tick, pitch, velocity in notes)


@pytest.mark.parametrize(
    ("notes", "drum_map"),
    [
        (BEAT, "General"),
        (as_voices(BEAT, snare=40, hat=44), "General"),
        (as_voices(BEAT, snare=37, hat=22), "General"),
        (as_voices(BEAT, hat=61), "Superior"),
        (as_voices(BEAT, hat=63), "Superior"),
        (as_voices(BEAT, hat=21), "Superior"),
        (as_voices(BEAT, hat=49), "Addictive"),
    ],
)
def test_the_map_that_explains_it_best_reads_it(tmp_path: Path, notes: list[Hit], drum_map: str) -> None:
    loop = read(tmp_path, smf(hits(notes)))
    assert loop.drum_map == by_name(drum_map)
    assert struck(loop) == folded(BEAT)
    assert loop.others == 0


def test_a_map_that_is_named_decides(tmp_path: Path) -> None:
    addictive = by_name("Addictive")
    loop = read(tmp_path, smf(hits([(0, 36, 90), (480, 49, 80), (960, 42, 70), (1000, 100, 60)])), addictive)
    assert struck(loop) == [(0, 36, 90), (960, 42, 80), (1920, 38, 70)]
    assert loop.remarks == ("1 note left out: 1 of note 100.",)


def test_whoever_names_a_map_says_that_it_is_drums(tmp_path: Path) -> None:
    data = smf([at(0, 0), *hits(BEAT, 0)])
    assert struck(read(tmp_path, data, by_name("General"))) == folded(BEAT)
    with pytest.raises(MediaError, match="piano"):
        read(tmp_path, data)


def test_the_musicians_own_map_comes_first(tmp_path: Path) -> None:
    mine = DrumMap("mine", tuple(Lane(pitch, 0, (pitch,)) for pitch in (38, 36, 40, 42, 44, 46, 48, 50, 52)))
    notes = [
        (0, 38, 90),
        (960, 38, 91),
        (480, 36, 80),
        (1440, 36, 81),
        *((tick, 40, 70) for tick in range(0, 1920, 240)),
    ]
    loop = read(tmp_path, smf(hits(sorted(notes))), own=(mine,))
    assert loop.drum_map == mine
    assert {pitch for _, pitch, _ in struck(loop)} == {36, 38, 42}


@pytest.mark.parametrize(
    ("more", "played", "said"),
    [
        ([(0, 54, 80), (960, 54, 70)], [], "2 notes left out: 2 of note 54 (tambourine)."),
        ([(0, 71, 80)], [], "1 note left out: 1 of note 71 (short whistle)."),
        ([(0, 90, 80), (7, 90, 80), (9, 100, 8)], [], "3 notes left out: 2 of note 90, 1 of note 100."),
        ([(100, 56, 80)], [(100, 51, 80)], "The ride plays the cowbell."),
        (
            [(100, 62, 80), (340, 64, 81)],
            [(100, 50, 80), (340, 43, 81)],
            "The high tom plays the muted high conga. The low tom plays the low conga.",
        ),
        ([(0, 44, 20)], [], "1 hit left out: another of the same drum, louder, is at the very same moment."),
    ],
)
def test_percussion_folds_where_nothing_else_plays_or_is_said_to_be_left_out(
    tmp_path: Path, more: list[Hit], played: list[Hit], said: str
) -> None:
    loop = read(tmp_path, smf(hits(sorted([*BEAT, *more]))))
    assert struck(loop) == folded([*BEAT, *played])
    assert " ".join(loop.remarks) == said


def test_a_shaker_keeps_time_where_there_are_no_hats(tmp_path: Path) -> None:
    loop = read(tmp_path, smf(hits(as_voices(BEAT, hat=82))))
    assert struck(loop) == folded(BEAT)
    assert loop.remarks == ("The closed hat plays the shaker.",)
