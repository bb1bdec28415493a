"""A DAW beside the engine on JACK: it is heard, it may leave and return, and its connections outlive both."""

import json
import subprocess

from livemusic.engine.client import Client
from livemusic.engine.messages import Quit
from livemusic.session.codec import session_file
from livemusic.session.connections import connections_file
from tests.app.conftest import Start, look, reach, until
from tests.conftest import start_jack
from tests.daw import daw

MIDI = ("livemusic:livemusic", "ardour:Drums/midi_in 1")
SOUND = ("livemusic sound:output_1", "ardour:Rec/audio_in 1")
HEARD = ("ardour:Master/audio_out 2", "livemusic listen:input_2")
SPEAKER = ("livemusic sound:output_2", "system:playback_2")
ENGINE = ("engine", "--source", "ardour", "--midi-out", "virtual", "--midi-in", "virtual", "--paused")


def cables() -> set[tuple[str, str]]:
    """All there are, each in both directions."""
    listing = subprocess.run(["jack_lsp", "-c"], capture_output=True, text=True).stdout
    found, port = set(), ""
    for line in listing.splitlines():
        if line.startswith("   "):
            found.add((port, line.strip()))
        else:
            port = line
    return found


def kept(use: str, which: str) -> list[tuple[str, str]]:
    """The cables that are `laid` or `cut`, as they are remembered."""
    path = connections_file(session_file())
    plugged = json.loads(path.read_text())["plugged"] if path.exists() else {}
    return [(source, sink) for source, sink in plugged.get(use, {}).get(which, ())]


def said(client: Client, words: str) -> bool:
    return any(words in notice.text for notice in look(client).notices)


def engine(start: Start) -> tuple["subprocess.Popen[str]", Client]:
    process = start(*ENGINE)
    client = until(reach)
    until(lambda: look(client).source.state == look(client).midi_out.state == look(client).sound.state == "on")
    return process, client


def test_connections_outlive_the_daw_the_engine_and_the_server(jack: "subprocess.Popen[bytes]", start: Start) -> None:
    with daw():
        process, client = engine(start)
        until(lambda: {HEARD, SPEAKER} <= cables() and SPEAKER in kept("sound_out", "laid"))
        subprocess.run(["jack_connect", *MIDI], check=True)
        subprocess.run(["jack_connect", *SOUND], check=True)
        subprocess.run(["jack_disconnect", *SPEAKER], check=True)

        until(lambda: SPEAKER in kept("sound_out", "cut") and MIDI in kept("midi_out", "laid"))
    until(lambda: look(client).source.state == "lost")
    assert said(client, "'ardour' has gone. It is heard again once it is back.")
    with daw():
        until(lambda: {HEARD, MIDI, SOUND} <= cables())
        until(lambda: look(client).source.state == "on")
        assert said(client, "ardour is back")
        assert SPEAKER not in cables()
        client.ask(Quit())
        client.close()
        process.communicate(timeout=30)
        process, client = engine(start)
        until(lambda: {HEARD, MIDI, SOUND} <= cables() and SPEAKER not in cables())
    jack.kill()
    jack.wait()
    until(lambda: look(client).source.state == "lost")
    again = start_jack()
    try:
        with daw():
            until(lambda: {HEARD, MIDI, SOUND} <= cables() and SPEAKER not in cables())
            until(lambda: look(client).source.state == look(client).sound.state == "on")
            until(lambda: look(client).listen.peak_db > -10)
            client.ask(Quit())
            client.close()
            process.communicate(timeout=30)
    finally:
        again.terminate()
        again.wait()
