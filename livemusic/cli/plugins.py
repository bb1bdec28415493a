"""`livemusic plugins`: which there are, whether they behave, and which are not to be opened."""

import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from livemusic.cli.options import as_json
from livemusic.cli.progress import progress

if TYPE_CHECKING:
    from livemusic.sound.plugins.scan import Verdict

_BY_HAND = "It was blocked by hand."


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("action", choices=("scan", "list", "check", "block", "unblock"))
    parser.add_argument("what", nargs="*", metavar="PLUGIN", help="names or files; all of them by default")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Scan looks at new and changed files, check tries again, list tells what is known; the rest is by hand."""
    from livemusic.sound.plugins.hosted import PluginError
    from livemusic.sound.plugins.scan import Scanner

    match arguments.action:
        case "list":
            return _list(arguments.json)
        case "block" | "unblock":
            if not arguments.what:
                raise PluginError(f"Name the plugin to {arguments.action}: livemusic plugins {arguments.action} NAME.")
            return _block(arguments)
        case "check":
            paths = _paths(arguments.what)
            return _tell(progress(map(Scanner().check, paths), "trying plugins"), arguments.json)
        case _:
            wanted = _paths(arguments.what) if arguments.what else None
            return _tell(progress(Scanner().scan(wanted), "scanning plugins"), arguments.json)


def _tell(verdicts: "Iterable[Verdict]", json: bool) -> int:
    """Print what was found; 2 where a plugin does not play that is not blocked already."""
    done = list(verdicts)
    if json:
        print(as_json(done))
    else:
        for verdict in done:
            for plugin in verdict.plugins:
                kind = "instrument" if plugin.is_instrument else "effect"
                channels = "mono" if plugin.channels == 1 else "stereo"
                print(f"good: {plugin.name:<24}{kind:<12}{channels:<8}{plugin.format:<5} {plugin.path}")
    for verdict in done:
        for problem in verdict.problems:
            print(f"livemusic: {Path(verdict.path).name}: {problem}", file=sys.stderr)
    return 2 if any(verdict.problems and not (verdict.blocked and verdict.known) for verdict in done) else 0


def _list(json: bool) -> int:
    from livemusic.sound.plugins.blocklist import BlockList
    from livemusic.sound.plugins.catalog import Catalog

    plugins, blocked = Catalog().plugins(), BlockList().all()
    shut_out = {entry.path for entry in blocked}
    plugins = [plugin for plugin in plugins if plugin.path not in shut_out]
    if json:
        print(as_json({"plugins": plugins, "blocked": blocked}))
        return 0
    for plugin in plugins:
        kind = "instrument" if plugin.is_instrument else "effect"
        channels = "mono" if plugin.channels == 1 else "stereo"
        print(
            f"{plugin.name:<24}{kind:<12}{channels:<8}{len(plugin.parameters):>4} controls"
            f"{plugin.latency:>6} frames late  {plugin.format:<5}{plugin.maker}"
        )
    for entry in blocked:
        print(f"{Path(entry.path).stem:<24}blocked since {entry.since[:10]}: {entry.reason}")
    if not plugins and not blocked:
        print("No plugin is known. Look for them with 'livemusic plugins scan'.")
    return 0


def _block(arguments: Namespace) -> int:
    from livemusic.sound.plugins.blocklist import BlockList

    block_list = BlockList()
    paths = _paths(arguments.what)
    for path in paths:
        if arguments.action == "block":
            block_list.add(path, _BY_HAND)
        else:
            block_list.remove(path)
    if arguments.json:
        print(as_json({"blocked": block_list.all()}))
    else:
        for path in paths:
            print(f"{arguments.action}ed: {path}")
    return 0


def _paths(names: Iterable[str]) -> list[str]:
    """The files meant by `names`: paths, file names or plugin names, in any case. All there are where none is given."""
    from livemusic.sound.plugins.blocklist import BlockList
    from livemusic.sound.plugins.catalog import Catalog
    from livemusic.sound.plugins.folders import find_plugins, listed
    from livemusic.sound.plugins.hosted import PluginError

    there = [str(path) for path in find_plugins()]
    known = {plugin.name.casefold(): plugin.path for plugin in Catalog().plugins()}
    known |= {Path(path).stem.casefold(): path for path in [*(entry.path for entry in BlockList().all()), *there]}
    paths = []
    for name in names:
        path = known.get(name.casefold(), listed(str(Path(name).absolute())) if os.path.lexists(name) else "")
        if not path:
            near = ", ".join(sorted(Path(path).stem for path in there)[:40]) or "none here"
            raise PluginError(f"There is no plugin {name!r}. There is: {near}.")
        paths.append(path)
    return paths or there
