"""What of a JACK program is listened to, and how its ports are named."""

import pytest

from livemusic.audio.devices import Device, with_feeds
from livemusic.audio.feeds import Feed, feeds, named_ports, own

ARDOUR = [
    "ardour:LTC-out",
    *(f"ardour:{strip}/audio_out {side}" for strip in ("Click", "auditioner", "Bass", "Master") for side in (1, 2)),
]


@pytest.mark.parametrize(
    ("outputs", "main"),
    [
        (ARDOUR, ("ardour:Master/audio_out 1", "ardour:Master/audio_out 2")),
        (["system:capture_1", "system:capture_2", "system:capture_3"], ("system:capture_1", "system:capture_2")),
        (["mpv:out_0", "mpv:out_1"], ("mpv:out_0", "mpv:out_1")),
        (["REAPER:out1", "REAPER:out2", "REAPER:out3", "REAPER:out4"], ("REAPER:out1", "REAPER:out2")),
        (["B:Metronome L", "B:Metronome R", "B:Stereo Out-L", "B:Stereo Out-R"], ("B:Stereo Out-L", "B:Stereo Out-R")),
        (["H:Track_1_Main_L", "H:Track_1_Main_R", "H:out_L", "H:out_R"], ("H:out_L", "H:out_R")),
        (["q:Click/out_1", "q:Main Mix/out_1", "q:Main Mix/out_2"], ("q:Main Mix/out_1", "q:Main Mix/out_2")),
        (["m:L", "m:R"], ("m:L", "m:R")),
        (["a:left", "a:right"], ("a:left", "a:right")),
        (["t:click"], ("t:click",)),
        (["s:cue_1", "s:cue_2", "s:talk"], ("s:talk",)),
        (["x:y:1", "x:y:2"], ("x:y:1", "x:y:2")),
        # in the order in which they were made, not side by side
        (["p:in 1 out L", "p:master L", "p:in 1 out R", "p:master R"], ("p:master L", "p:master R")),
    ],
)
def test_a_program_means_its_main_outputs(outputs: list[str], main: tuple[str, ...]) -> None:
    assert feeds(outputs)[0].ports == main


def test_each_pair_of_a_large_program_is_offered() -> None:
    assert [feed.name for feed in feeds(ARDOUR)] == [
        "ardour",
        "ardour:LTC-out",
        "ardour:Click/audio_out",
        "ardour:auditioner/audio_out",
        "ardour:Bass/audio_out",
        "ardour:Master/audio_out",
    ]
    eight = feeds([f"system:capture_{number}" for number in range(1, 9)])
    assert [feed.name for feed in eight][-1] == "system:capture_7 + system:capture_8"


@pytest.mark.parametrize(
    "port",
    ["livemusic:livemusic", "livemusic in:x", "livemusic sound:out_1", "livemusic listen-01:in_1", "livemusic-02:x"],
)
def test_our_own_ports_are_not_offered_to_ourselves(port: str) -> None:
    assert own(port)
    assert feeds([port, "mpv:out"]) == [Feed("mpv", ("mpv:out",))]
    assert named_ports(port, [port]) is None


def test_a_program_with_a_name_like_ours_is_another() -> None:
    assert [feed.name for feed in feeds(["livemusicbox:out", "my livemusic:out"])] == ["livemusicbox", "my livemusic"]


def test_ports_can_be_named_one_by_one() -> None:
    assert named_ports("ardour:ltc-OUT", ARDOUR) == Feed("ardour:LTC-out", ("ardour:LTC-out",))
    both = named_ports("ardour:Bass/audio_out 1 + ardour:Click/audio_out 2", ARDOUR)
    assert both is not None
    assert both.ports == ("ardour:Bass/audio_out 1", "ardour:Click/audio_out 2")
    assert named_ports("ardour:Bass/audio_out 1 + nobody:x", ARDOUR) is None
    assert named_ports(" + ".join(ARDOUR[:3]), ARDOUR) is None


JACK = "JACK Audio Connection Kit"
KNOWN = [
    Device(0, "Scarlett", "ALSA", 2, 2, 44100),
    Device(1, "system", JACK, 2, 2, 48000),
    Device(2, "ardour", JACK, 9, 4, 48000),
]


def test_programs_on_jack_are_devices_that_are_opened_through_any_on_jack() -> None:
    there = {
        device.name: device for device in with_feeds(KNOWN, [*ARDOUR, "late:out_1", "late:out_2"]) if device.inputs
    }
    assert there["Scarlett"] == KNOWN[0]
    assert (there["ardour"].index, there["ardour"].inputs) == (2, 2)
    assert there["ardour:LTC-out"].inputs == 1
    assert (there["late"].index, there["late"].ports) == (1, ("late:out_1", "late:out_2"))
    outputs = [device.name for device in with_feeds(KNOWN, ARDOUR) if device.outputs]
    assert outputs == ["Scarlett", "system", "ardour"]


def test_without_jack_nothing_changes() -> None:
    assert with_feeds(KNOWN, ()) == KNOWN
    assert with_feeds(KNOWN[:1], ARDOUR) == KNOWN[:1]
