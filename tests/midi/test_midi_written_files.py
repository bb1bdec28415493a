"""What we write: every note ends, tempo and meter go as they went, and a clip comes back as it was."""

from itertools import pairwise
from pathlib import Path

import mido
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livemusic.midi.files import Printed, read_pattern, write_events, write_pattern
from livemusic.music.event import note_off, note_on
from livemusic.music.grid import Grid
from livemusic.music.kit import VOICE_COUNT
from livemusic.music.route import GM_ROUTE, routed_pattern
from livemusic.music.straight import straight
from livemusic.music.tempo import Meter
from livemusic.session.drum_map import DRUM_MAPS, DrumMap, Lane

MINE = DrumMap("mine", tuple(Lane(100 - voice, 0 if voice < 3 else voice) for voice in range(VOICE_COUNT)))
BEAT = Grid.of(
    [
        *((step, 2, 70 + step, 5) for step in range(0, 16, 2)),
        *((step, 0, 110, -3) for step in (0, 7, 10)),
        *((step, 1, 100, 12) for step in (4, 12)),
        *((step, voice, 90, 0) for step, voice in ((1, 3), (13, 6), (14, 5), (15, 4), (8, 7), (9, 8))),
    ],
    16,
)
in_a_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    cell = st.tuples(st.integers(0, 15), st.integers(0, 8), st.integers(1, 127), st.integers(-120, 119))
    return Grid.of(draw(st.lists(cell, min_size=1, max_size=30)), 16)


def notes_of(pattern: object) -> list[tuple[int, int, int]]:
    return [(note.tick, note.pitch, note.velocity) for note in pattern.notes]  # type: ignore[attr-defined]


@in_a_folder
@given(grids(), st.sampled_from([*DRUM_MAPS, MINE]), st.integers(1, 16), st.integers(0, 100))
def test_a_clip_that_went_out_through_any_map_comes_back(
    tmp_path: Path, grid: Grid, drum_map: DrumMap, channel: int, swing: int
) -> None:
    route = drum_map.route(channel)
    swung = grid.to_pattern(swing=swing / 100)
    printed = Printed(swing / 100, drum_map.name, route)
    write_pattern(tmp_path / "Bass.mid", routed_pattern(swung, route), 100, Meter(), printed=printed)
    loop = read_pattern(tmp_path / "Bass.mid")
    assert notes_of(loop.pattern) == notes_of(swung)
    assert loop.swing == swing / 100
    back = Grid.from_pattern(straight(loop.pattern, loop.swing))
    assert notes_of(back.to_pattern(swing=loop.swing)) == notes_of(swung), "it swings as it did, once"
    assert back.count == grid.count


@pytest.mark.parametrize("drum_map", DRUM_MAPS, ids=lambda drum_map: str(drum_map.name))
def test_a_whole_kit_is_known_by_its_notes_alone(tmp_path: Path, drum_map: DrumMap) -> None:
    write_pattern(tmp_path / "a.mid", routed_pattern(BEAT.to_pattern(), drum_map.route(10)), 100, Meter())
    assert Grid.from_pattern(read_pattern(tmp_path / "a.mid").pattern) == BEAT


def test_a_map_of_ones_own_with_channels_is_known_by_its_notes_alone(tmp_path: Path) -> None:
    write_pattern(tmp_path / "a.mid", routed_pattern(BEAT.to_pattern(), MINE.route(2)), 100, Meter())
    loop = read_pattern(tmp_path / "a.mid", (MINE,))
    assert loop.drum_map == MINE
    assert Grid.from_pattern(loop.pattern) == BEAT


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(0, 8)), min_size=1, unique=True), st.integers(0, 100))
def test_swing_that_is_taken_out_leaves_what_was_there(cells: list[tuple[int, int]], swing: int) -> None:
    grid = Grid.of([(step, voice, 90, (step * 7 + voice) % 79 - 39) for step, voice in cells], 16)
    assert Grid.from_pattern(straight(grid.to_pattern(swing=swing / 100), swing / 100)) == grid


@pytest.mark.parametrize(
    "text",
    [
        "livemusic 1 {",
        "livemusic 1 {}x",
        'livemusic 1 {"swing": 9}',
        'livemusic 1 {"swing": "a"}',
        'livemusic 1 {"route": [[99, 36]]}',
        'livemusic 1 {"map": "x", "route": [[0,1],[0,2],[0,3],[0,4],[0,5],[0,6],[0,7],[0,8],[0,9]]}',
        "livemusic 2 {}",
    ],
)
def test_a_mark_that_does_not_fit_is_none(tmp_path: Path, text: str) -> None:
    write_pattern(tmp_path / "a.mid", BEAT.to_pattern(), 100, Meter())
    file = mido.MidiFile(tmp_path / "a.mid")
    file.tracks[0].insert(0, mido.MetaMessage("text", text=text))
    file.save(tmp_path / "b.mid")
    loop = read_pattern(tmp_path / "b.mid")
    assert Grid.from_pattern(loop.pattern) == BEAT
    assert (loop.swing, loop.remarks) == (0.0, ())


def test_what_needs_no_mark_has_none(tmp_path: Path) -> None:
    write_pattern(tmp_path / "a.mid", BEAT.to_pattern(), 100, Meter(), printed=Printed(0.0, "General MIDI", GM_ROUTE))
    assert all(message.type != "text" for message in mido.MidiFile(tmp_path / "a.mid").tracks[0])


@in_a_folder
@given(
    st.lists(
        st.tuples(st.integers(-50, 4000), st.sampled_from([36, 38]), st.sampled_from([9, 3]), st.booleans()),
        max_size=30,
    ),
    st.sampled_from([0, 2000, 8000]),
)
def test_every_note_that_is_written_ends_once_before_it_begins_again(
    tmp_path: Path, rows: list[tuple[int, int, int, bool]], end: int
) -> None:
    events = [(tick, note_on(ch, pitch, 90) if on else note_off(ch, pitch)) for tick, pitch, ch, on in rows]
    write_events(tmp_path / "a.mid", events, [(0, 120)], [(0, Meter())], end)
    sounding: set[tuple[int, int]] = set()
    begun = 0
    for message in mido.MidiFile(tmp_path / "a.mid").tracks[0]:
        if message.type == "note_on":
            begun += 1
            assert (message.channel, message.note) not in sounding
            sounding.add((message.channel, message.note))
        elif message.type == "note_off":
            sounding.remove((message.channel, message.note))
    assert not sounding
    assert begun == sum(on for *_, on in rows)


def test_all_tempi_and_meters_are_written_where_they_begin(tmp_path: Path) -> None:
    tempi = [(0, 100.0), (960, 150.0), (5000, 90.5)]
    meters = [(0, Meter()), (3840, Meter(7, 8))]
    write_events(tmp_path / "a.mid", [(0, note_on(9, 36, 90)), (7000, note_off(9, 36))], tempi, meters, 7200)
    now, got = 0, []
    for message in mido.MidiFile(tmp_path / "a.mid").tracks[0]:
        now += message.time
        if message.type == "set_tempo":
            got.append((now, round(mido.tempo2bpm(message.tempo), 2)))
        elif message.type == "time_signature":
            got.append((now, (message.numerator, message.denominator)))
    assert sorted(got, key=str) == sorted([*tempi, (0, (4, 4)), (3840, (7, 8))], key=str)
    assert all(one[0] <= other[0] for one, other in pairwise(got))
