"""`livemusic compare`: two takes of a song aligned, and what differs between them."""

import csv
import io
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from livemusic.cli.options import as_json
from livemusic.cli.output import complaints, file_for, keep
from livemusic.errors import MediaError
from livemusic.session.comparison import Comparison
from livemusic.session.files import replacing, shown

_MOST_SAID = 8


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    for name in ("a", "b"):
        parser.add_argument(name, type=Path, metavar=name.upper(), help="a recording, a film, or the folder of a take")
    parser.add_argument("--out", type=Path, metavar="CSV", help="write which moments belong together, and how unlike")
    parser.add_argument("--plot", type=Path, metavar="PNG", help="draw tempo and differences over time")
    parser.add_argument("--model", default="", metavar="ID", help="which embedder")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: Namespace) -> int:
    """Align, report, and write what is asked for; 2 where they are not takes of one song."""
    out = file_for(arguments.out, ".csv") if arguments.out else None
    plot = file_for(arguments.plot, ".png") if arguments.plot else None
    from livemusic.cli.progress import show_line
    from livemusic.engine.comparing import compare_files

    try:
        found = compare_files(
            arguments.a,
            arguments.b,
            lambda share: show_line(f"comparing … {100 * share:.0f} %"),
            arguments.model,
        )
    finally:
        show_line("")
    for remark in found.remarks:
        print(f"livemusic: {remark}", file=sys.stderr)
    if arguments.json:
        print(as_json(found))
    if not found.same:
        raise MediaError(
            f"{shown(arguments.a)} and {shown(arguments.b)} are not takes of one song, as far as can be heard "
            f"({100 * found.confidence:.0f} % sure that they are). Nothing was aligned. Choose two takes of one song."
        )
    written = []
    if out is not None:
        written.append(keep(out, lambda file: _write_table(file, found)))
    if plot is not None:
        from livemusic.ui.comparison_picture import draw_comparison

        written.append(keep(plot, lambda file: draw_comparison(file, found)))
    if not arguments.json:
        print("\n".join(_sentences(found)))
        if written:
            print(f"Written: {', '.join(shown(file) for file, _ in written if file.exists())}")
    return complaints(written)


def _write_table(path: Path, found: Comparison) -> None:
    """Pairs and differences, a line each. `MediaError`."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["a", "b", "difference"])
    writer.writerows((a, b, amount) for (a, b), amount in zip(found.pairs, found.difference, strict=True))
    try:
        with replacing(path) as file:
            file.write(buffer.getvalue().encode())
    except OSError as problem:
        raise MediaError(
            f"{shown(path)} cannot be written ({problem.strerror}). Choose another name or folder."
        ) from problem


def _sentences(found: Comparison) -> list[str]:
    """The report as lines."""
    said = [
        f"Takes of one song ({100 * found.confidence:.0f} % sure): {found.a}, {_clock(found.seconds_a)}, "
        f"and {found.b}, {_clock(found.seconds_b)}.",
        f"The second is {_whole(found)}.",
    ]
    if found.bars:
        fastest = max(found.bars, key=lambda bar: bar.percent)
        slowest = min(found.bars, key=lambda bar: bar.percent)
        said.append(
            f"Bar by bar, over {len(found.bars)} bars: {fastest.percent:+.1f} % at {_clock(fastest.begin)}, "
            f"{slowest.percent:+.1f} % at {_clock(slowest.begin)}."
        )
    elif found.beat:
        said.append(found.beat)
    said += [
        f"They differ at {_clock(span.begin)} to {_clock(span.end)} by {100 * span.amount:.0f} %: {span.words}."
        for span in found.differ[:_MOST_SAID]
    ]
    if len(found.differ) > _MOST_SAID:
        said.append(f"And at {len(found.differ) - _MOST_SAID} other places; --json tells all.")
    if not found.differ:
        said.append("They differ nowhere more than elsewhere.")
    for name, spans in ((found.a, found.only_a), (found.b, found.only_b)):
        said += [f"Only in {name}: {_clock(span.begin)} to {_clock(span.end)}." for span in spans[:_MOST_SAID]]
    return said


def _whole(found: Comparison) -> str:
    parts = [
        f"{abs(found.percent):.1f} % {'faster' if found.percent > 0 else 'slower'}"
        if abs(found.percent) >= 0.05
        else "as fast"
    ]
    if found.semitones:
        count = abs(found.semitones)
        parts.append(f"{count} semitone{'s' if count > 1 else ''} {'higher' if found.semitones > 0 else 'lower'}")
    if abs(found.louder_db) >= 0.5:
        parts.append(f"{abs(found.louder_db):.1f} dB {'louder' if found.louder_db > 0 else 'softer'}")
    return ", ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes)}:{rest:04.1f}"
