"""An engine that ends leaves nothing behind, so that no binding reports leaks as the program ends."""

import gc
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

_LISTENS = """
import sys
from threading import Event
from livemusic.engine.engine import Engine
from livemusic.engine.messages import Look
from livemusic.session.codec import read_preset
from livemusic.session.library import find_preset
from livemusic.session.settings import Session, Settings

def main() -> None:
    engine = Engine()
    settings = Settings(source=sys.argv[1], midi_out="none", sound_out="none")
    engine.start(Session(read_preset(find_preset("Backbeat")), settings))
    while engine.ask(Look()).listen.total < 8:
        Event().wait(0.02)
    engine.close()

main()
"""


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_a_clean_exit_is_silent_at_every_rate(rate: int, tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, 0.3 * np.sin(np.arange(rate * 20) / 20), rate)
    command = [sys.executable, "-c", _LISTENS, str(path)]
    result = subprocess.run(command, capture_output=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_an_engine_that_has_ended_keeps_nothing_from_being_freed() -> None:
    from livemusic.engine.engine import Engine

    gc.freeze()
    Engine().close()
    assert gc.get_freeze_count() == 0
