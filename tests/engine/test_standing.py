"""All that can be set by OSC is told by OSC: when it changes, whoever changed it, and again after a while."""

import socket
from collections.abc import Iterator

import msgspec
import pytest
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from livemusic.engine.actions import OSC, osc_controls
from livemusic.engine.broadcast import OscDesk
from livemusic.engine.edits import GoPreset, GoSetList, RenameCorner, Undo
from livemusic.engine.messages import AnyRequest, MovePad, SetRecord, SetSwing, SetTempo
from livemusic.engine.mixing import MuteLanes, SetLane, SetMaster
from livemusic.engine.perform_requests import ArmSection, Fill, SetFeel, SetFills, SetVariation, TurnDials
from livemusic.engine.recording_edits import SetMetronome
from livemusic.engine.snapshot import Health, ListenState, Plug, Snapshot, TransportState
from livemusic.engine.standing import AGAIN, Standing
from livemusic.network.address import Stand
from livemusic.session.codec import read_preset
from livemusic.session.edits import with_settings
from livemusic.session.library import find_preset
from livemusic.session.set_list import SetEntry
from livemusic.session.settings import Session

from .conftest import Studio

LOOPBACK = ("127.0.0.1", 0)
Told = tuple[str, tuple[object, ...]]
#: What is done and leaves nothing behind that could be told; a plugin tells its parameters to the window only.
DONE_AT_ONCE = {
    "stop", "resume", "panic", "test", "corner/go", "clear", "tap", "tempo/up", "tempo/down", "nudge", "half", "double",
    "scene", "pattern/duplicate", "pattern/double", "pattern/halve", "step", "lane/clear", "lane/fill", "lane/rotate",
    "lane/randomise", "section/rename", "draft/rename", "perform/reset", "path/clear", "next", "previous", "strike",
    "match/drum", "match/reset", "mix/clear", "plugin", "draft/listen", "draft/undo", "draft/redo", "draft/use",
    "pattern/remove", "perform/variation/new", "scene/clear", "section/preset", "step/ornament",
}  # fmt: skip


class Page:
    """A page of controls on another device: it sends, and hears what is told."""

    def __init__(self, studio: Studio, ear: socket.socket) -> None:
        self.desk = OscDesk(studio.engine.ask, studio.engine.tell, ear.getsockname(), LOOPBACK)
        self.desk.start()
        self._ear = ear

    def hears(self, path: str, *values: object) -> bool:
        """Whether this is told before nothing has been for a while."""
        while True:
            message = OscMessage(self._ear.recv(4096))
            if (message.address, tuple(message.params)) == ("/livemusic/" + path, values):
                return True

    def sends(self, path: str, *values: float | int | str) -> None:
        message = OscMessageBuilder("/livemusic/" + path)
        for value in values:
            message.add_arg(value)
        self._ear.sendto(message.build().dgram, ("127.0.0.1", self.desk.port_in))


@pytest.fixture
def page(studio: Studio) -> Iterator[Page]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(20.0)
        page = Page(studio, ear)
        yield page
        page.desk.close()


@pytest.mark.parametrize(
    ("asked", "path", "values"),
    [
        (TurnDials(density=0.5), "perform/density", (0.5,)),
        (TurnDials(complexity=-0.25), "perform/complexity", (-0.25,)),
        (TurnDials(intensity=1.0), "perform/intensity", (1.0,)),
        (TurnDials(density=-1.0, voice=2), "perform/density/drum", (2, -1.0)),
        (TurnDials(intensity=0.75, voice=8), "perform/intensity/drum", (8, 0.75)),
        (SetFeel("half"), "perform/feel", ("half",)),
        (SetFills(every=8), "perform/fills", ("8 bars",)),
        (SetFills(amount=0.75), "perform/fills/amount", (0.75,)),
        (SetVariation(every=4), "perform/variation", ("4 bars",)),
        (SetVariation(amount=0.125), "perform/variation/amount", (0.125,)),
        (ArmSection("top right"), "perform/section", ("top right",)),
        (SetLane(1, mute=True), "mix/mute", (1, 1)),
        (SetLane(3, solo=True), "mix/solo", (3, 1)),
        (SetLane(0, level_db=-12.0), "mix/level", (0, -12.0)),
        (SetLane(8, pan=-0.5), "mix/pan", (8, -0.5)),
        (MuteLanes(0, True), "mix/group", (0, 1)),
        (SetMaster(-6.0), "mix/master", (-6.0,)),
        (SetMetronome(on=True), "metronome", (1,)),
        (SetMetronome(count_in=2), "record/count-in", ("2 bars",)),
        (MovePad(0.25, 0.75), "pad", (0.25, 0.75)),
        (SetSwing(0.5), "swing", (0.5,)),
        (SetTempo(97.5), "tempo", (97.5,)),
        (GoPreset("Waltz"), "preset", ("Waltz",)),
        (RenameCorner(1, "Ghosts"), "corner/rename", (1, "Ghosts")),
    ],
)
def test_what_is_changed_in_the_window_is_told(
    studio: Studio, page: Page, asked: AnyRequest, path: str, values: tuple[object, ...]
) -> None:
    studio.ask(asked)
    assert page.hears(path, *values)


def test_a_fill_and_recording_light_their_buttons_and_put_them_out(studio: Studio, page: Page) -> None:
    page.sends("play")
    assert page.hears("play", 1)
    studio.ask(Fill())
    assert page.hears("perform/fill", 1)
    assert page.hears("perform/fill", 0)
    studio.ask(SetRecord(True))
    assert page.hears("record", 1)
    studio.ask(SetRecord(False))
    assert page.hears("record", 0)


def test_undo_is_told_too(studio: Studio, page: Page) -> None:
    studio.ask(RenameCorner(0, "Ghosts"))
    assert page.hears("corner/rename", 0, "Ghosts")
    studio.ask(Undo())
    assert page.hears("corner/rename", 0, studio.session.preset.corners[0].name)


def test_the_entry_of_the_set_list_is_told_with_its_note(studio: Studio, page: Page) -> None:
    assert page.hears("setlist/entry", 0, 0, "", "")
    entries = (SetEntry("House"), SetEntry("Waltz", "brushes"))
    studio.engine.apply(with_settings(studio.session_now(), set_list=entries))
    studio.ask(GoSetList(2))
    assert page.hears("setlist", 2)
    assert page.hears("setlist/entry", 2, 2, "Waltz", "brushes")


def test_two_pages_agree_on_what_one_of_them_sets(studio: Studio, page: Page) -> None:
    page.sends("perform/density/drum", 4, 0.5)
    assert page.hears("perform/density/drum", 4, 0.5)
    page.sends("perform/feel", "double")
    assert page.hears("perform/feel", "double")


def snapshot() -> Snapshot:
    plug = Plug()
    session = Session(read_preset(find_preset("House")))
    return Snapshot(0.0, 1, TransportState(), ListenState(), plug, plug, plug, Health(), session=session)


def told(standing: Standing, snapshot: Snapshot, now: float) -> list[Told]:
    return [(each.path, each.told) for each in standing.news(snapshot, now) if isinstance(each, Stand)]


@pytest.mark.parametrize("path", sorted(OSC))
def test_what_is_told_is_what_can_be_set(path: str) -> None:
    kind, control = OSC[path].kind, osc_controls()[path]
    assert kind is not None
    assert control.told == (path.removeprefix("/livemusic/") not in DONE_AT_ONCE)
    if kind.told is None or path in ("/livemusic/tempo/ramp", "/livemusic/setlist", "/livemusic/scene/rename"):
        return
    for values in kind.told(snapshot()):
        if len(values) == len(control.arguments):
            assert control.read(values) == values
        else:  # a button's light, or one of many
            assert values[-1] in (0, 1)


def test_what_stands_is_told_once_and_what_changes_at_once() -> None:
    standing, first = Standing(), snapshot()
    assert len(told(standing, first, 100.0)) > len(OSC) / 2
    assert told(standing, first, 100.05) == []
    follows = msgspec.structs.replace(first, listen=msgspec.structs.replace(first.listen, follow=True))
    assert told(standing, follows, 100.1) == [("/livemusic/follow", (1,))]


def test_everything_is_told_again_but_not_all_together() -> None:
    standing, first = Standing(), snapshot()
    every = told(standing, first, 100.0)
    again = [told(standing, first, 100.0 + AGAIN * (step - 0.01) / 50) for step in range(1, 101)]
    assert sorted(repr(each) for some in again for each in some) == sorted(map(repr, every))
    assert max(map(len, again)) < len(every) / 10


def test_a_fader_is_not_moved_under_the_hand_and_comes_right_after_it() -> None:
    standing, first = Standing(), snapshot()
    told(standing, first, 100.0)
    moved = msgspec.structs.replace(first, listen=msgspec.structs.replace(first.listen, swing=0.4))
    standing.touched("/livemusic/swing", 100.1)
    assert told(standing, moved, 100.2) == []
    assert told(standing, moved, 100.5) == [("/livemusic/swing", (0.4,))]
