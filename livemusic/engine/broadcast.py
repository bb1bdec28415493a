"""The engine on OSC: what happens goes out, and every control comes in."""

from collections.abc import Callable, Iterator
from difflib import get_close_matches
from time import perf_counter

import msgspec
import numpy as np
import numpy.typing as npt

from livemusic.dsp.lanes import LANES
from livemusic.dsp.tonality import plain
from livemusic.engine import messages as say
from livemusic.engine.actions import OSC, osc_controls
from livemusic.engine.messages import AnyRequest
from livemusic.engine.request import Failed
from livemusic.engine.snapshot import AnyReply, HarmonyState, ListenState, PluginsState, Snapshot
from livemusic.engine.standing import Standing
from livemusic.engine.worker import Worker
from livemusic.latent.points import Z
from livemusic.latent.view import View
from livemusic.music.kit import VOICE_OF_PITCH
from livemusic.music.tempo import TICKS_PER_BEAT, Meter, Seconds
from livemusic.network.address import (
    Ahead,
    Beat,
    Centre,
    ChordTold,
    Corner,
    Heard,
    Hit,
    KeyTold,
    Level,
    Loop,
    NoticeTold,
    Playing,
    Point,
    Section,
    Told,
    Value,
    Weights,
    Wide,
)
from livemusic.network.osc import OscIn, OscOut
from livemusic.session.section import called
from livemusic.session.settings import Session

_EVERY: Seconds = 0.02
#: A loop is told again when it has changed by so much of a second.
_LOOP_DIGITS = 1
#: So many points make a second.
_A_SECOND = 43
#: The same refusal is told again after so long, and no more than so many in that time: strangers may send anything.
_AGAIN: Seconds = 10.0
_MOST = 20


class Broadcast:
    """The core that tells `out` what has happened since it last looked. Thread: broadcast."""

    def __init__(self, out: OscOut, look: Callable[[say.Look], Snapshot]) -> None:
        self._out = out
        self._look = look
        self._before: Snapshot | None = None
        self._view: View | None = None
        self._beat = -1
        self._place = say.Look(points=-1)
        self._session: Session | None = None
        self.standing = Standing()
        self._section: tuple[int, int] | None = None
        self._loop = (0.0, 0)

    def handle(self, message: object, now: Seconds) -> None:
        raise TypeError(f"the broadcast takes no messages, such as {message!r}")

    def advance(self, now: Seconds) -> Seconds | None:
        snapshot = self._look(self._place)
        listen = snapshot.listen
        self._place = say.Look(listen.epoch, listen.total, snapshot.revision, listen.view_number)
        self._session = snapshot.session or self._session
        whole = msgspec.structs.replace(snapshot, session=self._session)
        self._out.send(*self._news(whole), *self.standing.news(whole, now), now=now)
        self._before = snapshot
        return now + _EVERY

    def _news(self, now: Snapshot) -> Iterator[Told]:
        listen, transport, before = now.listen, now.transport, self._before
        if before is None or before.listen.view_number != listen.view_number:
            self._view = View.from_bytes(listen.view) if listen.view else None
        rows = np.frombuffer(listen.points, np.float32).reshape(-1, Z + max(1, listen.dim))
        if len(rows):
            yield from self._point(rows[-1], listen)
        yield Weights(*listen.weights)
        if before is None or before.surface.corner != now.surface.corner:
            yield Corner(now.surface.corner)
        yield from self._heard(now)
        yield from self._structure(now)
        yield from _harmony(now, before)
        yield Level(listen.peak_db, listen.rms_db)
        if before is None or before.transport.playing != transport.playing:
            self._beat = -1
            yield Playing(int(transport.playing))
        beat = int(transport.tick // TICKS_PER_BEAT)
        if transport.playing and transport.tick >= 0 and beat != self._beat:
            self._beat = beat
            in_bar = max(1, Meter(*transport.meter).bar // TICKS_PER_BEAT)
            yield Beat(beat // in_bar + 1, beat % in_bar + 1, transport.bpm)
        if before is not None:
            known = before.notices[-1].number if before.notices else 0
            yield from (NoticeTold(notice.text) for notice in now.notices if notice.number > known)
        fresh = 0 if before is None else transport.notes_sent - before.transport.notes_sent
        for pitch, velocity in transport.last_hits[max(0, len(transport.last_hits) - fresh) :] if fresh > 0 else ():
            if pitch in VOICE_OF_PITCH:
                yield Hit(int(VOICE_OF_PITCH[pitch]), velocity / 127)

    def _heard(self, now: Snapshot) -> Iterator[Told]:
        """The drums that were heard since it last looked."""
        fresh = 0 if self._before is None else now.heard.count - self._before.heard.count
        for _, lane, velocity in now.heard.hits[max(0, len(now.heard.hits) - fresh) :] if fresh > 0 else ():
            yield Heard(lane, velocity / 127, LANES[lane])

    def _structure(self, now: Snapshot) -> Iterator[Told]:
        """Which section has begun, and which loop."""
        notes = () if now.session is None else now.session.preset.sections
        here = now.structure
        section = here.sections[here.here] if 0 <= here.here < len(here.sections) else None
        label = None if section is None else (here.epoch, section.label)
        if section is not None and label != self._section:
            yield Section(section.label, called(section.label, notes), int(here.returned >= 0))
        self._section = label
        loop = round(here.loop_s, _LOOP_DIGITS), here.loop_beats
        if loop != self._loop:
            yield Loop(*loop)
        self._loop = loop

    def _point(self, row: npt.NDArray[np.float32], listen: ListenState) -> Iterator[Told]:
        """Where the path is, in the song's view and in full, and where it will be in a second."""
        view = self._view or View.plain(listen.dim)
        z = row[Z:]
        x, y, up = view.place(z[None], listen.total - 1)[0].tolist()
        yield Point(x, y, up, float(row[0]))
        yield Wide(tuple(z.tolist()))
        forecast = np.frombuffer(listen.forecast, np.float32).reshape(-1, listen.dim)
        if len(forecast):
            ahead = forecast[min(_A_SECOND, len(forecast)) - 1]
            dx, dy, dup = (view.place(ahead[None], None) - view.place(z[None], None))[0].tolist()
            yield Ahead(x + dx, y + dy, up + dup, listen.certainty)


def _harmony(now: Snapshot, before: Snapshot | None) -> Iterator[Told]:
    """Where the tonal centre is, and which key and chord there are where that is new."""
    here, there = now.harmony, HarmonyState() if before is None else before.harmony
    if here.centre is not None and here.centre != there.centre:
        yield Centre(*here.centre)
    if here.key != there.key:
        name = "-" if here.key is None else plain(here.key.name)
        yield KeyTold(here.tonic, here.mode or "-", here.confidence, name)
    if here.chord != there.chord:
        yield ChordTold(here.root, "-" if here.chord is None else plain(here.chord.named(here.key)))


class OscDesk:
    """OSC out to `out` and in at `place_in`, both a host and a port, None for off, while it is open. `DeviceError`.

    `ask` is the engine's; `failed` hears what goes wrong on the way out, and what came in that cannot be done.
    """

    def __init__(
        self,
        ask: Callable[[AnyRequest], AnyReply],
        failed: Callable[[str], None],
        out: tuple[str, int] | None,
        place_in: tuple[str, int] | None,
    ) -> None:
        self._ask = ask
        self._failed = failed
        self._told: dict[str, Seconds] = {}
        self._in = None
        if place_in is not None:
            host, port = place_in
            self._in = OscIn(port, osc_controls(), self._control, host, self._refuse)
        self._out = None if out is None else OscOut(*out)
        self._worker: Worker | None = None
        self._broadcast = None if self._out is None else Broadcast(self._out, self._look)
        if self._broadcast is not None:
            self._worker = Worker("broadcast", self._broadcast, failed)

    @property
    def port_in(self) -> int | None:
        """The port that is listened on."""
        return None if self._in is None else self._in.port

    def start(self) -> None:
        if self._in is not None:
            self._in.start()
        if self._worker is not None:
            self._worker.start()

    def close(self) -> None:
        for part in (self._worker, self._in, self._out):
            if part is not None:
                part.close()

    def _look(self, look: say.Look) -> Snapshot:
        reply = self._ask(look)
        assert isinstance(reply, Snapshot)
        return reply

    def _control(self, path: str, arguments: tuple[Value, ...]) -> None:
        """Do what came in; `ValueError` says why that cannot be. Thread: OSC's."""
        kind = OSC[path].kind
        assert kind is not None
        request = kind.request(*arguments)
        if isinstance(request, say.SetParameter):
            self._find(request)
        reply = self._ask(request)
        if isinstance(reply, Failed):
            raise ValueError(reply.reason)
        if self._broadcast is not None:
            self._broadcast.standing.touched(path, perf_counter())

    def _find(self, request: say.SetParameter) -> None:
        """See that the control of a plugin is there: who sends it has no list of them."""
        reply = self._ask(say.LookPlugins())
        plugins = reply.chain.plugins if isinstance(reply, PluginsState) else ()
        plugin = next((plugin for plugin in plugins if plugin.place == request.place), None)
        if plugin is None:
            raise ValueError(f"there is no plugin at place {request.place}")
        names = [control.parameter.name for control in plugin.controls]
        if names and request.name not in names:
            near = get_close_matches(request.name, names, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{plugin.name} has no control {request.name[:80]!r}{hint}")

    def _refuse(self, reason: str) -> None:
        """Tell why something that came in is not done, but not of a flood. Thread: OSC's."""
        now = perf_counter()
        self._told = {text: at for text, at in self._told.items() if now - at < _AGAIN}
        if reason not in self._told and len(self._told) < _MOST:
            self._told[reason] = now
            self._failed(reason)
