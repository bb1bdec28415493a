from itertools import pairwise

import pytest

from livemusic.music import song_score as score
from livemusic.music.song import CHANNELS, PARTS, compose
from livemusic.music.tempo import Meter

SONG = compose()


def test_the_song_lasts_about_ninety_seconds_in_the_order_of_its_sections() -> None:
    assert [section.name for section in SONG.sections] == ["intro", "verse", "chorus", "verse", "break", "chorus"]
    assert 85 < SONG.seconds < 95
    assert SONG.meter == Meter(4, 4)


def test_sections_follow_each_other_without_gap_in_whole_bars() -> None:
    end = 0
    for section in SONG.sections:
        assert section.start == end
        assert section.length % SONG.meter.bar == 0
        assert {pattern.length for pattern in section.patterns} == {section.length}
        end += section.length
    assert end == SONG.length


def test_a_section_that_comes_again_is_the_same() -> None:
    by_name: dict[str, tuple[object, ...]] = {}
    for section in SONG.sections:
        assert by_name.setdefault(section.name, section.patterns) == section.patterns
    assert len(set(by_name.values())) == len(by_name) == 4


@pytest.mark.parametrize("part", PARTS)
def test_every_part_plays_valid_notes_on_its_channel(part: str) -> None:
    notes = list(SONG.notes(part))
    assert notes == sorted(notes, key=lambda note: note.tick)
    assert {note.channel for note in notes} == {CHANNELS[part]}
    assert all(0 <= note.tick < SONG.length and 1 <= note.velocity <= 127 for note in notes)


def test_the_bass_stays_low_and_the_lead_above_it() -> None:
    assert max(note.pitch for note in SONG.notes("bass")) < min(note.pitch for note in SONG.notes("lead"))
    assert min(note.pitch for note in SONG.notes("bass")) >= 28


def test_the_grooves_have_ghosts_accents_and_microtiming() -> None:
    grid = SONG.drum_grids()["verse"]
    velocities = grid.values[grid.hits][:, 1] * 127
    assert velocities.min() < 40
    assert velocities.max() > 110
    assert len({round(float(offset), 3) for offset in grid.values[grid.hits][:, 2]}) > 10


def test_the_voices_of_the_chords_move_little() -> None:
    for names in score.HARMONY.values():
        chords = [score.CHORDS[symbol] for bar in names for symbol in bar.split()]
        for one, other in pairwise(chords):
            assert max(abs(a - b) for a, b in zip(one, other, strict=True)) <= 5


@pytest.mark.parametrize("part", [score.BASS, score.PLUCK, score.LEAD])
def test_every_bar_of_a_line_has_sixteen_sixteenths(part: dict[str, tuple[str, ...]]) -> None:
    for name, bars in part.items():
        assert len(bars) == len(score.HARMONY[name])
        assert {len(bar.split()) for bar in bars} == {16}


@pytest.mark.parametrize("name", score.DRUMS)
def test_every_row_of_drums_fills_its_bars(name: str) -> None:
    lengths = [{len(row) for row in rows.values()} for rows in score.DRUMS[name]]
    assert all(len(length) == 1 for length in lengths)
    assert sum(length.pop() for length in lengths) == 16 * len(score.HARMONY[name])


def test_composing_twice_gives_the_same_song() -> None:
    assert compose() == SONG
