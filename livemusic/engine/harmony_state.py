"""The harmony that is heard, as the window draws it."""

import msgspec

from livemusic.dsp.tonality import Chord, Key


class HarmonyState(msgspec.Struct, frozen=True):
    """The harmony that is heard. `centre`: the tonal centre on the spiral (see `dsp.spiral`), None where there is no
    harmony; `trail`: where it was in the last seconds, float32 `(n, 3)` as bytes, the newest last. `tonic`, `root`: the
    pitch classes of key and chord, C 0, -1 where there is none; `mode` and `kind` as in `dsp.tonality`; `confidence`
    of the key, 0..1. `classes`: the share of each pitch class. `tuning`: of A, in semitones from 440 Hz.
    """

    centre: tuple[float, float, float] | None = None
    tonic: int = -1
    mode: str = ""
    confidence: float = 0.0
    root: int = -1
    kind: str = ""
    classes: tuple[float, ...] = ()
    trail: bytes = b""
    tuning: float = 0.0

    @property
    def key(self) -> Key | None:
        """The key."""
        return None if self.tonic < 0 else Key(self.tonic, self.mode)

    @property
    def chord(self) -> Chord | None:
        """The chord."""
        return None if self.root < 0 else Chord(self.root, self.kind)
