"""Kits of samples: every file is the drum it says, as loud as it should be; what is missing or broken is said."""

from pathlib import Path
from queue import SimpleQueue

import numpy as np
import pytest
import soundfile

from livemusic.errors import MediaError
from livemusic.music.event import note_on
from livemusic.music.kit import GM_PITCHES, VOICE_NAMES, Voice
from livemusic.sound.fitter import Fitter, Refit
from livemusic.sound.kit import Kit
from livemusic.sound.matched import loudness, struck
from livemusic.sound.protocol import KitTold
from livemusic.sound.sampled import load_kit
from tests.sound.test_sound_matched import TOM

RATE = 16000
KIT = Kit(RATE)


def tone(
    path: Path, hertz: float, level: float = 0.5, seconds: float = 0.3, rate: int = RATE, channels: int = 1
) -> None:
    time = np.arange(round(seconds * rate)) / rate
    wave = level * np.sin(2 * np.pi * hertz * time) * np.exp(-time / 0.1)
    path.parent.mkdir(exist_ok=True, parents=True)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), rate)


def pitch(sound: np.ndarray) -> float:
    power = np.abs(np.fft.rfft(sound[:, 0])) ** 2
    return float(np.fft.rfftfreq(len(sound), 1 / RATE)[power.argmax()])


def played(
    sounds: dict, voice: int, velocity: int = 100, frames: int = RATE // 2, kit: Kit | None = None
) -> np.ndarray:
    kit = Kit(RATE) if kit is None else kit
    kit.refit(sounds)
    kit.play(kit.position, note_on(9, GM_PITCHES[voice], velocity))
    return kit.mix(frames)


def test_a_folder_is_played_by_its_names_and_says_what_it_lacks(tmp_path: Path) -> None:
    for number, name in enumerate(("Kick", "Snare", "hh closed", "hh open", "tom low", "tom mid", "tom high", "crash")):
        tone(tmp_path / f"{name}.wav", 300 + 100 * number)
    loaded = load_kit(str(tmp_path), KIT.standard, RATE)
    assert loaded.told == "It has no ride: the built-in one is played."
    for voice in range(8):
        assert pitch(played(dict(loaded.sounds), voice)) == pytest.approx(300 + 100 * voice, abs=8)


@pytest.mark.parametrize(("rate", "channels", "kind"), [(44100, 1, "wav"), (48000, 2, "flac"), (22050, 2, "ogg")])
def test_files_of_any_rate_and_kind_keep_their_pitch(tmp_path: Path, rate: int, channels: int, kind: str) -> None:
    tone(tmp_path / f"snare.{kind}", 700, rate=rate, channels=channels)
    sounds = dict(load_kit(str(tmp_path), KIT.standard, RATE).sounds)
    assert pitch(played(sounds, Voice.SNARE)) == pytest.approx(700, abs=8)


@pytest.mark.parametrize("level", [0.9, 0.01])
def test_a_drum_is_as_loud_as_the_computed_one_however_it_was_recorded(tmp_path: Path, level: float) -> None:
    tone(tmp_path / "kick.wav", 90, level)
    sound = load_kit(str(tmp_path), KIT.standard, RATE).sounds[Voice.KICK]
    assert loudness(struck(sound), RATE) == pytest.approx(loudness(struck(KIT.standard[Voice.KICK]), RATE), rel=0.02)


def test_named_layers_are_chosen_by_velocity(tmp_path: Path) -> None:
    for layer in (1, 2, 3):
        tone(tmp_path / f"snare_v{layer}.wav", 400 * layer)
    sounds = dict(load_kit(str(tmp_path), KIT.standard, RATE).sounds)
    assert [round(pitch(played(sounds, Voice.SNARE, velocity)), -2) for velocity in (10, 64, 127)] == [400, 800, 1200]


def test_layers_without_names_are_told_by_their_loudness(tmp_path: Path) -> None:
    for number, (hertz, level) in enumerate(((1200, 0.8), (400, 0.05), (800, 0.3))):
        tone(tmp_path / f"snare {number}.wav", hertz, level)
    sounds = dict(load_kit(str(tmp_path), KIT.standard, RATE).sounds)
    assert [round(pitch(played(sounds, Voice.SNARE, velocity)), -2) for velocity in (10, 64, 127)] == [400, 800, 1200]


def test_strokes_that_are_alike_take_turns(tmp_path: Path) -> None:
    for number in range(2):
        tone(tmp_path / f"snare {number}.wav", 800 + 16 * number)
    sounds = dict(load_kit(str(tmp_path), KIT.standard, RATE).sounds)
    kit = Kit(RATE)
    first, second, third = (played(sounds, Voice.SNARE, kit=kit)[:2000].copy() for _ in range(3))
    assert np.corrcoef(first[:, 0], third[:, 0])[0, 1] > 0.999
    assert np.corrcoef(first[:, 0], second[:, 0])[0, 1] < 0.999


def test_of_drums_that_are_not_alike_the_first_is_played_and_said(tmp_path: Path) -> None:
    tone(tmp_path / "snare 1.wav", 300)
    tone(tmp_path / "snare 2.wav", 3000)
    loaded = load_kit(str(tmp_path), KIT.standard, RATE)
    assert "Of 2 sounds for the snare snare 1.wav is played." in loaded.told
    assert pitch(played(dict(loaded.sounds), Voice.SNARE)) == pytest.approx(300, abs=8)


def test_a_broken_file_is_named_and_the_rest_plays(tmp_path: Path) -> None:
    tone(tmp_path / "kick.wav", 100)
    (tmp_path / "snare.wav").write_bytes(b"RIFF nonsense")
    soundfile.write(tmp_path / "crash.wav", np.zeros(4000), RATE)
    loaded = load_kit(str(tmp_path), KIT.standard, RATE)
    assert set(loaded.sounds) == {Voice.KICK}
    assert "snare.wav" in loaded.told
    assert "crash.wav is silent: it is left out." in loaded.told


@pytest.mark.parametrize("content", [{}, {"vocals.wav": None}, {"kick.wav": b""}])
def test_where_nothing_can_be_played_it_is_said(tmp_path: Path, content: dict[str, bytes | None]) -> None:
    for name, data in content.items():
        if data is None:
            tone(tmp_path / name, 100)
        else:
            (tmp_path / name).write_bytes(data)
    with pytest.raises(MediaError, match=r"named after a drum|can be played"):
        load_kit(str(tmp_path), KIT.standard, RATE)
    with pytest.raises(MediaError, match="neither a folder"):
        load_kit(str(tmp_path / "none"), KIT.standard, RATE)


def test_a_long_file_is_cut_and_silence_before_the_stroke_is_left_out(tmp_path: Path) -> None:
    time = np.arange(20 * RATE) / RATE
    soundfile.write(tmp_path / "ride.wav", np.concatenate([np.zeros(RATE), 0.3 * np.sin(2000 * time)]), RATE)
    sound = load_kit(str(tmp_path), KIT.standard, RATE).sounds[Voice.RIDE]
    samples = sound.takes[0][0].samples
    assert len(samples) <= 12 * RATE
    assert np.abs(samples[:64]).max() > 0.05
    assert not samples[-1].any()


def test_an_sfz_keeps_the_balance_of_its_maker(tmp_path: Path) -> None:
    tone(tmp_path / "k.wav", 100, 0.8)
    tone(tmp_path / "s.wav", 400, 0.8)
    (tmp_path / "kit.sfz").write_text(
        "<region> sample=k.wav key=36 <region> sample=s.wav key=38 volume=-12 pan=100\n"
        "<region> sample=s.wav key=42 tune=1200"
    )
    sounds = dict(load_kit(str(tmp_path / "kit.sfz"), KIT.standard, RATE).sounds)
    kick, snare = played(sounds, Voice.KICK, 127), played(sounds, Voice.SNARE, 127)
    assert pitch(snare[:, 1:]) == pytest.approx(400, abs=8)
    assert pitch(played(sounds, Voice.CLOSED_HAT)) == pytest.approx(800, abs=8)
    assert not snare[:, 0].any()
    power = [loudness(sound, RATE) for sound in (kick, snare)]
    assert 20 * np.log10(power[0] / power[1]) == pytest.approx(12.0, abs=1.5)


def test_what_an_sfz_calls_off_is_ended(tmp_path: Path) -> None:
    tone(tmp_path / "long.wav", 400, seconds=2.0)
    tone(tmp_path / "short.wav", 100, seconds=0.05)
    (tmp_path / "kit.sfz").write_text(
        "<region> sample=long.wav key=49 off_by=1 pitch_keytrack=0 <region> sample=short.wav key=38 group=1"
    )
    kit = Kit(RATE)
    kit.refit(dict(load_kit(str(tmp_path / "kit.sfz"), KIT.standard, RATE).sounds))
    kit.play(0, note_on(9, 49, 100))
    kit.play(1600, note_on(9, 38, 100))
    kit.mix(1600 + RATE // 10 + 200)
    assert kit.ringing == 0


def test_a_closed_hat_ends_an_open_one_of_samples(tmp_path: Path) -> None:
    tone(tmp_path / "open hat.wav", 3000, seconds=2.0)
    tone(tmp_path / "closed hat.wav", 5000, seconds=0.05)
    kit = Kit(RATE)
    kit.refit(dict(load_kit(str(tmp_path), KIT.standard, RATE).sounds))
    kit.play(0, note_on(9, 46, 100))
    kit.play(1600, note_on(9, 42, 100))
    kit.mix(1600 + RATE // 10 + 200)
    assert kit.ringing == 0


def test_the_fitter_reads_a_kit_once_and_says_what_became_of_it(tmp_path: Path) -> None:
    tone(tmp_path / "kick.wav", 500)
    handed: SimpleQueue[Refit] = SimpleQueue()
    fitter = Fitter(handed.put)
    for wanted in (str(tmp_path), str(tmp_path), str(tmp_path / "none"), ""):
        fitter.want(KIT, {}, wanted)
        fitter.end()
        fitter.run()
    first, again, none, plain = (handed.get_nowait() for _ in range(4))
    assert again.sounds[Voice.KICK] is first.sounds[Voice.KICK]
    assert first.told.played
    assert first.told.told.startswith("It has no snare, closed hat")
    assert (none.sounds, none.told.played) == ({}, False)
    assert none.told.told.endswith("The built-in drums are played.")
    assert (plain.sounds, plain.told.told) == ({}, "")
    assert len(VOICE_NAMES) == 9


def test_a_drum_that_was_matched_goes_before_its_sample(tmp_path: Path) -> None:
    tone(tmp_path / "kick.wav", 500)
    tone(tmp_path / "snare.wav", 700)
    handed: SimpleQueue[Refit] = SimpleQueue()
    fitter = Fitter(handed.put)
    fitter.want(KIT, {"snare": TOM}, str(tmp_path))
    fitter.end()
    fitter.run()
    sounds = dict(handed.get_nowait().sounds)
    assert pitch(played(sounds, Voice.KICK)) == pytest.approx(500, abs=8)
    assert pitch(played(sounds, Voice.SNARE)) < 400


def test_what_was_prepared_is_there_when_it_is_wanted_and_goes_when_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def make(voices: dict[str, object], standard: object, rate: int) -> dict[Voice, object]:
        made.extend(voices)
        return {Voice(VOICE_NAMES.index(name)): name for name in voices}

    monkeypatch.setattr("livemusic.sound.fitter.matched_sounds", make)
    handed: SimpleQueue[Refit] = SimpleQueue()
    fitter = Fitter(handed.put)

    def work() -> None:
        fitter.end()
        fitter.run()

    fitter.want(KIT, {"kick": TOM})
    fitter.prepare(KIT, {"kick": TOM, "snare": TOM})
    work()
    assert (handed.get_nowait().sounds, handed.empty()) == ({Voice.KICK: "kick"}, True)
    assert made == ["kick", "snare"]
    fitter.want(KIT, {"kick": TOM, "snare": TOM}, at=3.0)
    work()
    assert handed.get_nowait() == Refit(KIT, {Voice.KICK: "kick", Voice.SNARE: "snare"}, KitTold(played=True), 3.0)
    assert made == ["kick", "snare"]
    fitter.prepare(KIT, {})
    fitter.want(KIT, {"kick": TOM})
    work()
    fitter.want(KIT, {"snare": TOM})
    work()
    assert made == ["kick", "snare", "snare"]
