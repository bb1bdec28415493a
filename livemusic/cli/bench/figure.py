"""One measured figure, and the table they make."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from livemusic.engine.lateness import Percentiles


class Figure(NamedTuple):
    """`value` in `unit`; `target` is met when value <= target (or >= it where `at_least`), None where there is none."""

    subject: str
    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def as_row(self) -> dict[str, object]:
        """As `--json` prints it."""
        return self._asdict() | {"met": self.met}


def milliseconds(subject: str, name: str, values: Iterable[float], p99: float | None = None) -> list[Figure]:
    """p50, p95, p99 and the worst of `values` (seconds), in ms; `p99` is that one's target."""
    spread = Percentiles.of(list(values))
    return [
        Figure(subject, f"{name} {label}", 1e3 * value, "ms", p99 if label == "p99" else None)
        for label, value in zip(("p50", "p95", "p99", "max"), spread, strict=True)
    ]


def table(figures: Sequence[Figure]) -> str:
    """The figures as aligned text."""
    lines = []
    for figure in figures:
        goal = ""
        if figure.target is not None:
            goal = f"{'≥' if figure.at_least else '≤'} {figure.target:.3g} {'met' if figure.met else 'MISSED'}"
        lines.append(f"{figure.subject:<8}{figure.name:<44}{figure.value:>10.3f} {figure.unit:<6} {goal}".rstrip())
    return "\n".join(lines)
