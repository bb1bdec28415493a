"""Shows what the engine says of the path, as it is wanted to look."""

from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import msgspec
import numpy as np
from PySide6.QtCore import QSettings

from livemusic.engine.messages import SetShow
from livemusic.engine.request import Request
from livemusic.engine.snapshot import Snapshot
from livemusic.errors import MediaError
from livemusic.music.tempo import Seconds
from livemusic.session.show import Show
from livemusic.ui.bridge import Stretch
from livemusic.ui.commands import Desk
from livemusic.ui.panels.sections import names_of
from livemusic.ui.show_kept import kept_show
from livemusic.ui.stage import StageHand
from livemusic.ui.struck import Struck
from livemusic.ui.views.sight import Anchor
from livemusic.ui.views.trajectory import TrajectoryView

#: Below this there is no music, and the head of the path fades.
_SILENCE_DB = -60.0


class PathDesk:
    """Between the engine and the view of the path. `stage_wanted`: ask for the stage once the engine is there."""

    def __init__(
        self, view: TrajectoryView, stage: StageHand, settings: QSettings, send: Callable[[Request], None]
    ) -> None:
        self.stage_wanted = False
        self._view = view
        self._stage = stage
        self._settings = settings
        self._send = send
        self._struck = Struck()
        self._show_kept = False

    def grow(self, stretch: Stretch) -> None:
        """More of the path, and how all of it is laid out where that is new."""
        if stretch.view is not None:
            self._view.sight.look(stretch.view, perf_counter())
        self._view.extend(stretch.epoch, stretch.first, stretch.points)

    def save_picture(self, path: Path) -> str:
        """Draw the path there as it is seen now; what came of it, in a sentence."""
        try:
            self._view.save(path)
        except MediaError as problem:
            return str(problem)
        return f"The picture is in {path.name}."

    def show_state(self, snapshot: Snapshot, desk: Desk, now: Seconds) -> None:
        """What goes with the path."""
        listen, sight = snapshot.listen, self._view.sight
        sight.show_anchors(
            tuple(
                Anchor(name, tuple(anchor), weight)
                for name, anchor, weight in zip(desk.corner_names, listen.anchors, listen.weights, strict=False)
                if anchor is not None
            )
        )
        if listen.dim:
            sight.foresee(np.frombuffer(listen.forecast, np.float32).reshape(-1, listen.dim), listen.certainty)
        sight.show_level(min(max((listen.rms_db + 54.0) / 48.0, 0.15), 1.0), listen.rms_db > _SILENCE_DB)
        notes = () if desk.session is None else desk.session.preset.sections
        sight.show_sections(snapshot.structure.sections, names_of(notes))
        for voice, strength in self._struck.news(snapshot.transport):
            sight.hit(voice, strength, now)
        self._view.show_hint(_hint(snapshot))
        self._show_style(snapshot.surface.show)

    def _show_style(self, show: Show) -> None:
        """How it is to look: as it was kept, where the engine knows nothing of it yet."""
        if self.stage_wanted:
            self.stage_wanted = False
            self._send(SetShow(stage=True))
        if not self._show_kept:
            self._show_kept = True
            kept = kept_show(self._settings)
            if show == Show() != kept:
                self._send(SetShow(**msgspec.structs.asdict(kept) | {"stage": None}))
        self._view.show_style(show)
        self._stage.show_state(show)


def _hint(snapshot: Snapshot) -> str:
    source = snapshot.source
    if source.state == "on":
        return "Listening…"
    return source.detail or "No signal.\nChoose what to listen to, or drop an audio file here."
