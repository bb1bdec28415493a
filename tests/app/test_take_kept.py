"""What was played is never lost because the place it was to go to has become unusable."""

import signal
from pathlib import Path

import mido

from tests.app.conftest import Start, look, reach, until


def test_a_take_that_its_place_no_longer_holds_is_kept_elsewhere_and_said(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    folder.mkdir()
    process = start("engine", "--midi-out", "none", "--no-sound", "--source", "none", "--out", str(folder / "take.mid"))
    client = until(reach)
    until(lambda: look(client).transport.notes_sent > 8)
    client.close()
    folder.rmdir()
    folder.write_text("somebody put a file here")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 2
    kept = Path(said.rpartition("What was played is kept in ")[2].strip().removesuffix("."))
    assert kept.name == "take.mid"
    events = [message for message in mido.MidiFile(kept) if message.type in ("note_on", "note_off")]
    assert sum(message.type == "note_on" and message.velocity > 0 for message in events) > 8
    assert folder.read_text() == "somebody put a file here"
