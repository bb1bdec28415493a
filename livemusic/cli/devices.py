"""`livemusic devices`: what can be listened to and played to, by name."""

from argparse import ArgumentParser, Namespace

from livemusic.cli.options import as_json


def add_arguments(parser: ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """List input devices, output devices and MIDI ports; what cannot be listed says why."""
    from livemusic.audio.devices import input_names, output_names
    from livemusic.errors import DeviceError
    from livemusic.jack import require_jack
    from livemusic.midi import rtmidi

    listings = {
        "inputs": input_names,
        "outputs": output_names,
        "midi_outs": rtmidi.output_names,
        "midi_ins": rtmidi.input_names,
    }
    found: dict[str, list[str]] = {}
    problems: dict[str, str] = {}
    try:
        require_jack()
    except DeviceError as problem:  # asked once: each listing would wait for it
        found, problems = {kind: [] for kind in listings}, dict.fromkeys(listings, str(problem))
        listings = {}
    for kind, listing in listings.items():
        try:
            found[kind] = list(listing())
        except DeviceError as problem:
            found[kind] = []
            problems[kind] = str(problem)
    if arguments.json:
        print(as_json(found | {"problems": problems}))
        return 0
    titles = {
        "inputs": "Listen to (--source)",
        "outputs": "Speakers (--sound-out)",
        "midi_outs": "MIDI to (--midi-out)",
        "midi_ins": "MIDI from (--midi-in), and controllers",
    }
    for kind, names in found.items():
        print(titles[kind])
        for name in names or [f"none: {problems[kind]}" if kind in problems else "none"]:
            print(f"  {name}")
    return 0
