"""What a change is called, told from what it changed: tempo 120 → 105, hit drawn in B."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from livemusic.music.kit import VOICE_NAMES
from livemusic.music.performance import DIALS, Dials, Performance
from livemusic.session.lane_mix import LaneMix, all_lanes
from livemusic.session.metronome import Metronome, named_outputs
from livemusic.session.preset import CORNER_LETTERS, Clip
from livemusic.session.settings import Session

_LEADERS = {"own": "Internal", "midi": "MIDI clock", "link": "Link", "audio": "Follow audio"}
#: So many things are named where one change made several.
_NAMED = 3

#: What a field of the settings or the preset is called; those left out go by their own names.
_NAMES = {
    "source": "input",
    "midi_out": "MIDI output",
    "midi_in": "MIDI input",
    "sound_out": "audio output",
    "live_in": "live input",
    "clock_out": "MIDI clock output",
    "channel": "MIDI channel",
    "drums": "drum model",
    "embedder": "path model",
    "hearing": "hearing model",
    "midi_delay_ms": "MIDI delay",
    "sound_delay_ms": "audio delay",
    "midi_in_latency_ms": "MIDI input latency",
    "source_latency_ms": "input latency",
    "bindings": "MIDI mappings",
    "thru": "MIDI thru",
    "pickup": "knob pickup",
    "song_volume_db": "song volume",
    "takes": "takes folder",
    "heard_midi": "heard drums to MIDI",
    "heard_channel": "channel of heard drums",
    "bpm": "tempo",
    "launch": "launch quantise",
    "follow": "follow the music",
    "followed": "what is followed",
    "anchors": "captures",
    "harmony_anchors": "captures of the harmony",
    "mode": "morphing",
    "locks": "lane locks",
    "answer": "answering",
    "voices": "matched drums",
    "instrument": "instrument plugin",
    "effects": "effect plugins",
    "master_db": "master level",
    "kit": "drum kit",
}
_SHARES = ("swing", "quantise", "answer_freedom")


def changed(old: Session, new: Session) -> str:
    """What makes `new` of `old`, in a few words without a full stop; empty for the same."""
    if old.preset.name != new.preset.name:
        return f"preset “{new.preset.name}”"
    leaders = [(session.settings.tempo_from, session.settings.demo_leads) for session in (old, new)]
    if leaders[0] != leaders[1] and old.preset.bpm != new.preset.bpm:  # the tempo before was another's
        taken = replace(old, preset=replace(old.preset, bpm=new.preset.bpm))
        return f"tempo {round(new.preset.bpm, 1):g}, {changed(taken, new)}"
    told = [
        words
        for before, after in ((old.preset, new.preset), (old.settings, new.settings))
        for name in before.__struct_fields__
        if (words := _told(name, getattr(before, name), getattr(after, name)))
    ]
    return ", ".join(told[:_NAMED]) + (f" and {len(told) - _NAMED} more" if len(told) > _NAMED else "")


def _told(name: str, before: Any, after: Any) -> str:
    """How one field went; empty where it stayed."""
    if before == after:
        return ""
    if name in _SAID:
        return _SAID[name](before, after)
    called = _NAMES.get(name, name.replace("_", " "))
    if name in _SHARES:
        return f"{called} {before:.0%} → {after:.0%}"
    if isinstance(after, bool):
        return f"{called} {'on' if after else 'off'}"
    if isinstance(before, int | float) and isinstance(after, int | float):
        return f"{called} {round(before, 1):g} → {round(after, 1):g}"
    return f"{called} {after}" if isinstance(after, str) and after else called


def _corners(before: tuple[Clip, ...], after: tuple[Clip, ...]) -> str:
    pairs = [pair for pair in zip(CORNER_LETTERS, before, after, strict=True) if pair[1] != pair[2]]
    if len(pairs) > 1:
        return f"patterns in {', '.join(letter for letter, _, _ in pairs)}"
    letter, was, now = pairs[0]
    return f"{_edited(was, now)} in {letter}"


def _edited(was: Clip, now: Clip) -> str:
    if was.name != now.name:
        return f"“{now.name}”"
    if was.steps != now.steps:
        return "pattern length"
    old, new = (
        {(voice, step, offset): velocity for voice, hits in clip.hits.items() for step, velocity, offset in hits}
        for clip in (was, now)
    )
    drawn, gone = new.keys() - old.keys(), old.keys() - new.keys()
    if drawn and gone:
        return f"{_hits(len(drawn))} moved" if len(drawn) == len(gone) else "hits changed"
    if drawn or gone:
        return f"{_hits(len(drawn))} drawn" if drawn else f"{_hits(len(gone))} removed"
    return "velocity"


def _metronome(before: Metronome, after: Metronome) -> str:
    changes = {name for name in after.__struct_fields__ if getattr(before, name) != getattr(after, name)}
    match sorted(changes):
        case ["on"]:
            return f"metronome {'on' if after.on else 'off'}"
        case ["level_db"]:
            return f"metronome {before.level_db:.0f} → {after.level_db:.0f} dB"
        case ["count_in"]:
            return f"count-in {after.count_in} bar{'' if after.count_in == 1 else 's'}"
        case ["outputs"]:
            return f"click to {named_outputs(after.outputs)}"
        case ["channel"]:
            return f"click channel {before.channel} → {after.channel}"
    return "metronome output"


def _mix(before: Sequence[LaneMix], after: Sequence[LaneMix]) -> str:
    pairs = zip(VOICE_NAMES, all_lanes(before), all_lanes(after), strict=True)
    told = [f"{name} {_mixed(was, now)}" for name, was, now in pairs if was != now]
    return ", ".join(told) if len(told) < _NAMED else f"mix of {len(told)} drums"


def _mixed(was: LaneMix, now: LaneMix) -> str:
    if was.mute != now.mute:
        return "muted" if now.mute else "unmuted"
    if was.solo != now.solo:
        return f"solo {'on' if now.solo else 'off'}"
    if was.level_db != now.level_db:
        return f"level {was.level_db:.1f} → {now.level_db:.1f} dB"
    return "pan" if was.pan != now.pan else "MIDI velocity"


def _hits(count: int) -> str:
    return "hit" if count == 1 else f"{count} hits"


def _performance(before: Performance, after: Performance) -> str:
    told = _turned("", before.whole, after.whole)
    for voice, name in enumerate(VOICE_NAMES):
        told += _turned(f"{name} ", before.lane(voice), after.lane(voice))
    for name, called in (("fill_every", "fills"), ("vary_every", "variation")):
        if getattr(before, name) != (every := getattr(after, name)):
            told.append(f"{called} every {every} bars" if every else f"{called} off")
    for name, called in (("fill_amount", "fill amount"), ("vary_amount", "variation amount")):
        if getattr(before, name) != getattr(after, name):
            told.append(f"{called} {getattr(before, name):.0%} → {getattr(after, name):.0%}")
    if before.vary_seed != after.vary_seed:
        told.append("another variation")
    if before.feel != after.feel:
        told.append("normal feel" if after.feel == "normal" else f"{after.feel} time")
    return told[0] if len(told) == 1 else "performance"


def _turned(drum: str, before: Dials, after: Dials) -> list[str]:
    return [
        f"{drum}{name} {getattr(before, name):.0%} → {getattr(after, name):.0%}"
        for name in DIALS
        if getattr(before, name) != getattr(after, name)
    ]


_SAID: dict[str, Callable[[Any, Any], str]] = {
    "corners": _corners,
    "mix": _mix,
    "pad": lambda before, after: "pad moved",
    "meter": lambda before, after: f"meter {before[0]}/{before[1]} → {after[0]}/{after[1]}",
    "tempo_from": lambda before, after: f"time from {_LEADERS[before]} → {_LEADERS[after]}",
    "demo_leads": lambda before, after: "time from the demo song" if after else "time from Demo song → Internal",
    "ramp_bpm": lambda before, after: f"ramp to {after:g}",
    "ramp_bars": lambda before, after: f"ramp over {after} bar{'' if after == 1 else 's'}",
    "metronome": lambda before, after: _metronome(before, after),
    "record_to": lambda before, after: f"record to {after}",
    "performance": _performance,
    "drum_map": lambda before, after: f"drum map {after.name}",
}
