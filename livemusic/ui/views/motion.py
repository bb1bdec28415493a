"""A camera that moves with the music: it breathes on the beat, and every section has its own place to look from."""

from dataclasses import replace
from math import exp, pi, sin

from livemusic.music.tempo import Seconds
from livemusic.ui.views.camera import Camera

_TURN_PER_SECOND = 0.07
#: To the place of another section it takes about this long.
_SWING: Seconds = 1.1
_SWAY_SECONDS, _SWAY = 47.0, 0.16
_USUAL_PITCH, _PITCHES, _YAW = 0.36, (0.0, 0.22, -0.14, 0.34, 0.1, -0.2), 0.9
#: How much nearer it comes on a beat, and on the first of a bar; how fast it falls back, in beats.
_BEAT, _BAR, _FALL = 0.035, 0.06, 0.3


class Motion:
    """Where the camera is, as far as `amount` 0..1 lets it go; it never comes so near that anything is cut off."""

    def __init__(self) -> None:
        self.amount = 0.5
        self._yaw = 0.6
        self._swing = 0.0
        self._tilt = 0.0
        self._push = 0.0
        self._now: Seconds | None = None
        self._sway = 0.0

    def advance(self, now: Seconds, beat: float | None, beats_in_bar: int, label: int | None) -> None:
        """Go on to `now`: `beat` is the song position in beats, None where nothing plays; `label` of the section."""
        elapsed = 0.0 if self._now is None else min(max(now - self._now, 0.0), 0.1)
        self._now = now
        self._yaw = (self._yaw + _TURN_PER_SECOND * self.amount * 2 * elapsed) % (2 * pi)
        self._sway = sin(2 * pi * now / _SWAY_SECONDS)
        share = 1 - exp(-elapsed / _SWING)
        place = 0 if label is None else label
        self._swing += (_YAW * ((place * 0.618) % 1.0 - 0.5) - self._swing) * share
        self._tilt += (_PITCHES[place % len(_PITCHES)] - self._tilt) * share
        self._push = 0.0
        if beat is not None and beat >= 0:
            strength = _BAR if int(beat) % max(1, beats_in_bar) == 0 else _BEAT
            self._push = strength * exp(-(beat % 1.0) / _FALL)

    def applied(self, camera: Camera) -> Camera:
        """`camera` where the music has it."""
        pitch = _USUAL_PITCH + self.amount * (self._tilt + _SWAY * self._sway)
        return replace(
            camera,
            yaw=(self._yaw + self.amount * self._swing) % (2 * pi),
            pitch=pitch,
            zoom=1.0 - self.amount * (_BAR - self._push),
        )
