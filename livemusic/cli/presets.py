"""`livemusic presets`: what there is, and whether a file is one."""

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.options import as_json
from livemusic.errors import PresetError
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset, list_presets


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("action", choices=("list", "check"))
    parser.add_argument("names", nargs="*", metavar="PRESET", help="names or files to check; all of them by default")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """List all presets, or read some and say what is wrong with those that are broken."""
    if arguments.action == "list":
        return _list(arguments.json)
    paths = [find_preset(name) for name in arguments.names] or [path for _, path in list_presets()]
    verdicts = {str(path): _verdict(path) for path in paths}
    broken = [verdict for verdict in verdicts.values() if verdict]
    if arguments.json:
        print(as_json({path: verdict or "good" for path, verdict in verdicts.items()}))
    else:
        for path, verdict in verdicts.items():
            print(f"{Path(path).name}: {'broken' if verdict else 'good'}")
    for verdict in broken:
        print(f"livemusic: {verdict}", file=sys.stderr)
    return 2 if broken else 0


def _list(json: bool) -> int:
    rows = []
    for name, path in list_presets():
        try:
            preset = read_preset(path)
            beats, unit = preset.meter
            rows.append({"name": name, "bpm": preset.bpm, "meter": f"{beats}/{unit}", "about": preset.description})
        except PresetError:
            rows.append({"name": name, "bpm": 0.0, "meter": "", "about": "broken: see 'livemusic presets check'"})
    if json:
        print(as_json(rows))
    else:
        for row in rows:
            print(f"{row['name']:<22}{row['bpm']:>5.0f} bpm  {row['meter']:<5} {row['about']}")
    return 0


def _verdict(path: Path) -> str | None:
    try:
        read_preset(path)
    except PresetError as problem:
        return str(problem)
    return None
