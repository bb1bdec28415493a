"""Shows what the engine says of the harmony, where that is wanted."""

from collections.abc import Callable

import numpy as np

from livemusic.engine.messages import SetFollowed
from livemusic.engine.request import Request
from livemusic.engine.snapshot import HarmonyState, Snapshot
from livemusic.music.tempo import Seconds
from livemusic.ui.commands import Desk
from livemusic.ui.views.moment import Marker
from livemusic.ui.views.spiral import SpiralView
from livemusic.ui.views.spiral_painter import SpiralMoment

_NO_SOUND = "No signal."
_NO_HARMONY = "No harmony is heard: no notes, or drums alone."


class HarmonyDesk:
    """Between the engine and the `view` of the spiral."""

    def __init__(self, send: Callable[[Request], None]) -> None:
        self.view = SpiralView()
        self.view.hide()
        self.view.follow_wanted.connect(lambda on: send(SetFollowed("harmony" if on else "path")))

    def show_state(self, snapshot: Snapshot, desk: Desk) -> None:
        """The harmony now, and whether it is to be seen."""
        wanted = snapshot.surface.show.harmony
        if self.view.isHidden() == wanted:
            self.view.setVisible(wanted)
        if wanted:
            self.view.show_followed(snapshot.listen.followed == "harmony")
            self.view.show_moment(moment_of(snapshot, desk.corner_names))

    def advance(self, now: Seconds) -> None:
        """One frame."""
        if not self.view.isHidden():  # the stage shows it, too, whatever becomes of the window
            self.view.advance(now)


def moment_of(snapshot: Snapshot, corner_names: tuple[str, ...]) -> SpiralMoment:
    """What of a snapshot is seen on the spiral."""
    heard: HarmonyState = snapshot.harmony
    listen = snapshot.listen
    markers = tuple(
        Marker(name, (anchor[0], anchor[1], anchor[2]), weight if listen.followed == "harmony" else 0.0)
        for name, anchor, weight in zip(corner_names, listen.harmony_anchors, listen.weights, strict=False)
        if anchor is not None
    )
    return SpiralMoment(
        classes=np.array(heard.classes) if heard.classes else np.zeros(12),
        centre=heard.centre,
        trail=np.frombuffer(heard.trail, np.float32).reshape(-1, 3),
        key=heard.key,
        confidence=heard.confidence,
        chord=heard.chord,
        markers=markers,
        hint=_NO_HARMONY if snapshot.source.state == "on" else _NO_SOUND,
    )
