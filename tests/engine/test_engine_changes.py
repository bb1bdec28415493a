"""Everything the hand does can be undone, saved and called up again."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from livemusic.engine import edits
from livemusic.engine import messages as say
from livemusic.engine.request import Failed
from livemusic.engine.snapshot import PluginsState
from livemusic.midi.files import read_pattern
from livemusic.music.event import note_off, note_on
from livemusic.music.grid import Grid
from livemusic.session.codec import read_preset
from livemusic.session.control import Binding, Control
from livemusic.session.drum_map import DrumMap, Lane
from livemusic.session.library import list_presets
from livemusic.session.plugin import PluginSlot
from livemusic.session.settings import Session, Settings
from tests.engine.conftest import Studio, until

EFFECT = PluginSlot("/somewhere/Reverb.vst3")
PAD = Control("Pads", "note", 10, 50)


def configure(studio: Studio, **changes: object) -> Settings:
    known = studio.session_now().settings
    settings = msgspec.structs.replace(known, **changes)
    studio.ask(edits.Configure(known, settings))
    until(lambda: studio.session_now().settings == settings)
    return settings


def test_a_change_of_settings_keeps_what_the_hand_has_done(studio: Studio) -> None:
    studio.ask(say.MovePad(0.25, 0.75), say.SetTempo(101.0), say.SetSwing(0.4))
    until(lambda: studio.look().transport.bpm == 101.0)
    until(lambda: studio.look().listen.swing == 0.4)
    configure(studio, clock_out=False)
    assert (studio.look().transport.bpm, studio.look().listen.swing) == (101.0, 0.4)
    assert studio.look().listen.pad == pytest.approx((0.25, 0.75))


def test_both_axes_of_one_controller_move_though_they_see_the_same_picture(studio: Studio) -> None:
    across, up = (Control("Pads", "control", 1, number) for number in (20, 21))
    configure(studio, controllers=("Pads",), bindings=(Binding(across, "pad x"), Binding(up, "pad y")))
    studio.ask(say.MovePad(0.0, 0.0))
    until(lambda: studio.look().listen.pad == (0.0, 0.0))
    studio.pads["Pads"].play(bytes((0xB0, 20, 127)), bytes((0xB0, 21, 127)))
    until(lambda: studio.look().listen.pad == (1.0, 1.0))


def test_a_change_of_settings_leaves_what_it_does_not_name(studio: Studio) -> None:
    """Two windows, or a window and a lesson, that know an older picture do not undo each other."""
    known = studio.session_now().settings
    binding = Binding(PAD, "follow")
    studio.ask(
        edits.Configure(known, msgspec.structs.replace(known, bindings=(binding,))),
        edits.Configure(known, msgspec.structs.replace(known, channel=3)),
        edits.Configure(known, msgspec.structs.replace(known, quantise=0.5)),
    )
    until(
        lambda: (
            studio.session_now().settings
            == msgspec.structs.replace(known, bindings=(binding,), channel=3, quantise=0.5)
        )
    )


def test_knobs_can_be_undone_and_redone(studio: Studio) -> None:
    studio.ask(say.SetTempo(101.0))
    until(lambda: studio.look().can_undo)
    studio.ask(say.SetTempo(77.0), say.SetSwing(0.9))
    until(lambda: studio.look().listen.swing == 0.9 and studio.look().transport.bpm == 77.0)
    studio.ask(edits.Undo())
    until(lambda: studio.look().transport.bpm == 101.0 and studio.look().listen.swing == 0.0)
    studio.ask(edits.Undo())
    until(lambda: studio.look().transport.bpm == studio.session.preset.bpm)
    until(lambda: not studio.look().can_undo)
    studio.ask(edits.Redo())
    until(lambda: studio.look().transport.bpm == 101.0)


def test_every_kind_of_change_has_its_way_back(studio: Studio) -> None:
    begun = studio.session_now()
    clip = msgspec.structs.replace(begun.preset.corners[1], name="mine")
    for change in (
        edits.Reshape((7, 8), 3),
        edits.SetCorner(2, clip),
        edits.SetMode("blend"),
        edits.LockLane(4, 2),
        edits.StoreScene(1, "B"),
        edits.GoPreset("waltz"),
        edits.StepPreset(1),
        edits.PickPreset(3),
        edits.Rewire(None, (EFFECT,)),
        edits.Configure(begun.settings, msgspec.structs.replace(begun.settings, channel=3)),
    ):
        before = studio.session_now()
        studio.ask(change)
        until(lambda before=before: studio.session_now() != before)  # type: ignore[misc]
        after = studio.session_now()
        studio.ask(edits.Undo())
        until(lambda before=before: studio.session_now() == before)  # type: ignore[misc]
        studio.ask(edits.Redo())
        until(lambda after=after: studio.session_now() == after)  # type: ignore[misc]
    for _ in range(10):
        studio.ask(edits.Undo())
    until(lambda: studio.session_now() == begun)


def test_presets_follow_each_other_round_and_round(studio: Studio) -> None:
    names = [name for name, _ in list_presets()]
    studio.ask(edits.PickPreset(len(names) - 1))
    until(lambda: studio.session_now().preset.name == names[-1])
    studio.ask(edits.StepPreset(1))
    until(lambda: studio.session_now().preset.name == names[0])
    studio.ask(edits.StepPreset(-1))
    until(lambda: studio.session_now().preset.name == names[-1])
    studio.ask(edits.PickPreset(len(names)))
    until(lambda: studio.said("there are only"))
    studio.ask(edits.GoPreset("no such"))
    until(lambda: studio.said("no such"))


def test_locks_and_mode_are_heard_and_can_be_undone(studio: Studio) -> None:
    before = studio.session_now()
    preset = msgspec.structs.replace(before.preset, pad=(1.0, 0.0), mode="blend", locks=(1, 0))
    studio.ask(edits.Apply(Session(preset, before.settings)))
    lanes = [preset.corners[corner].grid().hits for corner in (1, 0, 3, 3, 3, 3, 3, 3, 3)]
    wanted = np.stack([hits[:, voice] for voice, hits in enumerate(lanes)], axis=1)
    until(lambda: np.array_equal(Grid.from_bytes(studio.look().transport.grid).hits, wanted))
    until(lambda: studio.session_now().preset.locks == (1, 0))
    studio.ask(edits.Undo())
    until(lambda: studio.session_now() == before)


def test_scenes_are_stored_and_gone_to(studio: Studio) -> None:
    studio.ask(say.MovePad(1.0, 0.0), say.SetSwing(0.6))
    until(lambda: studio.look().listen.pad == (1.0, 0.0) and studio.look().listen.swing == 0.6)
    studio.ask(edits.StoreScene(0, "break"))
    until(lambda: len(studio.session_now().preset.scenes) == 1)
    studio.ask(say.MovePad(0.0, 1.0), say.SetSwing(0.0), say.LaunchScene(0))
    until(lambda: studio.look().listen.pad == (1.0, 0.0) and studio.look().listen.swing == 0.6)
    studio.ask(say.LaunchScene(4))
    until(lambda: studio.said("Scene 5 is empty"))


def test_what_is_played_on_pads_is_recorded_and_can_be_undone(studio: Studio) -> None:
    configure(studio, controllers=("Pads",))
    until(lambda: studio.look().surface.controllers and studio.look().surface.controllers[0].state == "on")
    before = studio.session_now().preset.corners[0]
    studio.ask(say.Play(), say.SetRecord(True))
    until(lambda: studio.look().surface.record and studio.look().transport.tick > 0)
    studio.pads["Pads"].play(note_on(9, 49, 123), note_off(9, 49))
    until(lambda: studio.session_now().preset.corners[0] != before)
    crashes = studio.session_now().preset.corners[0].hits["crash"]
    assert [velocity for _, velocity, _ in crashes if velocity == 123] == [123]
    assert note_on(9, 49, 123) in studio.ports[0].messages
    studio.ask(say.Stop(), edits.Undo())
    until(lambda: studio.session_now().preset.corners[0] == before)


def test_a_pad_is_taught_and_does_it(studio: Studio) -> None:
    configure(studio, controllers=("Pads",))
    studio.ask(say.Learn("follow"))
    until(lambda: studio.look().surface.learning == "follow")
    studio.pads["Pads"].play(note_on(9, 50, 100))
    until(lambda: studio.session_now().settings.bindings == (Binding(PAD, "follow"),))
    studio.pads["Pads"].play(note_on(9, 50, 100))
    until(lambda: studio.said("To follow the path"))
    studio.ask(edits.Forget("follow"))
    until(lambda: studio.session_now().settings.bindings == ())
    studio.ask(say.Learn("fly"))
    until(lambda: studio.said("nothing called 'fly'"))


def test_the_port_gets_what_the_drum_map_says_and_so_does_the_file(studio: Studio, tmp_path: Path) -> None:
    lanes = tuple(Lane(100 + voice, voice + 1) for voice in range(9))
    configure(studio, drum_map=DrumMap("mine", lanes))
    studio.ask(say.Play())
    until(lambda: studio.look().transport.tick > 4 * 960)
    studio.ask(say.Stop(), say.Export(str(tmp_path / "a.mid"), 2))
    sent = {(data[0] & 0xF, data[1]) for data in studio.ports[0].messages if data[0] & 0xF0 == 0x90}
    assert sent
    assert all(pitch == 100 + channel for channel, pitch in sent)
    assert (tmp_path / "a.mid").stat().st_size > 100
    assert read_pattern(tmp_path / "a.mid").pattern.length == 2 * 3840


def test_a_preset_is_saved_with_its_plugins_as_they_are_set(studio: Studio, tmp_path: Path) -> None:
    studio.ask(edits.Rewire(None, (EFFECT,)))
    until(lambda: len(studio.session_now().preset.effects) == 1)
    studio.ask(say.SetParameter(1, "mix", 0.75), say.SetTempo(99.0))
    until(lambda: studio.look().transport.bpm == 99.0)
    path = tmp_path / "own" / "mine.json"
    studio.ask(edits.SavePreset(str(path), "Mine"))
    saved = read_preset(path)
    assert (saved.name, saved.bpm) == ("Mine", 99.0)
    assert saved.effects == (PluginSlot(EFFECT.path, "", b"state", {"mix": 0.75}),)
    assert studio.session_now().preset.name == "Mine"
    nowhere = studio.engine.ask(edits.SavePreset(str(path / "below a file.json"), "Mine"))
    assert isinstance(nowhere, Failed)


def test_a_turned_plugin_knob_can_be_undone(studio: Studio) -> None:
    studio.ask(edits.Rewire(None, (EFFECT,)))
    until(lambda: len(studio.session_now().preset.effects) == 1)
    plugins = studio.engine.ask(say.LookPlugins())
    assert isinstance(plugins, PluginsState)
    assert plugins.chain.plugins[0].path == EFFECT.path
    until(lambda: studio.engine._loader._knobs._begun.get(1))
    studio.ask(say.SetParameter(1, "mix", 0.9))
    until(lambda: studio.engine._loader._rested and studio.engine._loader._rested.preset.effects[0].values)
    studio.ask(edits.Undo())
    until(lambda: studio.speakers.mix == 0.5)
    studio.ask(edits.Redo())
    until(lambda: studio.speakers.mix == 0.9)
    assert len(studio.speakers.chains) == 2


@pytest.mark.parametrize(
    "request_",
    [
        say.PlayDrum(9, 100),
        say.PlayDrum(0, 128),
        say.LaunchScene(8),
        edits.StoreScene(-1, "x"),
        say.Nudge(2.0),
        edits.Reshape((4, 3), 2),
        edits.SetCorner(4, None),  # type: ignore[arg-type]
        say.SetSwing(float("nan")),
        say.MovePad(float("nan"), 0.0),
    ],
)
def test_what_is_out_of_range_is_refused(studio: Studio, request_: say.AnyRequest) -> None:
    assert isinstance(studio.engine.ask(request_), Failed)


def test_bars_out_of_range_are_said(studio: Studio) -> None:
    studio.ask(edits.Reshape((4, 4), 33))
    until(lambda: studio.said("33 bars"))


def test_a_session_from_another_machine_comes_without_what_is_not_here(studio: Studio) -> None:
    session = studio.session_now()
    far = msgspec.structs.replace(
        msgspec.structs.replace(session, settings=msgspec.structs.replace(session.settings, midi_out="broken")),
        preset=msgspec.structs.replace(session.preset, name="Far", bpm=88.0),
    )
    studio.ask(edits.Apply(far))
    until(lambda: studio.said("'broken' is broken"))
    assert studio.session_now().preset.name != "Far"
    studio.ask(edits.Apply(far, forgiving=True))
    until(lambda: studio.session_now().preset.name == "Far")
    assert studio.look().midi_out.state == "failed"
    assert studio.look().transport.bpm == 88.0


def test_every_undo_says_what_it_undid(studio: Studio) -> None:
    before = studio.session_now()
    studio.ask(edits.LockLane(4, 2))
    until(lambda: studio.look().undoes == "lock low tom to C")
    studio.ask(say.SetTempo(101.0))
    until(lambda: studio.look().undoes == f"tempo {before.preset.bpm:g} → 101")
    studio.ask(edits.Undo(), edits.Undo())
    until(lambda: studio.said("Undid: lock low tom to C."))
    assert studio.said(f"Undid: tempo {before.preset.bpm:g} → 101.")
    studio.ask(edits.Redo())
    until(lambda: studio.said("Redid: lock low tom to C."))
