"""`livemusic engine`: the instrument without its window."""

import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from contextlib import suppress
from pathlib import Path

from livemusic.cli.options import add_session_options, session_of
from livemusic.cli.output import file_for, spare_folders
from livemusic.errors import MediaError
from livemusic.session.files import path_of, shown


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    add_session_options(parser)
    parser.add_argument("--out", type=Path, metavar="FILE", help="at the end, write what was played to this MIDI file")
    parser.add_argument("--attended", action="store_true", help=SUPPRESS)


def run(arguments: Namespace) -> int:
    """Run until Ctrl-C, a termination signal, or a window that ends it."""
    session = session_of(arguments)
    out = arguments.out
    if out is not None and not out.parent.is_dir():
        raise MediaError(f"There is no folder {shown(out.parent)} to write to at the end. Choose another with --out.")
    if out is not None:
        file_for(out, out.suffix.lower())
    from livemusic.app import run_engine

    def say(text: str) -> None:
        with suppress(OSError):  # where nobody reads on, or the disk is full: the music goes on
            print(text, file=sys.stderr, flush=True)

    if not arguments.attended:
        source, midi_out = shown(path_of(session.settings.source)), session.settings.midi_out
        print(f"livemusic engine: listening to {source}, playing to {midi_out}. Ctrl-C ends it.", flush=True)
    run_engine(
        session,
        play=not arguments.paused,
        record=arguments.record,
        attended=arguments.attended,
        say=say,
        osc_out=arguments.osc_out,
        osc_in=arguments.osc_in,
        out=[out, *(folder / out.name for folder in spare_folders())] if out is not None else (),
    )
    return 0
