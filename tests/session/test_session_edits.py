"""One change each, and nothing else."""

import pytest

from livemusic.music.grid import Grid
from livemusic.music.tempo import Meter
from livemusic.session.changes import differences
from livemusic.session.codec import read_preset
from livemusic.session.control import Binding, Control
from livemusic.session.edits import bound, hearing, reshaped, unbound, with_grid, with_scene, with_section
from livemusic.session.library import find_preset
from livemusic.session.preset import Scene
from livemusic.session.section import SectionNote, called
from livemusic.session.settings import Session

SESSION = Session(read_preset(find_preset("House")))
KNOB = Control("Pads", "control", 1, 20)


def test_a_control_does_one_thing_and_a_thing_has_one_control() -> None:
    session = bound(bound(SESSION, Binding(KNOB, "swing")), Binding(KNOB, "tempo"))
    assert session.settings.bindings == (Binding(KNOB, "tempo"),)
    other = Control("Pads", "note", 10, 36)
    session = bound(session, Binding(other, "tempo"))
    assert session.settings.bindings == (Binding(other, "tempo"),)
    assert differences(SESSION, session) == {"bindings"}
    assert unbound(session, "tempo") == SESSION


def test_a_note_is_taught_to_one_drum() -> None:
    session = hearing(SESSION, 1, 36)
    drum_map = session.settings.drum_map
    assert (drum_map.voice(36), drum_map.voice(35)) == (1, 0)
    assert differences(SESSION, session) == {"drum_map"}


@pytest.mark.parametrize(("meter", "steps"), [((3, 4), 12), ((5, 4), 20), ((7, 8), 14), ((12, 8), 24), ((4, 4), 16)])
@pytest.mark.parametrize("bars", [1, 3, 32])
def test_patterns_take_the_length_of_their_bars(meter: tuple[int, int], steps: int, bars: int) -> None:
    session = reshaped(SESSION, Meter(*meter), bars)
    assert session.preset.meter == meter
    assert {clip.steps for clip in session.preset.corners} == {bars * steps}
    assert session.preset.corners[0].hits["kick"][0] == SESSION.preset.corners[0].hits["kick"][0]
    assert differences(SESSION, session) <= {"corners", "meter"}


def test_no_pattern_is_longer_than_thirty_two_bars() -> None:
    with pytest.raises(ValueError, match=r"33 bars are outside 1\.\.32"):
        reshaped(SESSION, Meter(), 33)


def test_scenes_are_kept_at_their_place() -> None:
    session = with_scene(SESSION, 2, Scene("C", (0.5, 0.5)))
    assert session.preset.scenes == (None, None, Scene("C", (0.5, 0.5)))
    assert with_scene(session, 2, None) == SESSION
    with pytest.raises(ValueError, match="scene 8"):
        with_scene(SESSION, 8, None)


def test_sections_are_noted_at_their_label() -> None:
    session = with_section(SESSION, 1, name="Chorus")
    session = with_section(session, 1, corner=2)
    assert session.preset.sections == (None, SectionNote("Chorus", corner=2))
    assert called(1, session.preset.sections) == "Chorus"
    assert called(0, session.preset.sections) == "A"
    session = with_section(session, 1, corner=None, scene=7)
    assert session.preset.sections[1] == SectionNote("Chorus", scene=7)
    assert with_section(session, 1, name="", scene=None) == SESSION
    with pytest.raises(ValueError, match="section 26"):
        with_section(SESSION, 26, name="far")
    with pytest.raises(ValueError, match="not several"):
        with_section(session, 1, preset="Waltz")
    with pytest.raises(ValueError, match="scene 8"):
        SectionNote(scene=8)


def test_a_grid_goes_to_its_corner_under_the_name_there() -> None:
    session = with_grid(SESSION, 3, SESSION.preset.corners[0].grid())
    assert session.preset.corners[3].name == SESSION.preset.corners[3].name
    assert session.preset.corners[3].hits == SESSION.preset.corners[0].hits
    assert differences(SESSION, session) == {"corners"}


def test_a_longer_pattern_repeats_its_rolls_and_a_cut_one_has_those_of_its_bars() -> None:
    roll = Grid.of([(4, 1, 110, 0), (4, 1, 50, -60), (15, 1, 90, 0), (15, 1, 80, 60)], 16)
    session = with_grid(SESSION, 0, roll)
    assert session.preset.corners[0].grid() == roll
    assert reshaped(session, Meter(), 2).preset.corners[0].grid() == roll.looped(32)
    assert reshaped(session, Meter(3, 4), 1).preset.corners[0].grid().rows() == [(4, 1, 110, 0), (4, 1, 50, -60)]
