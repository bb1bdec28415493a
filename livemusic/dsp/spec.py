"""What the embedder hears: every number between samples and the model's input, kept in its `model.json`."""

import math

import msgspec

Hertz = float
Seconds = float
Decibels = float


class FeatureSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole path from mono sound to windows of `(frames, bins)` numbers in 0..1, so that playing repeats training.

    `fft` samples make a frame, one every `hop` samples at `sample_rate` Hz; a Tukey window of shape `alpha` (1 is
    Hann's). With `high_hz` 0 the first `bins` lines of the spectrum are kept (94 lines of 1024 end at 4005 Hz, as in
    the source's decoder; "F <= 4000 Hz" read strictly would keep 93); otherwise its power is gathered in `bins`
    triangular bands, evenly spaced on the mel scale between `low_hz` and `high_hz`. `range_db` below a running
    reference level is 0, the reference is 1. The reference follows each frame's loudest line or band, up in about
    `attack_s` and down in about `release_s`, and stands still while that is under `floor_db` (dB full scale).
    """

    sample_rate: int = 44100
    fft: int = 1024
    hop: int = 1024
    window: str = "tukey"
    alpha: float = 0.4
    bins: int = 94
    frames: int = 22
    range_db: Decibels = 60.0
    floor_db: Decibels = -60.0
    attack_s: Seconds = 0.25
    release_s: Seconds = 10.0
    low_hz: Hertz = 0.0
    high_hz: Hertz = 0.0

    def __post_init__(self) -> None:
        self._within("sample_rate", 8000, 384000)
        self._within("fft", 16, 65536)
        self._within("hop", 1, self.fft)
        if self.window != "tukey":
            raise ValueError(f"window {self.window!r} is unknown: only 'tukey' is")
        self._within("alpha", 0.0, 1.0)
        self._within("bins", 1, self.fft // 2 + 1)
        self._within("frames", 1, 4096)
        self._within("range_db", 1.0, 200.0)
        self._within("floor_db", -200.0, 0.0)
        self._within("attack_s", 0.0, 60.0)
        self._within("release_s", 0.0, 3600.0)
        self._within("high_hz", 0.0, self.sample_rate / 2)
        self._within("low_hz", 0.0, self.high_hz)

    def _within(self, name: str, low: float, high: float) -> None:
        value = getattr(self, name)
        if not (math.isfinite(value) and low <= value <= high):
            raise ValueError(f"{name} {value!r} is outside {low:g}..{high:g}")

    @property
    def hop_s(self) -> Seconds:
        """Time from one frame, and one trajectory point, to the next."""
        return self.hop / self.sample_rate

    @property
    def window_s(self) -> Seconds:
        """How much sound one window of `frames` rows covers."""
        return ((self.frames - 1) * self.hop + self.fft) / self.sample_rate
