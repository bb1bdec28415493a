"""The table of actions: whole, free of doubles, and true to what was learned and addressed before it."""

from pathlib import Path

import msgspec
import pytest

from livemusic.cli.actions import page
from livemusic.engine import messages as say
from livemusic.engine.action import Drum, Fader, Held, Trigger
from livemusic.engine.actions import ACTIONS, BY_NAME, OSC, TARGETS, osc_controls, target_of
from livemusic.engine.edits import Choice, Edit, GoPreset, SetMode, StepPreset, Undo
from livemusic.engine.snapshot import AnswerState, Health, ListenState, Plug, Snapshot, SurfaceState, TransportState
from livemusic.network.address import Number
from livemusic.session.pattern_edits import PatternEdit
from livemusic.session.preset import ANSWERS

OWNERS = {
    "sync", "transport", "analysis", "listen", "song", "takes", "surface", "loader", "studio", "answer", "perform",
    "matching", "sound", "mixer",
}  # fmt: skip
#: Kept in the mappings of sessions that were written before there was a table.
LEARNED = (
    "play/stop", "play", "stop", "resume", "panic", "tap", "tempo", "tempo half", "tempo double", "nudge earlier",
    "nudge later", "hold", "swing", "pad x", "pad y", "follow", "launch", "capture 1", "capture 4", "clear",
    "trade/blend", "scene 1", "scene 8", "record", "erase", "undo", "redo", "next preset", "previous preset", "preset",
    "strike kick", "strike open hat", "strike ride", "preset Late night", "plugin 2 Dry/Wet",
)  # fmt: skip
#: Addresses that other programs may have been set up with.
ADDRESSED = (
    "play", "stop", "resume", "panic", "tempo", "tap", "nudge", "hold", "double", "half", "pad", "swing", "follow",
    "launch", "scene", "capture", "clear", "preset", "next", "previous", "record", "erase", "strike", "plugin", "undo",
    "redo", "test",
)  # fmt: skip


def now(**listen: object) -> Snapshot:
    plug = Plug()
    return Snapshot(0.0, 1, TransportState(), ListenState(**listen), plug, plug, plug, Health(), surface=SurfaceState())  # type: ignore[arg-type]


def test_names_keys_and_addresses_are_there_once() -> None:
    for words in (
        [action.name for action in ACTIONS],
        [action.osc for action in ACTIONS if action.osc],
        [key for action in ACTIONS for key in action.keys],
        [title for action in ACTIONS for _, title in action.titled],
    ):
        assert len(set(words)) == len(words)


@pytest.mark.parametrize("name", LEARNED)
def test_what_was_learned_before_is_still_known(name: str) -> None:
    assert target_of(name) is not None


def test_every_address_of_before_is_still_there() -> None:
    assert {"/livemusic/" + address for address in ADDRESSED} <= set(OSC)


@pytest.mark.parametrize("path", sorted(OSC))
def test_every_address_asks_for_something_that_a_core_owns(path: str) -> None:
    control, kind = osc_controls()[path], OSC[path].kind
    assert kind is not None
    for end in ("low", "high"):
        values = [getattr(argument, end, None) for argument in control.arguments]
        choices = [(getattr(argument, "choices", ()) or ("Waltz",))[0] for argument in control.arguments]
        told = control.read([choice if value is None else value for value, choice in zip(values, choices, strict=True)])
        assert told is not None
        request = kind.request(*told)
        request.check()
        assert request.owner in OWNERS


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_everything_learned_asks_for_something_that_a_core_owns(name: str) -> None:
    match TARGETS[name]:
        case Trigger(act):
            requests = [act(now())]
        case Held(act):
            requests = [act(True), act(False)]
        case Fader(move):
            requests = [move(0.0), move(0.5), move(1.0)]
        case Drum(voice):
            requests = [say.PlayDrum(voice, 127)]
        case _:
            return
    for request in requests:
        request.check()
        assert request.owner in OWNERS


def _asked_by_osc() -> set[str]:
    """The names of all requests, and pattern edits, that OSC can make."""
    asked: set[str] = set()
    for path, control in osc_controls().items():
        values = [
            argument.low if isinstance(argument, Number) else (argument.choices or ("Waltz",))[0]
            for argument in control.arguments
        ]
        kind = OSC[path].kind
        assert kind is not None
        request = kind.request(*control.read(values))  # type: ignore[misc]
        asked |= {type(request).__name__, type(getattr(request, "edit", request)).__name__}
    return asked


def _kinds_of(base: type) -> set[str]:
    return {base.__name__} | {name for kind in base.__subclasses__() for name in _kinds_of(kind)}


def test_whatever_changes_the_preset_can_be_asked_by_osc() -> None:
    bases = {"Edit", "Choice", "EditPattern"}
    by_file_or_table = {"SetCorner", "SetVoice", "Rewire", "Configure", "SetMuteGroup", "Forget", "PickPreset"}
    by_bars_and_meter = {"Reshape"}
    asked = _asked_by_osc()
    assert _kinds_of(Edit) | _kinds_of(Choice) <= asked | bases | by_file_or_table | by_bars_and_meter


def test_whatever_is_done_to_a_pattern_can_be_asked_by_osc_step_by_step() -> None:
    of_hits = {"PatternEdit", "DrawHit", "RemoveHits", "MoveHits", "ChangeVelocity", "SetOrnament", "PasteHits"}
    assert _kinds_of(PatternEdit) <= _asked_by_osc() | of_hits


def test_a_switch_is_turned_by_a_press_and_told_by_a_number() -> None:
    follow = BY_NAME["follow"]
    target = follow.targets["follow"]
    assert isinstance(target, Trigger)
    assert target.act(now(follow=True)) == say.SetFollow(False)
    assert follow.kind is not None
    assert follow.kind.request(1) == say.SetFollow(True)


def test_a_knob_goes_through_the_choices_and_shows_where_it_is() -> None:
    launch = TARGETS["launch"]
    assert isinstance(launch, Fader)
    assert [launch.move(part) for part in (0.0, 0.5, 1.0)] == [
        say.SetLaunch(word) for word in ("step", "bar", "4 bars")
    ]
    assert launch.value(now(launch="4 bars")) == 1.0


def test_a_knob_moves_one_axis_and_leaves_the_other() -> None:
    for name, request in (("pad x", say.MovePad(x=0.25)), ("pad y", say.MovePad(y=0.25))):
        knob = TARGETS[name]
        assert isinstance(knob, Fader)
        assert knob.move(0.25) == request


def test_rows_of_several_kinds_read_as_they_should() -> None:
    by_osc = {path.removeprefix("/livemusic/"): action.kind for path, action in OSC.items()}
    assert [
        by_osc[name].request(*arguments)  # type: ignore[union-attr]
        for name, arguments in (
            ("next", ()), ("undo", ()), ("preset", ("Waltz",)), ("mode", ("blend",)), ("strike", (8, 0.5)),
            ("double", ()), ("pad", (0.1, 0.2)), ("pad/y", (0.2,)),
        )
    ] == [
        StepPreset(1), Undo(), GoPreset("Waltz"), SetMode("blend"), say.PlayDrum(8, 64),
        say.Octave(1), say.MovePad(0.1, 0.2), say.MovePad(y=0.2),
    ]  # fmt: skip


def test_the_page_of_the_docs_is_the_table() -> None:
    docs = Path(__file__).parents[2] / "docs" / "actions.md"
    assert docs.read_text() == page() + "\n", "run: livemusic actions > docs/actions.md"


def test_a_pedal_switches_a_way_of_answering_on_and_off_and_another_goes_through_all() -> None:
    look = now()
    answering = msgspec.structs.replace(look, answer=AnswerState("trade 4"))
    trade = TARGETS["answer trade 4"]
    assert isinstance(trade, Trigger)
    assert (trade.act(look), trade.act(answering)) == (say.SetAnswer("trade 4"), say.SetAnswer("off"))
    assert trade.lit is not None
    assert (trade.lit(look), trade.lit(answering)) == (False, True)
    each, mode = TARGETS["answer"], "off"
    assert isinstance(each, Trigger)
    seen = []
    for _ in ANSWERS:
        request = each.act(msgspec.structs.replace(look, answer=AnswerState(mode)))
        assert isinstance(request, say.SetAnswer)
        mode = request.mode
        seen.append(mode)
    assert seen == [*ANSWERS[1:], "off"]
