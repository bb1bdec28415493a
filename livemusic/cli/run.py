"""`livemusic`: the window, and the engine behind it."""

from argparse import ArgumentParser, Namespace

from livemusic.cli.options import add_session_options, session_of
from livemusic.ui.display import DisplayTrial


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    add_session_options(parser)
    parser.add_argument("--stage", metavar="SCREEN", help="the path alone on this screen as well, by number or name")


def run(arguments: Namespace) -> int:
    """Open the window; music goes on if it is killed, and the next window finds it again."""
    session = session_of(arguments)
    display = DisplayTrial()  # it takes as long as what is loaded here
    from livemusic.app import run_window

    display.ended()
    run_window(session, _engine_options(arguments, session.settings.source), arguments.stage)
    return 0


def _engine_options(arguments: Namespace, source: str) -> list[str]:
    """The options to start the engine with; empty where none was given."""
    given = {name: value for name, value in vars(arguments).items() if value not in (None, False) and name != "stage"}
    if "source" in given:
        given["source"] = source
    options = []
    for name, value in given.items():
        text = ":".join(map(str, value)) if isinstance(value, tuple) else str(value)
        options += ["--" + name.replace("_", "-"), *([] if value is True else [text])]
    return options
