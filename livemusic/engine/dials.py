"""What a control that was taught shows of its target, and how an endless one moves it."""

from dataclasses import dataclass, field

from livemusic.engine.action import Fader, Held, Target, Trigger
from livemusic.engine.actions import target_of
from livemusic.engine.messages import AnyRequest
from livemusic.engine.snapshot import Snapshot
from livemusic.midi.gesture import Pickup
from livemusic.midi.port import plain
from livemusic.music.tempo import Seconds
from livemusic.session.control import Binding

#: A control that has just been moved is not moved back by what it caused.
HANDS_OFF: Seconds = 0.3
#: So far one step of an endless encoder moves what it was taught.
_STEP = 1 / 127


@dataclass(slots=True)
class Dial:
    """What a controller shows for a binding, and when it was last moved by hand; `turned`: where an endless one has
    moved its target, at `stepped`."""

    value: float | None = None
    moved: Seconds = 0.0
    pickup: Pickup = field(default_factory=Pickup)
    turned: float | None = None
    stepped: Seconds = -float("inf")

    def turn(self, binding: Binding, steps: int, now: Snapshot, at: Seconds) -> AnyRequest:
        """What moves the fader of `binding` on by so many steps from where it stands.

        It may follow late, or stand at whole steps of its own; while it does what was asked last, that goes on.
        """
        target = target_of(binding.target)
        assert isinstance(target, Fader)
        stands = target.value(now)
        before = stands if stands is not None else self.turned if self.turned is not None else 0.5
        if self.turned is not None and (
            at - self.stepped < HANDS_OFF or target.move(self.turned) == target.move(before)
        ):
            before = self.turned
        low, way = binding.low, binding.high - binding.low
        part = (before - low) / way if way else 0.0
        self.turned, self.stepped = low + way * min(max(part + steps * _STEP, 0.0), 1.0), at
        return target.move(self.turned)


def standing(binding: Binding, now: Snapshot) -> float | None:
    """Where the target of `binding` stands, 0..1 of the control's way; None where it cannot be shown."""
    try:
        target: Target = target_of(binding.target)
    except ValueError:
        return None
    match target:
        case Trigger(_, lit) | Held(_, lit):
            return None if lit is None else float(lit(now))
        case Fader(_, value) if (place := value(now)) is not None and binding.high != binding.low:
            return min(1.0, max(0.0, (place - binding.low) / (binding.high - binding.low)))
    return None


def encoders(bindings: tuple[Binding, ...]) -> dict[str, frozenset[tuple[int, int]]]:
    """Of each port the endless encoders among its controls: channel and number."""
    found: dict[str, set[tuple[int, int]]] = {}
    for control in (binding.control for binding in bindings):
        if control.kind == "control" and control.coding:
            found.setdefault(plain(control.port), set()).add((control.channel, control.number))
    return {port: frozenset(numbers) for port, numbers in found.items()}
