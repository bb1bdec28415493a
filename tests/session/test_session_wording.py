"""A change says what it is."""

import pytest
from msgspec.structs import replace

from livemusic.music.performance import Dials, Performance
from livemusic.session.changes import History
from livemusic.session.edits import with_corner, with_preset, with_settings
from livemusic.session.lane_mix import LaneMix
from livemusic.session.preset import Clip, Preset
from livemusic.session.settings import Session
from livemusic.session.wording import changed

CLIP = Clip("Rock", 16, {"kick": ((0, 100, 0), (8, 90, 0))})
SESSION = Session(Preset("a", (CLIP,) * 4))


def drawn(*hits: tuple[int, int, int], name: str = "Rock", steps: int = 16) -> Session:
    return with_corner(SESSION, 1, Clip(name, steps, {"kick": hits}))


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (with_preset(SESSION, bpm=105.0), "tempo 120 → 105"),
        (with_preset(SESSION, bpm=104.96), "tempo 120 → 105"),
        (with_preset(SESSION, swing=0.25), "swing 0% → 25%"),
        (with_preset(SESSION, meter=(7, 8)), "meter 4/4 → 7/8"),
        (with_preset(SESSION, performance=Performance(Dials(density=0.4))), "density 0% → 40%"),
        (with_preset(SESSION, performance=Performance().turned(1, intensity=-0.5)), "snare intensity 0% → -50%"),
        (with_preset(SESSION, performance=Performance(fill_every=8)), "fills every 8 bars"),
        (with_preset(SESSION, performance=Performance(vary_amount=0.5)), "variation amount 30% → 50%"),
        (with_preset(SESSION, performance=Performance(feel="half")), "half time"),
        (with_preset(SESSION, performance=Performance(Dials(1.0, 1.0))), "performance"),
        (with_preset(SESSION, pad=(1.0, 1.0)), "pad moved"),
        (with_preset(SESSION, follow=True), "follow the music on"),
        (with_preset(SESSION, launch="bar"), "launch quantise bar"),
        (with_preset(SESSION, name="b", bpm=90.0), "preset “b”"),
        (with_settings(SESSION, tempo_from="audio"), "time from Internal → Follow audio"),
        (with_settings(SESSION, sound_out="none"), "audio output none"),
        (with_settings(SESSION, midi_delay_ms=12.5), "MIDI delay 0 → 12.5"),
        (with_preset(SESSION, bpm=90.0, swing=0.5), "tempo 120 → 90, swing 0% → 50%"),
        (with_preset(SESSION, bpm=90.0, swing=0.5, pad=(0.0, 0.0), launch="bar"), "and 1 more"),
        (drawn((0, 100, 0), (8, 90, 0), (4, 80, 0)), "hit drawn in B"),
        (drawn((0, 100, 0)), "hit removed in B"),
        (drawn((0, 100, 0), (9, 90, 0)), "hit moved in B"),
        (drawn((0, 100, 0), (8, 91, 0)), "velocity in B"),
        (drawn((0, 100, 0), name="Funk"), "“Funk” in B"),
        (drawn((0, 100, 0), (8, 90, 0), steps=32), "pattern length in B"),
        (with_preset(SESSION, corners=(drawn((0, 1, 0)).preset.corners[1],) * 4), "patterns in A, B, C, D"),
    ],
)  # fmt: skip
def test_a_change_is_called_by_what_it_changed(new: Session, words: str) -> None:
    assert changed(SESSION, new).endswith(words)


def test_no_change_has_no_words() -> None:
    assert changed(SESSION, replace(SESSION)) == ""


def test_undo_and_redo_say_what_they_take_back_and_bring_again() -> None:
    slower = with_preset(SESSION, bpm=105.0)
    history = History(SESSION).push(slower).push(with_preset(slower, mode="blend"), "blend")
    assert (history.undoes, history.redoes) == ("blend", "")
    history = history.undo()
    assert (history.undoes, history.redoes) == ("tempo 120 → 105", "blend")
    history = history.undo()
    assert (history.undoes, history.redoes) == ("", "tempo 120 → 105")
    assert history.redo().redo().undoes == "blend"


def test_a_mix_is_told_by_its_drums() -> None:
    mixed = with_preset(SESSION, mix=(LaneMix(mute=True), LaneMix(level_db=-6.0)))
    assert changed(SESSION, mixed) == "kick muted, snare level 0.0 → -6.0 dB"
    assert changed(mixed, with_preset(SESSION, mix=(LaneMix(), LaneMix(level_db=-6.0)))) == "kick unmuted"
    assert changed(SESSION, with_preset(SESSION, mix=(LaneMix(solo=True),) * 3)) == "mix of 3 drums"
    assert changed(SESSION, with_settings(SESSION, master_db=-3.0)) == "master level 0 → -3"


def test_changes_of_one_group_in_a_row_are_one_step_called_by_all_they_did() -> None:
    history = History(SESSION)
    for bpm in (121.0, 122.0, 130.0):
        history = history.push(with_preset(SESSION, bpm=bpm), group="tempo")
    assert history.undoes == "tempo 120 → 130"
    assert history.undo().present == SESSION
    assert not history.undo().past


def test_a_group_that_has_come_back_to_where_it_began_is_no_step() -> None:
    history = History(SESSION).push(with_preset(SESSION, bpm=121.0), group="tempo").push(SESSION, group="tempo")
    assert history == History(SESSION)


def test_what_is_added_to_an_older_step_is_undone_with_it_and_not_with_what_came_since() -> None:
    def hit(step: int):
        return lambda session: with_corner(
            session, 1, replace(session.preset.corners[1], hits={"kick": ((step, 100, 0),)})
        )

    history = History(SESSION).amended(hit(1), "take of 1 hit", "take 1")
    moved = with_preset(history.present, pad=(1.0, 0.0))
    history = history.push(moved).amended(hit(2), "take of 2 hits", "take 1")
    assert history.present == hit(2)(moved)
    assert history.undoes == "pad moved"
    history = history.undo()
    assert history.present == hit(2)(SESSION)
    assert history.undoes == "take of 2 hits"
    assert history.undo().present == SESSION
