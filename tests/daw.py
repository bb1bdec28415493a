"""A program on JACK with ports as a DAW has them."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

DAW = """
import sys
import jack, numpy
client = jack.Client("ardour", no_start_server=True)
strips = ["LTC-out", "Click/audio_out 1", "Click/audio_out 2", "Bass/audio_out 1", "Bass/audio_out 2",
          "Master/audio_out 1", "Master/audio_out 2"]
levels = [float(word) for word in sys.argv[1:]] or [0.9, 0.8, 0.8, 0.3, 0.3, 0.5, 0.5]
ports = [client.outports.register(strip) for strip in strips]
client.inports.register("Rec/audio_in 1")
client.midi_inports.register("Drums/midi_in 1")
tone = numpy.sin(2 * numpy.pi * numpy.arange(256) / 64)
@client.set_process_callback
def play(frames):
    for port, level in zip(ports, levels):
        port.get_array()[:] = level * tone[:frames]
client.activate()
print("ready", flush=True)
sys.stdin.read()
client.deactivate()
client.close()
"""


@contextmanager
def daw(*levels: float) -> Iterator["subprocess.Popen[str]"]:
    """A program with ports as Ardour has them: time code and click come first."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", DAW, *map(str, levels)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        yield program
        program.communicate("")
