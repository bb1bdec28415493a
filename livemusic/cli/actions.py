"""`livemusic actions`: everything that can be done, with its key, what a controller can learn, and its OSC address."""

from argparse import ArgumentParser, Namespace
from typing import Any

from livemusic.cli.options import as_json
from livemusic.engine.action import Action
from livemusic.engine.actions import ACTIONS, osc_controls
from livemusic.engine.standing import AGAIN
from livemusic.network.address import PREFIX, addresses


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Print the table of actions and all OSC addresses, as Markdown; the page in the docs is this."""
    if arguments.json:
        print(as_json([_row(action) for action in ACTIONS]))
    else:
        print(page())
    return 0


def page() -> str:
    """The page of the docs."""
    lines = [
        "# Actions",
        "",
        "Everything that can be done: by key, by a control that has learned it, and by OSC. By `livemusic actions`.",
        "",
        "| | keys | learned as | OSC |",
        "|---|---|---|---|",
    ]
    for action in ACTIONS:
        row = _row(action)
        learned = [row["learned"][0], "…", row["learned"][-1]] if len(row["learned"]) > 2 else row["learned"]
        cells = (row["words"], " ".join(row["keys"]), " ".join(learned), f"`{row['osc']}`" if row["osc"] else "")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += [
        "",
        "## OSC",
        "",
        "`livemusic --osc-out 127.0.0.1:9000 --osc-in 9001`. What comes in is taken from this machine only; "
        "`--osc-in 0.0.0.0:9001` takes it from whoever is on the network, a tablet for one. A control "
        "without arguments may come with one number, as buttons send: it acts unless the number is 0.",
        "",
        "What is *in, out* is told, too, at the same address and with the same arguments: when the sending starts, "
        "whenever it changes (by hand, key, controller, undo, another preset or OSC itself), and again every "
        f"{AGAIN:g} seconds, so that a page that was opened later comes right. So a fader or button of a TouchOSC page "
        "with that address sets it and follows the window. A button without arguments is told 1 while its light is on, "
        "else 0 (`fill`: while one waits or plays); `capture` and `record/pass` tell the number, then 0 or 1; a ramp, "
        "where it goes and how many bars are left, 0 0 without one; `setlist` 0 where the preset is not in it; a scene "
        "that is not stored has no name.",
        "",
        "| | address | arguments | |",
        "|---|---|---|---|",
    ]
    for address in addresses(osc_controls()):
        lines.append(f"| {address.way} | `{address.path}` | {', '.join(address.arguments)} | {address.meaning} |")
    return "\n".join(lines)


def _row(action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "words": action.words.rstrip("…"),
        "keys": list(action.keys),
        "learned": list(action.targets),
        "osc": PREFIX + action.osc if action.osc else "",
    }
