"""`livemusic harmony`: key, tonal centre and chords of a recording, heard as they are live."""

import csv
import io
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from livemusic.cli.options import as_json
from livemusic.cli.output import complaints, file_for, keep
from livemusic.cli.progress import show_line
from livemusic.errors import MediaError
from livemusic.session.files import replacing, shown

if TYPE_CHECKING:
    from livemusic.dsp.harmony import HarmonyRow
    from livemusic.engine.whole_harmony import Span, WholeHarmony

_TABLES = (".csv", ".jsonl")
#: So many changes of chord are printed.
_SHOWN = 12
_CLASSES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("audio", type=Path, metavar="FILE", help="wav, flac, ogg or mp3; or a film with sound")
    parser.add_argument("--plot", type=Path, metavar="PNG|SVG", help="draw the way of the centre on the spiral")
    parser.add_argument("--out", type=Path, metavar="CSV|JSONL", help="centre, key and chord three times a second")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def run(arguments: Namespace) -> int:
    """Listen, and say what the harmony is."""
    plot = file_for(arguments.plot, ".png", ".svg") if arguments.plot else None
    out = file_for(arguments.out, *_TABLES) if arguments.out else None
    from livemusic.engine.whole_harmony import whole_harmony

    name = shown(arguments.audio.name)
    try:
        found = whole_harmony(arguments.audio, lambda share: show_line(f"listening to {name} … {100 * share:.0f} %"))
    finally:
        show_line("")
    remark = found.remark
    if found.key is None:
        remark = f"{remark} No harmony is heard in {name}: no key, and no chords.".strip()
    if remark:
        print(f"livemusic: {remark}", file=sys.stderr)
    written: list[tuple[Path, str]] = []
    if out is not None:
        written.append(keep(out, lambda file: _write(file, found.rows)))
    if plot is not None:
        from livemusic.ui.spiral_picture import spiral_picture

        written.append(keep(plot, lambda file: spiral_picture(found, file)))
    report = _report(arguments.audio, found, remark, [shown(file) for file, _ in written if file.exists()])
    print(as_json(report) if arguments.json else _in_words(found, report["files"]))
    return complaints(written)


def _report(audio: Path, found: "WholeHarmony", remark: str, files: list[str]) -> dict[str, Any]:
    from livemusic.dsp.tonality import Key, plain

    def spans(told: "Sequence[Span]") -> Iterator[dict[str, Any]]:
        for span in told:
            said: dict[str, Any] = {"start": round(span.start, 2), "end": round(span.end, 2), "name": plain(span.name)}
            if isinstance(span.what, Key):
                said |= {"tonic": plain(span.what.tonic_name), "mode": span.what.mode}
            yield said

    key = found.key
    return {
        "audio": shown(audio),
        "seconds": round(found.seconds, 3),
        "tonic": None if key is None else plain(key.tonic_name),
        "mode": None if key is None else key.mode,
        "tonic_class": None if key is None else key.tonic,
        "confidence": round(found.confidence, 3),
        "tuning_hz": round(440 * 2 ** (found.rows[-1].tuning / 12), 1) if key is not None else None,
        "keys": list(spans(found.keys)),
        "chords": list(spans(found.chords)),
        "centre": [
            [round(row.t, 3), *(round(value, 4) for value in row.centre)]
            for row in found.rows
            if row.centre is not None
        ],
        "remark": remark,
        "files": files,
    }


def _in_words(found: "WholeHarmony", files: Sequence[str]) -> str:
    if found.key is None:
        lines = [f"No harmony in {found.seconds:.1f} s."]
    else:
        lines = [f"{found.key.name}, {100 * found.confidence:.0f} % sure, over {found.seconds:.1f} s"]
        if len(found.keys) > 1:
            lines.append("keys    " + ", ".join(f"{span.name} {_clock(span.start)}" for span in found.keys[:_SHOWN]))
        chords = [f"{span.name} {_clock(span.start)}" for span in found.chords[:_SHOWN]]
        more = f" … and {len(found.chords) - _SHOWN} more" if len(found.chords) > _SHOWN else ""
        lines.append("chords  " + (", ".join(chords) + more if chords else "none that is sure"))
    return "\n".join([*lines, *files])


def _clock(seconds: float) -> str:
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


def _write(path: Path, rows: "Sequence[HarmonyRow]") -> None:
    """A line a row, whole or not at all; `MediaError` where that fails."""
    try:
        with replacing(path) as file:
            if path.suffix.lower() == ".jsonl":
                file.writelines(msgspec.json.encode(line) + b"\n" for line in _lines(rows))
                return
            buffer = io.StringIO()
            table = csv.writer(buffer, lineterminator="\n")
            table.writerow(["t", "tonic", "mode", "confidence", "chord", "x", "y", "z", *_CLASSES])
            for line in _lines(rows):
                place = line["centre"] or ["", "", ""]
                words = [line[name] or "" for name in ("tonic", "mode")]
                table.writerow([line["t"], *words, line["confidence"], line["chord"] or "", *place, *line["classes"]])
            file.write(buffer.getvalue().encode())
    except OSError as problem:
        raise MediaError(f"{shown(path)} cannot be written ({problem.strerror}): choose another name.") from problem


def _lines(rows: "Sequence[HarmonyRow]") -> Iterator[dict[str, Any]]:
    from livemusic.dsp.tonality import plain

    for row in rows:
        yield {
            "t": round(row.t, 3),
            "tonic": row.key and plain(row.key.tonic_name),
            "mode": row.key and row.key.mode,
            "confidence": round(row.confidence, 3),
            "chord": row.chord and plain(row.chord.named(row.key)),
            "centre": row.centre and [round(value, 4) for value in row.centre],
            "classes": [round(value, 4) for value in row.classes.tolist()],
        }
