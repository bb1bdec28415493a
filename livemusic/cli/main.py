"""Finds the command, runs it, and turns what is wrong into one sentence and exit code 2."""

import os
import sys
from collections.abc import Sequence

from livemusic import __version__
from livemusic.cli.console import speak_plainly
from livemusic.cli.interrupt import interruptible
from livemusic.cli.output import heard
from livemusic.errors import LiveMusicError
from livemusic.session.files import shown

OK, WRONG, INTERRUPTED = 0, 2, 130
#: Matrices as small as ours are slower on several cores than on one, and the other cores have time to keep.
_ALONE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")

COMMANDS = {
    "run": "open the window, and start the engine if none is running (the default)",
    "engine": "the engine alone, without a window; Ctrl-C ends it",
    "demo": "no window and no devices: the demo song heard and drummed to, into files",
    "devices": "list sound devices and MIDI ports",
    "doctor": "why do I hear nothing? Check ports, device, levels and models",
    "models": "list, check and import models",
    "presets": "list and check presets",
    "plugins": "find, list, check and block plugins",
    "embed": "turn a recording or a film into its path through space",
    "harmony": "key, tonal centre and chords of a recording",
    "hear": "the drums of a recording as a MIDI file",
    "learn": "learn a song, so that its path shows more of it",
    "compare": "align two takes of a song: tempo bar by bar, where they differ, what only one plays",
    "match": "make a drum of the kit sound like a recorded hit",
    "morph": "a pattern between two to four MIDI clips",
    "drums": "clean, touch up, vary, sketch, take apart and place drum patterns",
    "piano": "the way between piano pieces, their figures, and composers near them",
    "actions": "everything that can be done: keys, what controls can learn, OSC addresses",
    "bench": "measure timing beside this machine's own idle floor",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run `argv` (by default the process's own); returns the exit code.

    Neither bad input nor Ctrl-C ever ends in a traceback.
    """
    for name in _ALONE:
        os.environ.setdefault(name, "1")
    speak_plainly()
    words = list(sys.argv[1:] if argv is None else argv)
    return interruptible(lambda: heard(lambda: _run(words), _complain), INTERRUPTED)


def _run(words: list[str]) -> int:
    from argparse import ArgumentParser  # here, so that Ctrl-C while it is loaded is no traceback
    from difflib import get_close_matches
    from importlib import import_module

    if words[:1] in (["-h"], ["--help"]):
        print(_help())
        return OK
    if words[:1] == ["--version"]:
        print(f"livemusic {__version__}")
        return OK
    name = words.pop(0) if words and not words[0].startswith("-") else "run"
    if name not in COMMANDS:
        near = get_close_matches(name, COMMANDS, 1)
        hint = f"Did you mean {near[0]!r}?" if near else "See 'livemusic --help'."
        return _complain(f"there is no command {name!r}. {hint}")
    command = import_module(f"livemusic.cli.{name}")
    parser = ArgumentParser(prog=f"livemusic {name}", description=COMMANDS[name].capitalize() + ".")
    command.add_arguments(parser)
    arguments = parser.parse_args(words)
    try:
        return int(command.run(arguments))
    except LiveMusicError as problem:
        return _complain(str(problem))
    except BrokenPipeError:
        sys.stderr.close()
        return OK


def _complain(sentence: str) -> int:
    print(f"livemusic: {shown(sentence)}", file=sys.stderr)
    return WRONG


def _help() -> str:
    lines = "\n".join(f"  {name:<9}{line}" for name, line in COMMANDS.items())
    return (
        "usage: livemusic [command] [options]\n\n"
        "Hear a set as a path through space, and play drums that morph into any DAW.\n\n"
        f"{lines}\n\nEach command has its own --help. 'livemusic' alone opens the window with the demo song."
    )
