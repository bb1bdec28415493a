"""MIDI that goes round a loop: what became of each note, on paper and through a program that passes it on."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livemusic.errors import DeviceError
from livemusic.midi.loopback import MidiLoop, examine, measure, notes
from livemusic.midi.rtmidi import output_names

CABLE = """
import sys, rtmidi
times = eval("lambda number: " + sys.argv[1])
out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, "Cable")
out.open_virtual_port("back")
midi = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, "Cable")
count = 0
def hear(event, _):
    global count
    count += event[0][0] & 0xF0 == 0x90
    for _ in range(times(count)):
        out.send_message(event[0])
midi.set_callback(hear)
midi.open_virtual_port("there")
print("ready", flush=True)
sys.stdin.read()
midi.close_port()
out.close_port()
midi.delete()
out.delete()
"""


@contextmanager
def cable(times: str = "1") -> Iterator[None]:
    """A program that passes each note on as often as `times` says for its `number`."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", CABLE, times]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        yield
        program.communicate("")


def test_no_two_notes_are_alike() -> None:
    score = notes()
    assert len(score) == len({data[1:] for data in score}) == len({data[1] for data in score}) == 100
    assert all(data[0] == 0x9F and 0 < data[1] < 128 and 0 < data[2] < 128 for data in score)
    assert notes(1) == score[:1]
    for count in (0, 101):
        with pytest.raises(ValueError, match="count"):
            notes(count)


def test_what_became_of_each_note() -> None:
    first, second, third, fourth = notes(4)
    moved = bytes((0x90, *first[1:]))  # another channel
    heard = [
        (third, 1.9),  # before it was sent: somebody else's
        (b"\xf8", 2.0),
        (moved, 1.005),
        (bytes((0x8F, first[1], 0)), 1.006),
        (bytes((0x9F, *second[1:2], 0)), 2.001),  # a note's end
        (second, 2.010),
        (second, 2.012),
        (b"\x9f\x40\x7f", 2.5),
        (fourth, 4.020),
    ]
    loop = examine([(first, 1.0), (second, 2.0), (third, 3.0), (fourth, 4.0)], heard)
    assert loop.trips_ms == pytest.approx((5.0, 10.0, 20.0))
    assert (loop.sent, loop.lost, loop.doubled, loop.strays) == (4, 1, 1, 2)
    assert loop.found
    assert [loop.percentile(percent) for percent in (0, 50, 95, 100)] == pytest.approx([5.0, 10.0, 20.0, 20.0])


@given(st.lists(st.sampled_from([0, 1, 2, 3]), min_size=1, max_size=100), st.randoms(use_true_random=False))
def test_every_note_comes_or_is_lost_in_whatever_order(times: list[int], random: object) -> None:
    sent = [(data, 0.01 * index) for index, data in enumerate(notes(len(times)))]
    heard = [(data, at + 0.5) for (data, at), count in zip(sent, times, strict=True) for _ in range(count)]
    random.shuffle(heard)  # type: ignore[attr-defined]
    loop = examine(sent, heard)
    assert len(loop.trips_ms) + loop.lost == loop.sent
    assert loop.trips_ms == pytest.approx([500.0] * (len(times) - times.count(0)))
    assert loop.doubled == sum(count > 1 for count in times)
    assert loop.strays == 0


def test_nothing_came_back() -> None:
    loop = examine([(data, 0.0) for data in notes(10)], [])
    assert loop == MidiLoop(sent=10, trips_ms=(), lost=10, doubled=0, strays=0)
    assert not loop.found
    with pytest.raises(ValueError, match="nothing came back"):
        loop.percentile(50)


def test_a_loop_through_another_program_is_measured(jack: object) -> None:
    with cable():
        loop = measure("there", "back")
    assert len(loop.trips_ms) == 100
    assert (loop.lost, loop.doubled, loop.strays) == (0, 0, 0)
    assert 0 < loop.percentile(0) <= loop.percentile(50) <= loop.percentile(99) < 1000
    assert output_names() == []


def test_losses_and_doubles_are_counted(jack: object) -> None:
    with cable("0 if number % 10 == 0 else 2 if number % 10 == 5 else 1"):
        loop = measure("there", "CABLE:BACK", 40)
    assert (len(loop.trips_ms), loop.lost, loop.strays) == (36, 4, 0)
    assert 4 <= loop.doubled <= 6  # on a busy machine JACK itself may say one twice


def test_a_port_that_is_not_there_is_named_and_nothing_is_left_open(jack: object) -> None:
    with cable():
        with pytest.raises(DeviceError, match="No MIDI output is named 'Moog'"):
            measure("Moog", "Cable")
        with pytest.raises(DeviceError, match="No MIDI input is named 'Moog'"):
            measure("Cable", "Moog")
