"""What `livemusic doctor` finds at one station, and how it is printed."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from livemusic.errors import LiveMusicError

_MARKS = {"good": "✓", "note": "·", "bad": "✗"}
_WIDTH = 10


class Finding(NamedTuple):
    """One station: `verdict` is `good`, `note` (works, but you should know) or `bad`."""

    station: str
    verdict: str
    text: str


def guarded(station: str, examine: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """What `examine` finds; what stops it is a finding too."""
    try:
        yield from examine()
    except LiveMusicError as problem:
        yield Finding(station, "bad", str(problem))


def print_findings(findings: Sequence[Finding]) -> None:
    """A line for each, the stations in a column."""
    width = max(_WIDTH, *(len(finding.station) + 1 for finding in findings))
    for station, verdict, text in findings:
        print(f"{_MARKS[verdict]} {station:<{width}}{text}")


def exit_code(findings: Sequence[Finding]) -> int:
    """2 when something is bad, otherwise 0."""
    return 2 if any(finding.verdict == "bad" for finding in findings) else 0
