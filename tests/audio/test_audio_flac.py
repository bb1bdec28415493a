"""FLAC that grows: whole at the end, playable whatever ends it before, never half a frame on a full disk."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from livemusic.audio.file import Recording
from livemusic.audio.flac import FlacWriter
from livemusic.errors import MediaError

SOUND = np.random.default_rng(0).uniform(-0.5, 0.5, (48000, 2)).astype(np.float32)

KILLED = """
import sys, os, signal
import numpy as np
from pathlib import Path
from livemusic.audio.flac import FlacWriter
sound = np.random.default_rng(0).uniform(-0.5, 0.5, (48000, 2)).astype(np.float32)
writer = FlacWriter(Path(sys.argv[1]), 48000, 2)
for begin in range(0, 48000, 480):
    writer.write(sound[begin : begin + 480])
    if begin == 33600:
        writer.sync()
print("written", flush=True)
sys.stdin.read()
"""

FULL = """
import resource, signal, sys
import numpy as np
from pathlib import Path
from livemusic.audio.flac import FlacWriter
from livemusic.errors import MediaError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
sound = np.random.default_rng(0).uniform(-0.5, 0.5, (48000, 2)).astype(np.float32)
writer = FlacWriter(Path(sys.argv[1]), 48000, 2)
try:
    for begin in range(0, 48000, 480):
        writer.write(sound[begin : begin + 480])
except MediaError as problem:
    print(problem)
writer.close()
"""


def close_to(path: Path, sound: np.ndarray) -> bool:
    heard, _ = soundfile.read(path, always_2d=True)
    return len(heard) > 0 and np.abs(heard - sound[: len(heard)]).max() < 2e-7


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44100, 2), (48000, 2), (192000, 2), (384000, 1)])
def test_what_is_written_is_read(tmp_path: Path, rate: int, channels: int) -> None:
    writer = FlacWriter(tmp_path / "a.flac", rate, channels)
    for begin in range(0, 40000, 777):
        writer.write(SOUND[begin : min(begin + 777, 40000), :channels])
        if begin % 5 == 0:
            writer.sync()
            if begin > 12000:  # while it grows it says how long it is by now
                assert begin - 9000 < soundfile.info(tmp_path / "a.flac").frames <= begin + 777
    writer.close()
    writer.close()
    assert writer.frames == 40000
    info = soundfile.info(tmp_path / "a.flac")
    assert (info.frames, info.samplerate, info.channels, info.subtype) == (40000, rate, channels, "PCM_24")
    assert close_to(tmp_path / "a.flac", SOUND[:, :channels])


def test_what_is_too_loud_or_no_number(tmp_path: Path) -> None:
    writer = FlacWriter(tmp_path / "a.flac", 48000, 1)
    writer.write(np.array([[2.0], [-2.0], [np.nan], [np.inf]] * 2000, np.float32))
    writer.close()
    assert soundfile.read(tmp_path / "a.flac")[0][:4] == pytest.approx([1, -1, 0, 0], abs=1e-6)


def test_a_killed_program_leaves_what_it_wrote(tmp_path: Path) -> None:
    path, pipe = tmp_path / "a.flac", subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdin=pipe, stdout=pipe, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "written\n"
        program.send_signal(signal.SIGKILL)
    assert 28000 < soundfile.info(path).frames <= 34000
    assert close_to(path, SOUND)
    recording = Recording(path)
    assert recording.fault == ""
    recording.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_full_disk_ends_it_with_a_whole_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    said = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=True).stdout
    assert said == f"{path} cannot be recorded any further (File too large).\n"
    assert path.stat().st_size <= 100_000
    assert 12000 < soundfile.info(path).frames < 20000
    assert close_to(path, SOUND)
    assert soundfile.info(path).frames % 4096 == 0


def test_what_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be recorded"):
        FlacWriter(tmp_path / "none" / "a.flac", 48000, 2)
    with pytest.raises(MediaError, match="700000 Hz and 2 channels cannot be recorded as FLAC"):
        FlacWriter(tmp_path / "a.flac", 700000, 2)
    assert os.listdir(tmp_path) == []
