"""What of a lane is heard: muted, alone, or as one corner has it while the others morph."""

from PySide6.QtWidgets import QMenu

from livemusic.engine.edits import LockLane
from livemusic.engine.mixing import SetLane
from livemusic.ui import theme
from livemusic.ui.commands import Desk


def offer_locks(menu: QMenu, desk: Desk, voice: int) -> None:
    """Put the corners a `voice` can stay with into a menu, and the way back."""
    if desk.session is None:
        return
    locks = desk.session.preset.locked()
    for corner, name in enumerate(desk.corner_names):
        action = menu.addAction(f"{theme.CORNERS[corner]} Lock to “{name}”")
        action.setCheckable(True)
        action.setChecked(locks.get(voice) == corner)
        action.triggered.connect(lambda _, corner=corner: desk.send(LockLane(voice, corner)))
    free = menu.addAction("Follow the pad")
    free.setEnabled(voice in locks)
    free.triggered.connect(lambda *_: desk.send(LockLane(voice, None)))


def offer_mix(menu: QMenu, desk: Desk, voice: int) -> None:
    """Put mute and solo of a `voice` into a menu."""
    if desk.snapshot is None:
        return
    lane = desk.snapshot.mixer.lanes[voice]
    for words, on, request in (
        ("Mute", lane.mute, SetLane(voice, mute=not lane.mute)),
        ("Solo", lane.solo, SetLane(voice, solo=not lane.solo)),
    ):
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(on)
        action.triggered.connect(lambda _, request=request: desk.send(request))
    menu.addSeparator()
