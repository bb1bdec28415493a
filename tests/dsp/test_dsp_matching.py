"""The voice that is fitted to a hit: its tangents, the distance and its gradient, and hits that it must find again."""

import numpy as np
import numpy.typing as npt
import pytest

from livemusic.dsp.matching import RATE, spectral
from livemusic.dsp.matching.fit import Way, first_tone, fit, thinned
from livemusic.dsp.matching.pitch import Glide, glide_of, pitch_of
from livemusic.dsp.matching.spectral import SMOOTH, STANDARD, SpectralTarget
from livemusic.dsp.matching.start import begun
from livemusic.dsp.matching.voice import BANDS, PARAMETERS, Bench, DrumVoice, octaves

Floats = npt.NDArray[np.floating]

TOM = DrumVoice(
    pitch_hz=110.0, sweep_octaves=0.5, sweep_s=0.03, tone_db=-6.0, tone_s=0.15, overtone_ratio=1.6, overtone_db=-20.0,
    overtone_s=0.08, click_db=-20.0, click_s=0.003, noise_db=(-30.0, -30.0, -28.0, -25.0, -25.0, -30.0, -35.0, -40.0),
    noise_low_s=0.05, noise_high_s=0.02,
)  # fmt: skip


def sound_of(voice: DrumVoice, seconds: float = 0.6, seed: int = 0) -> Floats:
    return Bench(RATE, round(seconds * RATE), seed).parts(voice.parameters()).sum


def test_a_voice_is_its_parameters() -> None:
    again = DrumVoice.of(TOM.parameters(), TOM.name)
    assert again.parameters() == pytest.approx(TOM.parameters())
    assert len(TOM.parameters()) == PARAMETERS == 20


def test_what_is_no_voice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"pitch_hz nan is outside 20\.\.4000"):
        DrumVoice(**{name: getattr(TOM, name) for name in TOM.__struct_fields__} | {"pitch_hz": float("nan")})
    with pytest.raises(ValueError, match="8 bands of noise, not 3"):
        DrumVoice(**{name: getattr(TOM, name) for name in TOM.__struct_fields__} | {"noise_db": (0.0, 0.0, 0.0)})


@pytest.mark.parametrize("number", range(PARAMETERS))
def test_tangents_are_those_of_finite_differences(number: int) -> None:
    bench = Bench(RATE, 3000, dtype=np.float64)
    at, step = TOM.parameters(), np.zeros(PARAMETERS)
    step[number] = 1e-6
    sound, tangents = bench.tangents(at)
    wanted = (bench.parts(at + step).sum - bench.parts(at - step).sum) / 2e-6
    assert sound == pytest.approx(bench.parts(at).sum)
    assert np.abs(tangents[number] - wanted).max() < 1e-6 * max(1.0, np.abs(wanted).max())


@pytest.mark.parametrize(("ours", "name"), [(SMOOTH, "Smooth"), (STANDARD, "Standard")])
def test_distance_and_gradient_are_those_of_training(ours: spectral.SpectralLoss, name: str) -> None:
    torch = pytest.importorskip("torch")
    from training.losses.spectral import PRESETS, spectral_loss

    random = np.random.default_rng(0)
    hit, sound = random.standard_normal(4000), np.asarray(sound_of(TOM)[:4000], np.float64)
    x = torch.tensor(sound, requires_grad=True)
    loss = spectral_loss(x, torch.tensor(hit), PRESETS[name])
    (gradient,) = torch.autograd.grad(loss, x)
    distance, found = SpectralTarget(hit, ours).gradient(sound)
    assert distance == pytest.approx(loss.item(), rel=1e-9)
    assert np.abs(found - gradient.numpy()).max() < 1e-8 * np.abs(gradient.numpy()).max()


def test_silence_and_short_sounds() -> None:
    still = np.zeros(4000)
    distance, gradient = SpectralTarget(still).gradient(still)
    assert distance == 0
    assert not gradient.any()
    with pytest.raises(ValueError, match="100 samples are fewer than one frame of 2053"):
        SpectralTarget(np.zeros(100))


def test_a_whole_way_down_has_the_gradient_of_finite_differences() -> None:
    way = Way(thinned(np.asarray(sound_of(TOM, seed=4), np.float64)), RATE / 8, SMOOTH)
    at = TOM.parameters() + 0.05
    _, gradient = way.look(at)
    for number in range(PARAMETERS):
        step = np.zeros(PARAMETERS)
        step[number] = 1e-5
        rise = (way.look(at + step)[0] - way.look(at - step)[0]) / 2e-5
        assert gradient[number] == pytest.approx(rise, rel=1e-5, abs=1e-6 * np.abs(gradient).max())


def test_octaves_add_up_to_the_sound() -> None:
    noise = np.random.default_rng(0).standard_normal(44100)
    bands = octaves(noise, RATE)
    assert (bands**2).sum() == pytest.approx((noise**2).sum(), rel=0.01)
    sine = np.sin(2 * np.pi * BANDS[3] * np.arange(44100) / RATE)
    assert np.argmax((octaves(sine, RATE) ** 2).sum(axis=1)) == 3


def test_noise_is_as_loud_at_every_rate() -> None:
    loud = [
        float(np.mean(np.square(Bench(rate, round(rate)).parts(TOM.parameters()).noise[2]))) for rate in (8000, 96000)
    ]
    assert loud[0] == pytest.approx(loud[1], rel=0.25)


def test_the_pitch_of_a_tom_and_of_noise() -> None:
    assert pitch_of(sound_of(TOM), RATE) == pytest.approx(110, rel=0.04)
    assert pitch_of(np.random.default_rng(0).standard_normal(30000), RATE) is None
    glide = glide_of(sound_of(DrumVoice.of(TOM.parameters() + np.eye(PARAMETERS)[2] * 1.2)), RATE, 120.0)
    assert glide.hertz == pytest.approx(110, rel=0.03)


def test_a_tom_is_found_again_from_a_fifth_away() -> None:
    hit = thinned(sound_of(TOM, seed=7))
    way = Way(hit, RATE / 8, SMOOTH)
    found = DrumVoice.of(first_tone(way.look, begun(hit, RATE / 8, Glide(165.0, 0.3, 0.02))).best)
    assert abs(1200 * np.log2(found.pitch_hz / TOM.pitch_hz)) < 20


def test_a_fit_is_nearer_than_where_it_began_and_in_tune() -> None:
    hit, told = sound_of(TOM, 0.4, seed=3), list[float]()
    fitted = fit(hit, told=told.append)
    assert fitted.ended < 0.5 * fitted.begun
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1)
    ours = Bench(RATE, len(hit)).parts(fitted.voice.parameters()).sum
    pitches = pitch_of(hit, RATE), pitch_of(ours, RATE)
    assert None not in pitches
    assert abs(1200 * np.log2(pitches[1] / pitches[0])) < 25
    assert 10 * np.log10(np.vdot(ours, ours) / np.vdot(hit, hit)) == pytest.approx(0, abs=2)
