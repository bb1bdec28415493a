"""What OSC tells of everything that can be set: how it stands, whenever that changes."""

from collections.abc import Iterator

from livemusic.engine.actions import OSC
from livemusic.engine.snapshot import Snapshot
from livemusic.music.tempo import Seconds
from livemusic.network.address import SetEntryTold, Stand, Told, Value
from livemusic.session.set_list import place_of

#: Everything is told again after so long, for a page that was opened later, or that has missed a message.
AGAIN: Seconds = 10.0
#: It is looked for changes so often: no fader needs more, and there are many.
EVERY: Seconds = 0.04
#: While a hand moves a fader by OSC it is not told where it was a moment ago, or it would jump under the hand.
_RESTS: Seconds = 0.3

#: Multiples of this, the golden ratio, lie evenly between whole numbers however many there are.
_APART = 0.618
_TOLD = {path: told for path, action in OSC.items() if action.kind is not None and (told := action.kind.told)}


class Standing:
    """Remembers what was told. Thread: broadcast, but for `touched`."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], tuple[Value, ...]] = {}
        self._due: dict[tuple[str, int], Seconds] = {}
        self._touched: dict[str, Seconds] = {}
        self._entry: SetEntryTold | None = None
        self._looked: Seconds = -EVERY

    def touched(self, path: str, now: Seconds) -> None:
        """Somebody sets it by OSC. Thread: any."""
        self._touched[path] = now

    def news(self, snapshot: Snapshot, now: Seconds) -> Iterator[Told | Stand]:
        """What stands otherwise than it was told, and what is to be told again. `snapshot` has its session."""
        if now - self._looked < EVERY:
            return
        self._looked = now
        for path, told in _TOLD.items():
            if now < self._touched.get(path, now - AGAIN) + _RESTS:
                continue
            for number, values in enumerate(told(snapshot)):
                key = path, number
                if values != self._known.get(key) or now >= self._due[key]:
                    # the first time all comes together, and again each in its turn
                    late = 0.0 if key in self._due else AGAIN * (_APART * len(self._due) % 1.0)
                    self._known[key], self._due[key] = values, now + AGAIN + late
                    yield Stand(path, values)
        entry = _entry(snapshot)
        if entry is not None and entry != self._entry:
            self._entry = entry
            yield entry


def _entry(snapshot: Snapshot) -> SetEntryTold | None:
    """Where we are in the set list."""
    if snapshot.session is None:
        return None
    settings = snapshot.session.settings
    entries = settings.set_list
    place = place_of(entries, settings.set_place, snapshot.session.preset.name)
    if place is None:
        return SetEntryTold(0, len(entries), "", "")
    return SetEntryTold(place + 1, len(entries), entries[place].preset, entries[place].note)
