"""Finds out what plugins there are, each in a process of its own that may crash, hang or print without end."""

import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from livemusic.sound.child import how_it_ended
from livemusic.sound.plugins.blocklist import BlockList
from livemusic.sound.plugins.brood import ended_with_the_block
from livemusic.sound.plugins.catalog import Catalog
from livemusic.sound.plugins.description import Plugin
from livemusic.sound.plugins.folders import find_plugins, printable
from livemusic.sound.plugins.probe import Findings
from livemusic.sound.voices import Seconds

PROBE: tuple[str, ...] = (sys.executable, "-m", "livemusic.sound.plugins.probe")
_PATIENCE: Seconds = 30.0
_LARGEST = 16 << 20


class Verdict(msgspec.Struct, frozen=True):
    """What became of one plugin file: what is in it, what is wrong, and whether it is blocked for that.

    `known`: nothing was opened, because the file is as it was when it was last tried.
    """

    path: str
    plugins: tuple[Plugin, ...] = ()
    problems: tuple[str, ...] = ()
    blocked: bool = False
    known: bool = False


class Scanner:
    """Tries plugin files one by one. One that falls goes on the block list; one that merely cannot be opened does not.

    What a plugin prints goes nowhere, its answer comes through a file, and after `patience` seconds it is ended, with
    all it has started.
    """

    def __init__(
        self,
        catalog: Catalog | None = None,
        block_list: BlockList | None = None,
        command: Sequence[str] = PROBE,
        patience: Seconds = _PATIENCE,
    ) -> None:
        self._catalog = Catalog() if catalog is None else catalog
        self._block_list = BlockList() if block_list is None else block_list
        self._command = tuple(command)
        self._patience = patience

    def scan(self, paths: Iterable[str] | None = None) -> Iterator[Verdict]:
        """Look at all plugin files of this system, or at `paths`: those that have changed are tried, the rest known."""
        wanted = [str(path) for path in find_plugins()] if paths is None else list(paths)
        for path in wanted:
            reason = self._block_list.reason(path)
            known = self._catalog.find(path)
            if reason:
                yield Verdict(path, problems=(f"It is blocked. {reason}",), blocked=True, known=True)
            elif known is not None:
                yield Verdict(path, known.plugins, known.problems, known=True)
            else:
                yield self.check(path)
        if paths is None:
            self._catalog.keep(wanted)

    def check(self, path: str) -> Verdict:
        """Try one file, blocked or not, and remember what came of it: a block is lifted or set anew."""
        if path != printable(path):
            return Verdict(printable(path), problems=("Its name is not in UTF-8. Rename it.",))
        findings, fault = self._probe(path)
        if fault:
            self._block_list.add(path, fault)
            return Verdict(path, problems=(fault,), blocked=True)
        self._block_list.remove(path)
        self._catalog.put(path, findings)
        return Verdict(path, findings.plugins, findings.problems)

    def _probe(self, path: str) -> tuple[Findings, str]:
        """What is in `path`, or why it must be blocked."""
        with tempfile.TemporaryDirectory(prefix="livemusic-plugin-", ignore_cleanup_errors=True) as folder:
            answer = Path(folder) / "answer"
            with ended_with_the_block():
                process = subprocess.Popen(
                    [*self._command, path, str(answer)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=sys.platform != "win32",
                )
                try:
                    code = process.wait(self._patience)
                except subprocess.TimeoutExpired:
                    return Findings(), f"It hung while it was tried, for {self._patience:g} s."
                finally:
                    process.kill()
                    process.wait()
            try:
                if answer.stat().st_size <= _LARGEST:
                    return msgspec.json.decode(answer.read_bytes(), type=Findings), ""
            except (OSError, msgspec.MsgspecError):
                pass
            return Findings(), f"It {how_it_ended(code) or 'was ended'} while it was tried."
