"""Times of a song as they are read: minutes, and bars where the tempo is known."""

from dataclasses import dataclass

from livemusic.music.tempo import Seconds

#: Distances of marks along the time line.
_STEPS: tuple[Seconds, ...] = (
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000, 36000,
)  # fmt: skip
_HOUR = 3600


def in_minutes(seconds: Seconds, digits: int = 1) -> str:
    """As `mm:ss.s`, from one hour on `h:mm:ss.s`, rounded down so that no second is shown before it has begun."""
    scale = 10**digits
    whole, part = divmod(int(max(0.0, seconds) * scale + 1e-6), scale)
    minutes, rest = divmod(whole, 60)
    text = f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if whole >= _HOUR else f"{minutes:02d}:{rest:02d}"
    return f"{text}.{part:0{digits}d}" if digits else text


def marks(begin: Seconds, end: Seconds, most: int) -> tuple[Seconds, list[Seconds]]:
    """Round times from `begin` to `end`, at most about `most` of them, and how far they are apart."""
    least = (end - begin) / max(1, most)
    step = next((step for step in _STEPS if step >= least), _STEPS[-1])
    first = -int(-begin // step)
    return step, [step * k for k in range(first, int(end / step + 1e-9) + 1)]


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a song whose tempo is known: bar 1 begins at `origin`, each is `bar_s` long, of `beats` beats."""

    origin: Seconds
    bar_s: Seconds
    beats: int

    @classmethod
    def around(cls, position: Seconds, beat: float, bpm: float, meter: tuple[int, int]) -> "Bars":
        """From where the song is: at `position` it is `beat` quarter notes behind some bar line, at `bpm`."""
        bar_s = meter[0] * 4 / meter[1] * 60 / bpm
        phase = (position - beat * 60 / bpm) % bar_s
        return cls(phase if phase < 0.75 * bar_s else phase - bar_s, bar_s, meter[0])

    def at(self, seconds: Seconds) -> str:
        """Bar and beat, such as `12.3`, both counted from 1; before the first bar it is bar 0."""
        bar, part = divmod((seconds - self.origin) / self.bar_s + 1e-9, 1)
        return f"{int(bar) + 1}.{int(part * self.beats) + 1}"

    def agrees(self, other: "Bars", seconds: Seconds) -> bool:
        """Whether both put their bars near `seconds` within a twentieth of a beat, and are as long within 0.5 %."""
        if self.beats != other.beats or abs(self.bar_s - other.bar_s) > 0.005 * self.bar_s:
            return False
        apart = (seconds - self.origin) / self.bar_s - (seconds - other.origin) / other.bar_s
        return abs(apart - round(apart)) * self.beats < 0.05

    def lines(self, begin: Seconds, end: Seconds) -> list[Seconds]:
        """Where bars begin, from `begin` to `end`."""
        first = -int(-(begin - self.origin) // self.bar_s)
        last = int((end - self.origin) // self.bar_s)
        return [self.origin + k * self.bar_s for k in range(first, last + 1)]
