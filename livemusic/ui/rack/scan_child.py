"""Looks for plugins in a process of its own and tells of every step on a line of JSON.

It ends, with whatever it has started, as soon as nobody holds its standard input open any more.
"""

import os
import sys
import threading
from _thread import interrupt_main
from collections.abc import Callable, Sequence

import msgspec

from livemusic.sound.plugins.folders import find_plugins, printable
from livemusic.sound.plugins.scan import Scanner, Verdict

COMMAND: tuple[str, ...] = (
    sys.executable,
    "-c",
    "import sys; from livemusic.ui.rack.scan_child import main; sys.exit(main())",
)


class Step(msgspec.Struct, frozen=True):
    """`done` of `total` files are looked at, the last one with `verdict`; `path` is next, empty at the end."""

    done: int
    total: int
    path: str = ""
    verdict: Verdict | None = None


def scan(scanner: Scanner, paths: Sequence[str] | None, tell: Callable[[Step], None]) -> None:
    """Scan `paths`, or all plugins of this system, and tell of each before and after."""
    wanted = [printable(str(path)) for path in find_plugins()] if paths is None else list(paths)
    tell(Step(0, len(wanted), wanted[0] if wanted else ""))
    for done, verdict in enumerate(scanner.scan(paths), 1):
        light = tuple(msgspec.structs.replace(plugin, parameters=()) for plugin in verdict.plugins)
        following = wanted[done] if done < len(wanted) else ""
        tell(Step(done, max(done, len(wanted)), following, msgspec.structs.replace(verdict, plugins=light)))


def main(scanner: Scanner | None = None, paths: Sequence[str] | None = None) -> int:
    """Scan until done, or until standard input ends."""
    threading.Thread(target=_watch, daemon=True).start()
    try:
        scan(Scanner() if scanner is None else scanner, paths, _write)
    except KeyboardInterrupt:
        return 130
    return 0


def _watch() -> None:
    while os.read(0, 1024):
        pass
    interrupt_main()


def _write(step: Step) -> None:
    os.write(1, msgspec.json.encode(step) + b"\n")
