"""What comes in by OSC or from a controller and cannot be done is said, in the window and in the log."""

import socket
from collections.abc import Callable, Iterator

import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from livemusic.engine.broadcast import OscDesk
from livemusic.engine.edits import Undo
from livemusic.engine.messages import MovePad
from livemusic.session.control import Binding, Control
from livemusic.session.edits import with_settings
from livemusic.session.preset import Scene

from .conftest import Studio, until

LOOPBACK = ("127.0.0.1", 0)
Send = Callable[..., None]


@pytest.fixture
def send(studio: Studio) -> Iterator[Send]:
    """Another program that sends controls by OSC."""
    desk = OscDesk(studio.engine.ask, studio.engine.tell, None, LOOPBACK)
    desk.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

        def one(path: str, *arguments: float | int | str) -> None:
            message = OscMessageBuilder(path)
            for argument in arguments:
                message.add_arg(argument)
            sender.sendto(message.build().dgram, ("127.0.0.1", desk.port_in))

        yield one
    desk.close()


@pytest.mark.parametrize(
    ("path", "arguments", "said"),
    [
        ("preset", ("Nope",), "There is no preset called 'Nope'."),
        ("preset", ("backbeet",), "There is no preset called 'backbeet': did you mean 'Backbeat'?"),
        ("scene", (5,), "Scene 6 is empty. Store one there first."),
        ("scene/rename", (5, "Verse"), "Scene 6 is empty. Store one there first."),
        ("step/ornament", (0, 7, 3, "flam"), "There is no crash on step 3: set one there first."),
        ("scene", (99,), "OSC /livemusic/scene: number 99 is outside 0..7."),
        ("plugin", (3, "Gain", 0.5), "OSC /livemusic/plugin: there is no plugin at place 3."),
        ("double", (), "The tempo is not taken from the music"),
        ("tempo", (1000.0,), "OSC /livemusic/tempo: bpm 1000.0 is outside"),
        ("pad", (0.5,), "OSC: /livemusic/pad takes 2 arguments, not 1."),
        ("preest", ("Backbeat",), "OSC: there is no control /livemusic/preest; did you mean /livemusic/preset?"),
        ("redo", (), "There is nothing to redo."),
    ],
)
def test_what_osc_asks_in_vain_is_said_at_once(
    studio: Studio, send: Send, path: str, arguments: tuple[float | int | str, ...], said: str
) -> None:
    send(f"/livemusic/{path}", *arguments)
    until(lambda: studio.said(said))


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        ("scene/store", (2,)),
        ("lane/lock", (1, 3)),
        ("pattern/bars", (3,)),
        ("pattern/meter", (7, 8)),
        ("pattern/duplicate", (0,)),
        ("step/ornament", (0, 0, 0, "flam")),
        ("section/corner", (1, 2)),
        ("section/preset", (1, "Waltz")),
        ("preset/keep-tempo", (1,)),
        ("preset/change", ("4 bars",)),
        ("record/quantise", (0.25,)),
    ],
)
def test_what_the_window_can_change_osc_can_change_and_undo_takes_back(
    studio: Studio, send: Send, path: str, arguments: tuple[float | int | str, ...]
) -> None:
    begun = studio.session_now()
    send(f"/livemusic/{path}", *arguments)
    until(lambda: studio.session_now() != begun)
    studio.ask(Undo())
    until(lambda: studio.session_now() == begun)


def test_a_scene_is_stored_under_its_letter_and_keeps_the_name_it_was_given(studio: Studio, send: Send) -> None:
    send("/livemusic/scene/store", 1)
    until(lambda: len(studio.session_now().preset.scenes) == 2)
    assert studio.session_now().preset.scenes[1].name == "B"  # type: ignore[union-attr]
    send("/livemusic/scene/rename", 1, "Verse")
    until(lambda: studio.session_now().preset.scenes[1].name == "Verse")  # type: ignore[union-attr]
    studio.ask(MovePad(1.0, 0.0))
    until(lambda: studio.look().listen.pad == (1.0, 0.0))
    send("/livemusic/scene/store", 1)
    until(lambda: studio.session_now().preset.scenes[1] == Scene("Verse", (1.0, 0.0)))
    send("/livemusic/scene/clear", 1)
    until(lambda: not studio.session_now().preset.scenes)


def test_a_pedal_locks_a_lane_to_the_corner_that_is_heard_and_unlocks_it(studio: Studio) -> None:
    binding = Binding(Control("pads", "note", 1, 60), "lock snare")
    studio.engine.apply(with_settings(studio.session_now(), controllers=("pads",), bindings=(binding,)))
    studio.ask(MovePad(1.0, 0.0))
    until(lambda: studio.look().surface.edited == 3)
    for locks in ((None, 3), ()):
        studio.pads["pads"].play(bytes((0x90, 60, 100)))
        until(lambda locks=locks: studio.session_now().preset.locks == locks)  # type: ignore[misc]
        studio.pads["pads"].play(bytes((0x80, 60, 0)))


def test_listening_to_a_draft_that_is_not_there_is_said(studio: Studio, send: Send) -> None:
    send("/livemusic/draft/listen", 1)
    until(lambda: studio.said("There is no pattern yet."))


def test_a_flood_of_what_cannot_be_done_is_not_a_flood_of_notices(studio: Studio, send: Send) -> None:
    for _ in range(200):
        send("/livemusic/launch", "never")
    send("/livemusic/preset", "The Last")
    until(lambda: studio.said("The Last"))
    assert sum("never" in notice.text for notice in studio.look().notices) == 1


@pytest.mark.parametrize(
    ("target", "kind", "number", "said"),
    [
        ("preset", "program", 99, "Preset 100 was asked for, but there are only "),
        ("preset Gone Since", "note", 40, "There is no preset called 'Gone Since'"),
        ("scene 6", "note", 41, "Scene 6 is empty. Store one there first."),
    ],
)
def test_what_a_controller_asks_in_vain_is_said_at_once(
    studio: Studio, target: str, kind: str, number: int, said: str
) -> None:
    binding = Binding(Control("pads", kind, 1, number), target)
    studio.engine.apply(with_settings(studio.session_now(), controllers=("pads",), bindings=(binding,)))
    status = {"program": 0xC0, "note": 0x90}[kind]
    studio.pads["pads"].play(bytes((status, number) if kind == "program" else (status, number, 100)))
    until(lambda: studio.said(said))
