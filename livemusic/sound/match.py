"""Matches a voice of the kit to a recorded hit: reads it, fits it, and says how near it came."""

import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from livemusic.audio.file import Recording
from livemusic.dsp.matching import RATE
from livemusic.dsp.matching.fit import Told, fit
from livemusic.dsp.matching.hit import LONGEST, Hit, hit_in
from livemusic.dsp.matching.likeness import unlikeness_db
from livemusic.dsp.matching.pitch import pitch_error, pitch_of
from livemusic.dsp.matching.voice import Bench, DrumVoice
from livemusic.errors import MediaError
from livemusic.music.kit import VOICE_NAMES, Voice
from livemusic.session.files import shown
from livemusic.sound.kit import Kit
from livemusic.sound.matched import struck

Seconds = float
Cents = float

#: In a longer recording nobody knows which hit is meant.
MOST: Seconds = 60.0
_HAT = "hi ?hat|hat|hh"
#: What files of each voice are called, as patterns of words.
_NAMED = (
    "kick|bass ?drum|bd",
    "snare|sd",
    f"closed ?(?:{_HAT})|(?:{_HAT}) ?(?:closed|cl)|chh?",
    f"open(?:ed)? ?(?:{_HAT})|(?:{_HAT}) ?(?:open|op)|ohh?",
    "(?:low|floor) ?tom|tom ?(?:low|floor|lo)",
    "mid(?:dle)? ?tom|tom ?(?:mid|middle)",
    "hi(?:gh)? ?tom|tom ?(?:hi|high)",
    "crash",
    "ride",
)
#: A hit that is not nearer than this is none of a drum.
_UNLIKE_DB = 12.0


@dataclass(frozen=True, slots=True)
class Match:
    """A voice fitted to a hit. `before`, `after`: how unlike the hit the kit's own voice and the fitted one are, dB
    (`dsp.matching.likeness`). `pitch` of the hit, Hz, and how far the voice is from it while it rings, cents; None
    where a drum has none. `remarks`: what the musician should read.
    """

    voice: DrumVoice
    before: float
    after: float
    pitch: float | None
    cents: Cents | None
    remarks: tuple[str, ...]


def read_hit(path: Path, at: Seconds | None = None) -> Hit:
    """The hit in the audio file at `path`: of several the loudest, or the one that begins at `at`. `MediaError`."""
    recording = Recording(path)
    try:
        if at is None and recording.length > MOST:
            raise MediaError(
                f"{shown(path)} lasts {_in_words(recording.length)}; a hit is looked for in a minute at most. "
                "Cut it out, or say where it begins with --at SECONDS."
            )
        if at is not None and not 0 <= at < recording.length:
            raise MediaError(f"{shown(path)} lasts {_in_words(recording.length)}: --at {at:g} is outside it.")
        first = 0 if at is None else max(0, round((at - 0.05) * recording.sample_rate))
        length = MOST if at is None else LONGEST + 0.1
        sound = recording.mixed(recording.stretch(first, round(min(length, recording.length) * recording.sample_rate)))
        rate, fault = recording.sample_rate, recording.remark
    finally:
        recording.close()
    try:
        hit = hit_in(sound, rate)
    except ValueError as problem:
        raise MediaError(f"{shown(path)} {problem}") from problem
    remarks = hit.remarks if not fault else (fault, *hit.remarks)
    return Hit(hit.sound, hit.at + first / rate, hit.peak, hit.others, remarks)


def likely_voice(hit: Hit, name: str = "") -> int:
    """The voice 0..8 that `hit` most likely is: what `name`, that of its file, says, or a guess by its sound.

    `ModelError` where the network that guesses is missing.
    """
    from livemusic.inference.library import Library
    from livemusic.inference.voice import VoiceGuess

    named = voice_named(name)
    return VoiceGuess.open(Library().folder("voice")).likely(hit.sound) if named is None else named


def voice_named(name: str) -> int | None:
    """The voice 0..8 that a file's `name` names, such as "Snare_03" or "OHH 2"; None where it names none or several."""
    words = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    words = " ".join(re.findall(r"[a-z]+", words.lower()))
    found = {voice for voice, pattern in enumerate(_NAMED) if re.search(rf"\b(?:{pattern})\b", words)}
    return found.pop() if len(found) == 1 else None


def match(hit: Hit, voice: int, name: str = "", told: Told = lambda share: None) -> Match:
    """Fit the voice 0..8 of the kit to `hit`; the fitted one is called `name`. Some seconds."""
    fitted = fit(hit.sound, told=told).voice
    ours = Bench(RATE, len(hit.sound)).parts(fitted.parameters()).sum
    own = struck(Kit(round(RATE)).standard[Voice(voice)]).mean(axis=1)
    before, after = (unlikeness_db(sound, hit.sound, RATE) for sound in (own, ours))
    pitch, cents = pitch_of(hit.sound, RATE), pitch_error(ours, hit.sound, RATE)
    remarks = hit.remarks
    if after > _UNLIKE_DB:
        remarks = (*remarks, "What is matched sounds little like it: a drum voice cannot make such a sound.")
    return Match(msgspec.structs.replace(fitted, name=name), before, after, pitch, cents, remarks)


def in_words(matched: Match, voice: int) -> str:
    """One line for the musician."""
    pitch = "" if matched.pitch is None else f", pitch {matched.pitch:.0f} Hz"
    off = "" if matched.cents is None else f" ({matched.cents:.0f} cents off)"
    return (
        f"The {VOICE_NAMES[voice]} is matched: it was {matched.before:.1f} dB from the hit and is "
        f"{matched.after:.1f} dB from it now{pitch}{off}."
    )


def _in_words(seconds: Seconds) -> str:
    whole = round(seconds)
    hours, minutes = whole // 3600, whole // 60 % 60
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {whole % 60} s"
