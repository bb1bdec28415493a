"""The training house's command line: `python -m training {drums,drummer,styles,piano,embedder,...} ...`.

Each subcommand is a module with `add_arguments(parser)` and `run(args) -> int`; only the one asked for
is imported. Exit code 0 on success, 2 on bad usage or bad data with one sentence on stderr.
"""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from livemusic.errors import LiveMusicError

#: name -> (module, what it is for)
COMMANDS: dict[str, tuple[str, str]] = {
    "drums": ("training.drums", "train the drum dictionary on the Groove MIDI Dataset and export it"),
    "drummer": ("training.drummer", "train the network that completes drum patterns and export it"),
    "styles": ("training.styles", "make the style map of a drum dictionary"),
    "fills": ("training.fills", "choose the fills that end a phrase from the Groove MIDI Dataset"),
    "piano": ("training.piano", "train the dictionary of piano figures on GiantMIDI-Piano and export it"),
    "embedder": ("training.embedder", "train the trajectory embedder on audio clips and export it"),
    "metre": ("training.metre", "train the network that knows grooves, for the beat tracker, and export it"),
    "hearing": ("training.hearing", "train the network that hears drums and export it"),
    "voice": ("training.voice", "train the network that guesses which drum a hit is and export it"),
    "picture": ("training.picture", "train the picture embedder on films that are drawn meanwhile and export it"),
    "song": ("training.song", "train the source's one model a song, and its variants, and measure them"),
    "export": ("training.export", "export a trained run to a model folder again"),
    "evaluate": ("training.evaluate.applications", "measure what the drum tools do on the test split"),
    "report": ("training.report", "measure a shipped model on its test split and rewrite its card"),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    chooser = argparse.ArgumentParser(
        prog="python -m training",
        description="Train, export and measure livemusic's models.",
        epilog="\n".join(f"  {name:<10} {purpose}" for name, (_, purpose) in COMMANDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    chooser.add_argument("command", choices=COMMANDS, help="what to do; each has --help of its own")
    name = chooser.parse_args(words[:1]).command
    module = import_module(COMMANDS[name][0])
    parser = argparse.ArgumentParser(prog=f"python -m training {name}", description=COMMANDS[name][1])
    module.add_arguments(parser)
    try:
        return int(module.run(parser.parse_args(words[1:])))
    except LiveMusicError as error:
        print(f"training {name}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"training {name}: {error}: check that the folder exists and may be written to", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"training {name}: stopped; nothing was left half-written", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
