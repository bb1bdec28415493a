"""Kit, band and plugins on one stage: what sounds when, worked out without a device or a thread."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from livemusic.audio.pages import Pages
from livemusic.errors import MediaError
from livemusic.music.event import CLICK, CLICK_0_DB
from livemusic.music.kit import GM_PITCHES
from livemusic.music.mix import Mix
from livemusic.sound.backing import BackingTrack
from livemusic.sound.balance import Balance
from livemusic.sound.click import Clicks
from livemusic.sound.clock import FrameClock
from livemusic.sound.deck import Deck
from livemusic.sound.fitter import Refit
from livemusic.sound.kit import Kit, limit
from livemusic.sound.live import Live
from livemusic.sound.plugins.chain import Chain
from livemusic.sound.protocol import Backing, Events, Gain, SetParameter, Song, Voices
from livemusic.sound.voices import Samples, Seconds

#: Events later than this (a stopped process, a machine asleep) are left out: nobody wants them all at once.
_STALE: Seconds = 0.25


@dataclass(slots=True)
class _Band:
    """The backing that plays, where it is (in its own frames) and how loud it was at the end of the last block."""

    track: BackingTrack
    started_at: Seconds
    at: float | None = None
    gain: float = 0.0


class OnAir(NamedTuple):
    """From now on this input is heard with the rest; None: no more."""

    live: Live | None


class Stage:
    """Renders block after block; `clock` tells it which frame an event's moment is, `delay` after it.

    Everything is delayed by the same `delay`, so kit and band stay together. An instrument in `chain` plays in place of
    the kit, by the notes it wants, and the kit again where it fails. With more than one of `pairs` of outputs, the
    metronome has the last to itself, and everything else the first. Thread: the renderer's.
    """

    def __init__(self, sample_rate: int, delay: Seconds, kit: Kit | None = None, pairs: int = 1) -> None:
        self.kit = Kit(sample_rate) if kit is None else kit
        self.clock = FrameClock(sample_rate)
        self.clicks = Clicks(sample_rate)
        self._pairs = pairs
        self.chain = Chain()
        self._no_band = ""
        self._delay = delay
        self._gains = Gain()
        self._kit_gain = 1.0
        self._master = self._master_now = 1.0
        self._scales = Mix()
        self._band: _Band | None = None
        self._leaving: _Band | None = None
        self._song = ""
        self._deck: Deck | None = None
        self._deck_leaving: Deck | None = None
        self._decks_ended: list[Deck] = []
        self._tap: Callable[[int, Samples], None] | None = None
        self.live: Live | None = None
        self._live_leaving: Live | None = None
        self._pitches: tuple[int, ...] = GM_PITCHES
        self._later: dict[object, tuple[float, object]] = {}

    @property
    def problem(self) -> str:
        """What of band and song cannot be heard, and why."""
        return self._no_band or (self._deck.problem if self._deck is not None else "")

    def record(self, tap: Callable[[int, Samples], None] | None) -> None:
        """From now on `tap` is given what the kit, or the instrument in its place, plays: `(first frame, block)`."""
        self._tap = tap

    def look(self, taken: int, now: Seconds) -> None:
        """At `now` the speakers have taken `taken` frames altogether, and an input has what it has."""
        self.clock.observe(taken, now)
        if self.live is not None:
            self.live.look(now)

    def handle(self, message: object) -> None:
        """Take one message from the engine, or a `Chain` that is ready; what it does not know it passes over.

        What is meant for a later moment waits for the block that it falls into, or for another of its kind.
        """
        if isinstance(message, Balance | Refit | SetParameter):
            kind = (message.place, message.name) if isinstance(message, SetParameter) else type(message)
            self._later.pop(kind, None)
            if message.at and (frame := self.clock.frame_at(message.at + self._delay)) > self.kit.position:
                self._later[kind] = frame, message
                return
        self._do(message)

    def _do(self, message: object) -> None:
        match message:
            case Events(batch):
                for moment, data in batch:
                    frame = round(self.clock.frame_at(moment + self._delay))
                    if data[0] == CLICK:
                        if frame > self.kit.position - _STALE * self.kit.sample_rate:
                            lag = self.chain.lag()
                            self.clicks.strike(round(frame + lag), bool(data[1]), 10 ** ((data[2] - CLICK_0_DB) / 20))
                        continue
                    if frame <= self.kit.position - _STALE * self.kit.sample_rate:
                        self.kit.late += 1
                    elif self.chain.plays:
                        self.kit.late += frame < self.kit.position
                        self.chain.queue(frame, self._scales.scaled(data))
                    else:
                        self.kit.play(frame, data)
            case Chain():
                message.follow(self.chain)
                self.chain = message
                message.wants(self._pitches)
            case Voices(pitches):
                self._pitches = pitches
                self.chain.wants(pitches)
            case OnAir(live):
                self._live_leaving, self.live = self.live, live
            case SetParameter(place, name, value):
                self.chain.move(place, name, value)
            case Refit(kit, sounds):
                kit.refit(sounds)
            case Gain():
                self._gains = message
            case Balance():
                self.kit.strips.set(message)
                self._scales, self._master = Mix(scales=message.scales), message.master
            case Backing(path, started_at, sample_rate):
                self._leaving, self._band, self._no_band = self._band, None, ""
                if path is not None:
                    try:
                        self._band = _Band(BackingTrack.open(Path(path), sample_rate), started_at)
                    except MediaError as problem:
                        self._no_band = str(problem)
            case Song():
                self._put_on(message)

    def render(self, frames: int) -> Samples:
        """The next `frames` frames, float32 `(frames, 2 * pairs)`, at most -1 dB."""
        first = self.kit.position
        for kind in [kind for kind, (frame, _) in self._later.items() if frame < first + frames]:
            self._do(self._later.pop(kind)[1])
        block = self.kit.mix(frames)
        played = self.chain.sound(first, frames, self.kit.sample_rate)
        if played is not None:
            block += played
        block *= np.linspace(self._kit_gain, self._gains.kit, frames, dtype=np.float32)[:, None]
        self._kit_gain = self._gains.kit
        if self._tap is not None:
            self._tap(first, block.copy())
        self._play_decks(block, self._moment(first), self._moment(first + frames))
        for band, gain in ((self._leaving, 0.0), (self._band, self._gains.backing)):
            if band is not None:
                block += self._read(band, first, frames, gain)
        self._leaving = None
        if self._live_leaving is not None:
            block += self._live_leaving.last(frames)
            self._live_leaving = None
        if self.live is not None:
            block += self.live.read(frames, self.clock.time_at(first + frames))
        block = self.chain.through(block, self.kit.sample_rate)
        if self._master != 1.0 or self._master_now != 1.0:
            block = block * np.linspace(self._master_now, self._master, frames, dtype=np.float32)[:, None]
            self._master_now = self._master
        if self._pairs > 1:
            block = np.pad(block, ((0, 0), (0, 2 * self._pairs - 2)))
        self.clicks.add_to(block[:, -2:], first)
        return limit(block)

    def _put_on(self, song: Song) -> None:
        """Play a song, or the same on from somewhere else."""
        if song.path is not None and song.path == self._song and self._deck is not None:
            self._deck.playhead, self._deck.gain = song.playhead, song.gain
            return
        if self._deck_leaving is not None:
            self._decks_ended.append(self._deck_leaving)
        self._deck_leaving, self._deck, self._song = self._deck, None, song.path or ""
        if self._deck_leaving is not None and not song.playhead.playing:  # another song
            self._decks_ended.append(self._deck_leaving)
            self._deck_leaving = None
        if song.path is not None:
            pages = Pages(song.path)
            pages.start()
            self._deck = Deck(pages, song.sample_rate, self.kit.sample_rate, song.playhead, song.gain)

    def _play_decks(self, block: Samples, begin: Seconds, end: Seconds) -> None:
        """Add the song to `block`; one that it is heard in place of goes on until it is there."""
        frames = len(block)
        for deck in self._decks_ended:
            block += deck.last(frames)
        self._decks_ended = []
        if self._deck is not None:
            block += self._deck.read(frames, begin, end)
        if self._deck_leaving is not None:
            old = self._deck_leaving.read(frames, begin, end)
            came = (0, frames) if self._deck is None or self._deck.problem else self._deck.came
            if came is not None:
                old *= np.interp(np.arange(frames), came, (1.0, 0.0)).astype(np.float32)[:, None]
                self._deck_leaving.last(0)
                self._deck_leaving = None
            block += old

    def _moment(self, frame: int) -> Seconds:
        """The moment whose sound leaves with `frame`."""
        lag = self.chain.lag() / self.kit.sample_rate
        return self.clock.time_at(frame) - self._delay - lag

    def close(self) -> None:
        """Let go of the song's file."""
        for deck in (self._deck, self._deck_leaving, *self._decks_ended):
            if deck is not None:
                deck.last(0)
        self._decks_ended = []
        self._deck = self._deck_leaving = None

    def _read(self, band: _Band, first: int, frames: int, gain: float) -> Samples:
        """The band's next block; its speed follows the clock, its gain goes straight to `gain`."""
        rate, length = band.track.sample_rate, len(band.track)
        end = (self._moment(first + frames) - band.started_at) * rate
        steps = frames * rate / self.kit.sample_rate
        if band.at is None or abs(end - band.at - steps) > 0.005 * rate:
            band.at = round(end) - steps if rate == self.kit.sample_rate else end - steps
        elif abs(end - band.at - steps) < 1.0:
            end = band.at + steps
        else:
            end = band.at + steps + float(np.clip(end - band.at - steps, -0.002 * steps, 0.002 * steps))
        sound = band.track.read(band.at, end, frames)
        sound *= np.linspace(band.gain, gain, frames, dtype=np.float32)[:, None]
        turns = end // length if end > 2 * length else 0
        band.started_at += turns * length / rate
        band.at, band.gain = end - turns * length, gain
        return sound
