"""A change of preset: which one is meant, along a set list or not, and the bar line that it waits for."""

from pathlib import Path

import msgspec
import pytest

from livemusic.engine import changeover
from livemusic.engine.changeover import Changeover, Line, meant
from livemusic.engine.edits import GoPreset, GoSetList, StepPreset
from livemusic.session.codec import write_preset
from livemusic.session.preset import Preset, Scene
from livemusic.session.set_list import SetEntry
from livemusic.session.settings import Session, Settings
from tests.ui.conftest import PRESET

NAMES = ("Alpha", "Beta", "Gamma")
SET = (SetEntry("Gamma", "Capo 2."), SetEntry("Alpha"), SetEntry("Gamma", "Again, with brushes."))


@pytest.fixture(autouse=True)
def presets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three presets at 100, 110 and 120 bpm."""
    for number, name in enumerate(NAMES):
        preset = msgspec.structs.replace(PRESET, name=name, bpm=100.0 + 10 * number)
        write_preset(tmp_path / f"{name}.json", preset)
    listed = [(name, tmp_path / f"{name}.json") for name in NAMES]
    monkeypatch.setattr(changeover, "list_presets", lambda: listed)


def playing(name: str = "Alpha", **settings: object) -> Session:
    return Session(msgspec.structs.replace(PRESET, name=name, bpm=93.0), Settings(**settings))


class Music:
    """Bars of two seconds that can be stopped."""

    def __init__(self) -> None:
        self.on, self.now = True, 0.5

    def next_line(self, bars: int, ahead: float) -> Line | None:
        span = 2.0 * bars
        number = -(-(self.now + ahead) // span)
        return Line(round(number * 3840 * bars), number * span, number * span - 0.0625) if self.on else None


def test_a_preset_waits_for_the_bar_and_comes_just_before_it() -> None:
    music = Music()
    over = Changeover(music.next_line)
    assert over.holds(GoPreset("Beta"), "Beta", playing())
    assert over.name == "Beta"
    assert over.due(1.5) is None
    assert over.wake is not None
    assert 1.5 < over.wake < 2.0
    assert over.due(over.wake) == (GoPreset("Beta"), Line(3840, 2.0, 1.9375))
    assert over.due(2.0) is None


@pytest.mark.parametrize(("change", "at"), [("bar", 2.0), ("4 bars", 8.0)])
def test_the_settings_say_how_many_bars(change: str, at: float) -> None:
    over = Changeover(Music().next_line)
    assert over.holds(GoPreset("Beta"), "Beta", playing(preset_change=change))
    assert over.wake == pytest.approx(at, abs=0.2)


def test_nothing_waits_in_silence_or_where_it_is_wanted_now() -> None:
    music = Music()
    over = Changeover(music.next_line)
    assert not over.holds(GoPreset("Beta"), "Beta", playing(preset_change="now"))
    music.on = False
    assert not over.holds(GoPreset("Beta"), "Beta", playing())
    assert over.due(100.0) is None


def test_after_a_stop_it_comes_at_once_and_another_choice_takes_its_place() -> None:
    music = Music()
    over = Changeover(music.next_line)
    over.holds(GoPreset("Beta"), "Beta", playing())
    over.holds(GoPreset("Gamma"), "Gamma", playing())
    music.on = False
    assert over.due(0.6) == (GoPreset("Gamma"), None)
    assert not over.cancel()


def test_what_was_canceled_never_comes() -> None:
    over = Changeover(Music().next_line)
    over.holds(GoPreset("Beta"), "Beta", playing())
    assert over.cancel()
    assert over.due(9.0) is None
    assert over.name == ""


def test_steps_go_round_all_presets_by_name_without_a_set_list() -> None:
    assert meant(StepPreset(1), playing("Gamma")).session.preset.name == "Alpha"
    with pytest.raises(ValueError, match="set list is empty"):
        meant(GoSetList(1), playing())


def test_steps_go_along_the_set_list_and_stop_at_its_ends() -> None:
    now = playing("Alpha", set_list=SET)
    then = meant(StepPreset(1), now)
    assert then.session.preset.name == "Gamma"
    assert then.session.settings.set_place == 2
    assert then.said == "3 of 3: Gamma. Again, with brushes."
    with pytest.raises(ValueError, match="last preset of the set list"):
        meant(StepPreset(1), then.session)
    back = meant(StepPreset(-1), then.session).session
    assert (back.preset.name, back.settings.set_place) == ("Alpha", 1)
    first = meant(StepPreset(-1), back).session
    with pytest.raises(ValueError, match="first preset of the set list"):
        meant(StepPreset(-1), first)


def test_presets_of_the_set_that_are_gone_are_passed_over_and_named() -> None:
    gone = (SetEntry("Alpha"), SetEntry("Delta"), SetEntry("Beta"), SetEntry("Epsilon"))
    then = meant(StepPreset(1), playing("Alpha", set_list=gone))
    assert (then.name, then.place, then.skipped) == ("Beta", 2, "Skipped “Delta”: no such preset.")
    assert meant(StepPreset(-1), then.session).name == "Alpha"
    with pytest.raises(ValueError, match=r"last preset of the set list\. Skipped “Epsilon”"):
        meant(StepPreset(1), then.session)
    first = playing("Gamma", set_list=gone[1:])
    assert meant(StepPreset(1), first).name == "Beta"
    with pytest.raises(ValueError, match="first preset of the set list"):
        meant(StepPreset(-1), first)


def test_steps_go_on_from_the_preset_that_is_waited_for() -> None:
    over, now = Changeover(Music().next_line), playing("Alpha", set_list=SET, set_place=1)
    wanted = meant(StepPreset(1), over.ahead(now))
    assert wanted.choice == GoSetList(3)
    assert over.holds(wanted.choice, wanted.name, now)
    with pytest.raises(ValueError, match="last preset"):
        meant(StepPreset(1), over.ahead(now))
    assert not over.returns(GoPreset("Alpha"), meant(GoPreset("Alpha"), over.ahead(now)), now)
    assert over.returns(StepPreset(-1), meant(StepPreset(-1), over.ahead(now)), now)


def test_two_presses_without_a_set_list_go_two_presets_on() -> None:
    over, now = Changeover(Music().next_line), playing("Alpha")
    for name in ("Beta", "Gamma"):
        wanted = meant(StepPreset(1), over.ahead(now))
        assert wanted.name == name
        assert over.holds(wanted.choice, wanted.name, now)
    assert over.due(1.9) == (GoPreset("Gamma"), Line(3840, 2.0, 1.9375))


def test_a_set_is_taken_up_where_it_was_left() -> None:
    now = playing("Beta", set_list=SET, set_place=1)
    assert meant(StepPreset(1), now).session.settings.set_place == 1
    assert meant(StepPreset(-1), now).session.settings.set_place == 0


def test_a_place_of_the_set_list_is_gone_to() -> None:
    now = playing("Alpha", set_list=SET)
    assert meant(GoSetList(1), now).session.preset.name == "Gamma"
    with pytest.raises(ValueError, match="there are only 3"):
        meant(GoSetList(4), now)
    lost = playing("Alpha", set_list=(SetEntry("Delta"),))
    with pytest.raises(ValueError, match="no preset called 'Delta'"):
        meant(GoSetList(1), lost)


def test_tempo_and_scenes_are_kept_where_that_is_wanted() -> None:
    now = playing("Alpha", keep_tempo=True, keep_scenes=True)
    now = msgspec.structs.replace(now, preset=msgspec.structs.replace(now.preset, scenes=(Scene("Mine", (0.1, 0.2)),)))
    kept: Preset = meant(GoPreset("Gamma"), now).session.preset
    assert (kept.bpm, kept.scenes) == (93.0, now.preset.scenes)
    own = meant(GoPreset("Gamma"), playing("Alpha")).session.preset
    assert (own.bpm, own.scenes) == (120.0, PRESET.scenes)
