"""Which stretch of a pattern is seen: zoomed, scrolled, and turned like a page by the playhead."""

from dataclasses import dataclass

from livemusic.music.tempo import TICKS_PER_BEAT

#: At most so close.
LEAST_SPAN = float(TICKS_PER_BEAT)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The ticks from `first` on, `span` of them, of a pattern of `length`; kept within it."""

    length: float
    first: float = 0.0
    span: float = 0.0

    def __post_init__(self) -> None:
        span = min(max(self.span or self.length, min(LEAST_SPAN, self.length)), self.length)
        object.__setattr__(self, "span", span)
        object.__setattr__(self, "first", min(max(self.first, 0.0), self.length - span))

    @property
    def whole(self) -> bool:
        """Whether all of the pattern is seen."""
        return self.span >= self.length

    def sees(self, tick: float) -> bool:
        """Whether `tick` is seen."""
        return self.first <= tick < self.first + self.span

    def zoomed(self, factor: float, at: float) -> "Stretch":
        """`factor` times as close; the tick `at` stays where it is."""
        span = Stretch(self.length, 0.0, self.span / factor).span
        return Stretch(self.length, at - (at - self.first) * span / self.span, span)

    def scrolled(self, ticks: float) -> "Stretch":
        """So many ticks further on."""
        return Stretch(self.length, self.first + ticks, self.span)

    def turned(self, tick: float) -> "Stretch":
        """The page on which `tick` is; the same where it is seen already."""
        return self if self.sees(tick) else Stretch(self.length, tick // self.span * self.span, self.span)
