"""`livemusic hear`: the drums of a recording or a film as a MIDI file, found by what also listens live."""

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from pathlib import Path
from typing import Any

from livemusic.cli.options import as_json
from livemusic.cli.output import complaints, file_for, keep
from livemusic.session.files import shown


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("audio", type=Path, metavar="FILE", help="wav, flac, ogg or mp3; or a film with sound")
    parser.add_argument(
        "--out", type=Path, default=Path("hits.mid"), metavar="MID", help="where to (default: hits.mid)"
    )
    parser.add_argument("--model", default="", metavar="ID", help="which hearing")
    parser.add_argument("--json", action="store_true", help="print the report as JSON: every hit with its time")


def run(arguments: Namespace) -> int:
    """Write the hits, and say how many of which drum there were."""
    out = file_for(arguments.out, ".mid", ".midi")
    from livemusic.cli.progress import show_line
    from livemusic.dsp.lanes import LANES
    from livemusic.engine.listeners.drums import loudness
    from livemusic.engine.whole_hits import UNKNOWN_BPM, whole_hits, write_hits
    from livemusic.inference.hearing import Hearing
    from livemusic.inference.library import Library

    name = shown(arguments.audio.name)
    hearing = Hearing.open(Library().folder("hearing", arguments.model))
    try:
        heard = whole_hits(
            arguments.audio, hearing, lambda share: show_line(f"listening to {name} … {100 * share:.0f} %")
        )
    finally:
        show_line("")
    if heard.remark:
        print(f"livemusic: {heard.remark}", file=sys.stderr)
    written = [keep(out, lambda file: write_hits(file, heard, shown(arguments.audio.stem)))]
    found = Counter(hit.lane for hit in heard.hits)
    counts = {lane: found[index] for index, lane in enumerate(LANES)}
    report: dict[str, Any] = {
        "audio": shown(arguments.audio),
        "model": hearing.card.id,
        "seconds": round(heard.seconds, 3),
        "bpm": round(heard.bpm or UNKNOWN_BPM, 3),
        "bpm_heard": heard.bpm is not None,
        "counts": counts,
        "hits": [
            {"t": round(hit.t, 4), "lane": LANES[hit.lane], "velocity": loudness(hit), "voice": LANES[hit.voice]}
            for hit in heard.hits
        ],
        "remark": heard.remark,
        "files": [shown(file) for file, _ in written if file.exists()],
    }
    if arguments.json:
        print(as_json(report))
    else:
        print(_in_words(report, name))
    return complaints(written)


def _in_words(report: dict[str, Any], name: str) -> str:
    """What was heard, in a few lines."""
    files = ", ".join(report["files"])
    if not report["hits"]:
        return f"No drums are heard in {name}: {files} holds no notes." if files else f"No drums are heard in {name}."
    tempo = (
        f"at {report['bpm']:.1f} bpm"
        if report["bpm_heard"]
        else f"no beat is heard for long, so the file says {report['bpm']:g} bpm"
    )
    counts = ", ".join(f"{lane} {count}" for lane, count in report["counts"].items() if count)
    return f"{len(report['hits'])} hits in {report['seconds']:.1f} s, {tempo}: {files}\n{counts}"
