"""The musician's pads, keys and knobs: MIDI inputs that come and go, each with the output that lights it up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from livemusic.errors import DeviceError, PortHeldError
from livemusic.midi.input import Hear, In, open_in
from livemusic.midi.port import Out, find_port, plain
from livemusic.midi.rtmidi import open_out, output_names
from livemusic.midi.system import CLIENT

Seconds = float
#: Looking for a port holds the interpreter for some 25 ms.
_RETRY_EVERY: Seconds = 3.0
_AT_ONCE: Seconds = -float("inf")
_LONGEST_CLIENT = 48


@dataclass(frozen=True, slots=True)
class PortState:
    """A controller as it was asked for: `on`, `lost` or `failed`, and a sentence for the musician."""

    name: str
    state: str
    detail: str = ""


@dataclass(slots=True)
class _Controller:
    """One of them. Thread: the loader writes, any reads."""

    state: PortState
    hear: Hear
    input: In | None = None
    feedback: Out | None = None
    #: The output that shows what the controller does; empty where it has none.
    shows_at: str = ""


def _heard(name: str, hear: Hear) -> In:
    return open_in(name, hear, _client("from", name))


def _shown(name: str) -> Out:
    return open_out(name, _client("to", name))


def _client(way: str, name: str) -> str:
    """A controller's client on JACK, called the same whatever else is open; JACK wants no colon, and no long names."""
    return f"{CLIENT} {way} {name}".replace(":", " ")[:_LONGEST_CLIENT]


class Controllers:
    """The ports named in `wanted`, those that are plugged in and those that are not yet.

    `hear(name, data, at)` gets what is played, with the name as it was wanted; it runs in a MIDI thread,
    must hand on at once and never raise. Opening takes some 80 ms for each port and never fails.

    Thread: one (the loader) makes, refreshes and closes it; any other may send and look at `states`.
    """

    def __init__(
        self,
        wanted: Sequence[str],
        hear: Callable[[str, bytes, Seconds], None],
        opener: Callable[[str, Hear], In] = _heard,
        opener_out: Callable[[str], Out] = _shown,
        outputs: Callable[[], Sequence[str]] = output_names,
        clock: Callable[[], Seconds] = perf_counter,
    ) -> None:
        self._opener = opener
        self._opener_out = opener_out
        self._outputs = outputs
        self._clock = clock
        self._controllers = {name: _Controller(PortState(name, "failed"), partial(hear, name)) for name in wanted}
        self._by_plain_name = {plain(name): controller for name, controller in self._controllers.items()}
        self._retry_due = _AT_ONCE
        self._closed = False
        self._missed = False
        self.refresh()

    @property
    def states(self) -> tuple[PortState, ...]:
        """How each of them is, in the order they were wanted."""
        return tuple(controller.state for controller in self._controllers.values())

    def refresh(self) -> bool:
        """Notice what has vanished and open again what is back; True when anything changed or was not shown.

        For every second: what is missing is looked for every three.
        """
        if self._closed:
            return False
        missed, self._missed = self._missed, False
        changed, now = self.sweep() or missed, self._clock()
        if now < self._retry_due:
            return changed
        self._retry_due = now + _RETRY_EVERY
        for controller in self._controllers.values():
            if controller.input is None:
                changed |= self._open(controller)
            elif controller.shows_at and controller.feedback is None:
                changed |= self._open_feedback(controller)
        return changed

    def sweep(self) -> bool:
        """Close what has vanished; True when anything had.

        After a JACK server has died this must be done before any other port is opened; see `SystemPort.alive`.
        """
        changed = False
        for name, controller in self._controllers.items():
            if controller.input is not None and not controller.input.alive:
                lost, controller.input = controller.input, None
                lost.close()
                self._end_feedback(controller)
                controller.state = PortState(
                    name, "lost", f"The controller {name!r} has gone. It is used when it is back."
                )
                changed = True
            elif controller.feedback is not None and not controller.feedback.alive:
                self._end_feedback(controller)
                changed = True
        if changed:
            self._retry_due = _AT_ONCE
        return changed

    def send(self, port: str, data: bytes) -> None:
        """Show something on the controller wanted as `port`; nothing where it shows nothing or is gone."""
        controller = self._controllers.get(port) or self._by_plain_name.get(plain(port))
        if controller is not None and (out := controller.feedback) is not None:
            try:
                out.send(data)
            except PortHeldError:
                self._missed = True
            except DeviceError:
                pass  # `sweep` will notice

    def close(self) -> None:
        """Free all ports; nothing is heard or shown after this. Again does nothing."""
        self._closed = True
        for controller in self._controllers.values():
            if controller.input is not None:
                controller.input.close()
                controller.input = None
            self._end_feedback(controller)

    def _open(self, controller: _Controller) -> bool:
        name, before = controller.state.name, controller.state
        try:
            controller.input = self._opener(name, controller.hear)
        except DeviceError as problem:
            if before.state == "failed":
                controller.state = PortState(name, "failed", str(problem))
            return controller.state != before
        controller.state = PortState(name, "on")
        controller.shows_at = self._twin(name, controller.input.name)
        self._open_feedback(controller)
        return True

    def _twin(self, wanted: str, heard_at: str) -> str:
        """The output of the same device: it has the input's name, or says (playback) where that says (capture)."""
        if wanted in ("virtual", "none"):
            return ""
        twin = heard_at.replace("(capture)", "(playback)")
        try:
            names = [name for name in self._outputs() if plain(name) == plain(twin)]
            return names[find_port(twin, names)]
        except DeviceError:
            return ""

    def _open_feedback(self, controller: _Controller) -> bool:
        if controller.shows_at:
            try:
                controller.feedback = self._opener_out(controller.shows_at)
            except DeviceError:
                return False
        return controller.feedback is not None

    def _end_feedback(self, controller: _Controller) -> None:
        gone, controller.feedback = controller.feedback, None
        if gone is not None:
            gone.close()
