"""What of a JACK program is listened to: its main outputs, or any pair of its ports by name."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

#: Between two ports that are named one by one.
AND = " + "
#: The client names of our own processes, with the number that JACK adds to a name that is taken.
_OWN = re.compile(r"livemusic( .*)?(-\d\d)?")
#: What tells the sides of a pair apart: `Master/audio_out 1`, `out_L`, `capture_2`, `main left`.
_SIDE = re.compile(r"[ _.:/-]*(\d+|l|r|left|right)$", re.IGNORECASE)
_MAIN = re.compile(r"master|\bmain|\bmix\b|\bstereo out", re.IGNORECASE)
#: What nobody means by what a program plays: time code, clicks, and what goes elsewhere.
_ASIDE = re.compile(
    r"\b(ltc|mtc|smpte|time.?code|click|metro(nome)?|monitor|audition(er)?|talkback|cue|send|aux|sync|clock|cv|track)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Feed:
    """One or two output ports under one name: left and right, or one for both."""

    name: str
    ports: tuple[str, ...]


def feeds(outputs: Sequence[str]) -> list[Feed]:
    """What can be listened to, of all audio `outputs` (full names) but our own.

    For each program its main outputs under its own name, then, where it has others, each pair of ports.
    """
    found = []
    for client, ports in _by_client(outputs):
        pairs = list(_pairs(ports))
        found.append(Feed(client, _main(pairs).ports))
        found += pairs if len(pairs) > 1 else []
    return found


def named_ports(wanted: str, outputs: Sequence[str]) -> Feed | None:
    """The feed that consists of the ports that `wanted` names in full: one, or two as `a:b + c:d`."""
    there = {port.casefold(): port for port in outputs if not own(port)}
    ports = [there.get(name.strip().casefold()) for name in wanted.split(AND)]
    known = tuple(port for port in ports if port is not None)
    return Feed(AND.join(known), known) if len(known) == len(ports) <= 2 else None


def own(port: str) -> bool:
    """Whether a port, or a client, is ours."""
    return _OWN.fullmatch(port.partition(":")[0]) is not None


def _by_client(outputs: Iterable[str]) -> Iterable[tuple[str, list[str]]]:
    return _grouped([port for port in outputs if not own(port)], lambda port: port.partition(":")[0])


def _grouped(ports: Iterable[str], key: Callable[[str], str]) -> Iterable[tuple[str, list[str]]]:
    groups: dict[str, list[str]] = {}
    for port in ports:
        groups.setdefault(key(port), []).append(port)
    return groups.items()


def _pairs(ports: Sequence[str]) -> Iterator[Feed]:
    """A program's ports two by two, as far as their names belong together."""
    for stem, sides in _grouped(ports, _stem):
        for first in range(0, len(sides), 2):
            pair = tuple(sides[first : first + 2])
            called = len(sides) == 2 and not stem.endswith(":")
            yield Feed(stem if called else AND.join(pair), pair)


def _stem(port: str) -> str:
    """A port's name without its side."""
    client, _, short = port.partition(":")
    return f"{client}:{_SIDE.sub('', short)}"


def _main(pairs: Sequence[Feed]) -> Feed:
    """The pair that a program plays to: called so, or else the first that is not something else."""
    plain = [pair for pair in pairs if not _ASIDE.search(_words(pair))] or list(pairs)
    called = [pair for pair in plain if _MAIN.search(_words(pair))]
    stereo = [pair for pair in plain if len(pair.ports) == 2]
    return (called or stereo or plain)[0]


def _words(pair: Feed) -> str:
    """What its ports are called, with spaces where a name has other signs."""
    return re.sub(r"[_\-/.]+", " ", " ".join(port.partition(":")[2] for port in pair.ports))
