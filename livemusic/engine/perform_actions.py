"""The rows of the table of actions that perform the groove."""

from collections.abc import Callable

import msgspec

from livemusic.engine.action import Action, Amount, Choice, Fader, Press, Special, Switch, Target, Trigger, plainly
from livemusic.engine.messages import AnyRequest
from livemusic.engine.perform_requests import (
    SECTION_STARTS,
    ArmSection,
    Fill,
    NewVariation,
    ResetDials,
    SetFeel,
    SetFills,
    SetVariation,
    TurnDials,
)
from livemusic.engine.snapshot import Snapshot
from livemusic.music.kit import VOICE_NAMES
from livemusic.music.performance import DIALS, FEELS, FILLS_EVERY, VARIES_EVERY, Performance
from livemusic.network.address import Number, Value, Word

_DIAL = Number("amount", -1, 1)
_DRUM = Number("voice", 0, len(VOICE_NAMES) - 1, whole=True)
_SHARE = Number("amount", 0, 1)


def _performance(now: Snapshot) -> Performance:
    return now.perform.performance


def _every(bars: int) -> str:
    return f"{bars} bars" if bars else "off"


def _turn(name: str, amount: float, voice: int | None = None) -> TurnDials:
    return msgspec.structs.replace(TurnDials(voice=voice), **{name: amount})


def _dial(name: str) -> Amount:
    """A dial of all drums."""
    return Amount(_DIAL, lambda amount: _turn(name, amount), lambda now: float(getattr(_performance(now).whole, name)))


def _drum_dials(name: str) -> Special:
    """The same dial of each drum: a control learns one of them, OSC tells which."""

    def fader(voice: int) -> Fader:
        return Fader(
            lambda part: _turn(name, 2 * part - 1, voice),
            lambda now: (float(getattr(_performance(now).lane(voice), name)) + 1) / 2,
        )

    return Special(
        lambda voice, amount: _turn(name, amount, voice),
        (_DRUM, _DIAL),
        {f"{name} {drum}": fader(voice) for voice, drum in enumerate(VOICE_NAMES)},
        lambda now: tuple(
            (voice, plainly(_DIAL, getattr(_performance(now).lane(voice), name))) for voice in range(len(VOICE_NAMES))
        ),
    )


def _feel(feel: str) -> Switch:
    return Switch(lambda on: SetFeel(feel if on else "normal"), lambda now: _performance(now).feel == feel)


def _bars_of(words: tuple[int, ...], make: Callable[[int], AnyRequest], value: Callable[[Snapshot], int]) -> Choice:
    """Every so many bars, or off."""
    return Choice(
        "every",
        tuple(map(_every, words)),
        lambda word: make(next(bars for bars in words if _every(bars) == word)),
        lambda now: _every(value(now)),
    )


def _arm(to: str) -> Trigger:
    """A button that arms the next section, or disarms it."""
    return Trigger(
        lambda now: ArmSection("off" if now.perform.armed == to else to), lambda now: now.perform.armed == to
    )


def _armed(now: Snapshot) -> tuple[tuple[Value, ...], ...]:
    return ((now.perform.armed or "off",),)


_ARMS: dict[str, Target] = {f"next section {to}": _arm(to) for to in SECTION_STARTS[1:]}

PERFORM_ACTIONS: tuple[Action, ...] = (
    *(
        row
        for name, less, more in zip(
            DIALS, ("fewer", "straighter", "softer"), ("more hits", "more syncopated", "harder"), strict=True
        )
        for row in (
            Action(name, "Perform", f"{name.capitalize()}: {less} or {more}", _dial(name), osc=f"perform/{name}"),
            Action(f"drum {name}", "Perform", f"{name.capitalize()} of one drum", _drum_dials(name),
                   osc=f"perform/{name}/drum",
                   titles=tuple(f"{name.capitalize()} of the {drum}" for drum in VOICE_NAMES)),
        )
    ),
    Action("fill", "Perform", "Fill now", Press(Fill, lambda now: bool(now.perform.fill)), ("G",), "perform/fill"),
    Action("fills", "Perform", "A fill at the end of every 4 or 8 bars",
           _bars_of(FILLS_EVERY, lambda bars: SetFills(every=bars), lambda now: _performance(now).fill_every),
           osc="perform/fills"),
    Action("fill amount", "Perform", "How long and busy fills are",
           Amount(_SHARE, lambda amount: SetFills(amount=amount), lambda now: _performance(now).fill_amount),
           osc="perform/fills/amount"),
    Action("half time", "Perform", "Half time", _feel("half"), ("J",)),
    Action("double time", "Perform", "Double time", _feel("double"), ("K",)),
    Action("feel", "Perform", "Normal, half or double time",
           Choice("feel", FEELS, SetFeel, lambda now: _performance(now).feel), osc="perform/feel"),
    Action("variation", "Perform", "Vary one bar in 2, 4 or 8",
           _bars_of(VARIES_EVERY, lambda bars: SetVariation(every=bars), lambda now: _performance(now).vary_every),
           osc="perform/variation"),
    Action("variation amount", "Perform", "How much of the bar is varied",
           Amount(_SHARE, lambda amount: SetVariation(amount=amount), lambda now: _performance(now).vary_amount),
           osc="perform/variation/amount"),
    Action("another variation", "Perform", "Another variation now", Press(NewVariation), ("Y",),
           "perform/variation/new"),
    Action("next section", "Perform", "Go to the next corner, with a crash, at the next section",
           Special(ArmSection, (Word("to", SECTION_STARTS),), _ARMS, _armed),
           ("I",), "perform/section",
           ("Next section: next corner", *(f"Next section: {to} corner" for to in SECTION_STARTS[2:]))),
    Action("reset performance", "Perform", "Play the groove as written", Press(ResetDials), osc="perform/reset"),
)  # fmt: skip
