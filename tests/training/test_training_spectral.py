"""The multi-scale spectral loss beside the definition written out, its gradients, and what its ranking rests on."""

from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest
from scipy.signal.windows import flattop, hann

torch = pytest.importorskip("torch")

from training.evaluate import spectral as ranking  # noqa: E402
from training.losses import spectral  # noqa: E402
from training.losses.spectral import MODIFIED_HANN, SMOOTH, STANDARD, SpectralConfig, spectral_loss  # noqa: E402

Floats = npt.NDArray[np.float64]
SAMPLES = 4200


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    """Torch on one core, so that busy machines are no slower."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def reference(x: Floats, y: Floats, config: SpectralConfig) -> float:
    """The definition, frame by frame, with the windows of another library."""
    windows = {"WR": np.ones, "WH": lambda n: hann(n, sym=False), "WF": lambda n: flattop(n, sym=False)}
    presses = {
        "C0": [lambda v: v],
        "C1": [lambda v: np.log(v + 1e-7)],
        "C2": [np.log1p],
        "C3": [lambda v: 20 * np.log10(v + 1e-7)],
        "C4": [lambda v: v, lambda v: np.log(v + 1e-7)],
    }
    total = 0.0
    for size in spectral.SIZES[config.sizes]:
        window = windows[config.window](size)
        for press in presses[config.compression]:
            squares = 0.0
            for start in range(0, len(x) - size + 1, size // 2):
                ours, theirs = (press(np.abs(np.fft.rfft(s[start : start + size] * window))) for s in (x, y))
                total += np.abs(ours - theirs).sum() if config.distance == "D1" else 0.0
                squares += ((ours - theirs) ** 2).sum()
            total += {"D1": 0.0, "D2": squares, "D2R": squares**0.5}[config.distance]
    return total


def two_sounds(samples: int = SAMPLES) -> tuple[Floats, Floats]:
    random = np.random.default_rng(0)
    time = np.arange(samples) / 16000
    noise = 0.1 * random.standard_normal((2, samples))
    return np.sin(2 * np.pi * 440 * time) + noise[0], np.sin(2 * np.pi * 523 * time) + noise[1]


@pytest.mark.parametrize(
    "letters", list(product(spectral.WINDOWS, spectral.SIZES, spectral.COMPRESSIONS, spectral.DISTANCES))
)
def test_every_configuration_is_the_definition(letters: tuple[str, str, str, str]) -> None:
    config = SpectralConfig(*letters)
    x, y = two_sounds()
    found = spectral_loss(torch.tensor(np.stack([x, y])), torch.tensor(np.stack([y, y])), config)
    assert found[0].item() == pytest.approx(reference(x, y, config), rel=1e-9)
    assert found[1].item() == 0.0


@pytest.mark.parametrize("config", [STANDARD, MODIFIED_HANN, SMOOTH], ids=str)
def test_the_gradient_is_that_of_finite_differences(config: SpectralConfig) -> None:
    x, y = (torch.tensor(each, requires_grad=True) for each in two_sounds())
    (gradient,) = torch.autograd.grad(spectral_loss(x, y.detach(), config), x)
    random = np.random.default_rng(1)
    for _ in range(3):
        way = torch.tensor(random.standard_normal(SAMPLES))
        step = 1e-8 * way
        rise = spectral_loss(x + step, y, config) - spectral_loss(x - step, y, config)
        assert (gradient @ way).item() == pytest.approx((rise / 2e-8).item(), rel=1e-3)


@pytest.mark.parametrize("compression", ["C0", "C2"])
def test_smooth_ones_pass_gradcheck(compression: str) -> None:
    config = SpectralConfig("WF", "S1", compression, "D2")
    x, y = (torch.tensor(each, requires_grad=True) for each in two_sounds(128))
    assert torch.autograd.gradcheck(lambda a: spectral_loss(a, y.detach(), config), (x,))


@pytest.mark.parametrize(
    "letters", list(product(spectral.WINDOWS, ["S4", "S5"], spectral.COMPRESSIONS, spectral.DISTANCES))
)
def test_silence_has_a_gradient(letters: tuple[str, str, str, str]) -> None:
    config = SpectralConfig(*letters)
    still = torch.zeros(3, SAMPLES, dtype=torch.float64)
    still[2] = torch.tensor(two_sounds()[0])
    x = still.clone().requires_grad_()
    loss = spectral_loss(x, still.flip(0), config)
    (gradient,) = torch.autograd.grad(loss.sum(), x)
    assert torch.isfinite(loss).all()
    assert torch.isfinite(gradient).all()


def test_what_is_too_short_or_unknown_is_said() -> None:
    with pytest.raises(ValueError, match="2000 samples are fewer than one frame of 2053"):
        spectral_loss(torch.zeros(2000), torch.zeros(2000))
    with pytest.raises(ValueError, match="'WX' is none of WR, WH, WF"):
        SpectralConfig("WX", "S1", "C0", "D1")


def test_an_ideal_loss_ranks_every_step_rightly() -> None:
    pairs = ranking.draw(500, seed=0)
    steps = np.asarray(ranking.STEPS)
    stepped = np.abs(np.log2(pairs.stepped(steps) / pairs.target[:, None]))
    before = np.abs(np.log2(pairs.estimate / pairs.target))[:, None]
    assert ranking.accuracy(stepped - before, pairs, steps, "rank") == pytest.approx(np.ones(4))


def test_smooth_ranks_small_steps_better_than_modified_better_than_standard() -> None:
    pairs = ranking.draw(160, seed=1)
    table = {name: ranking.ranked(config, pairs) for name, config in spectral.PRESETS.items()}
    for step in (0, 1):
        assert table["Smooth"][step] > table["Modified Hann"][step] + 0.15
        assert table["Standard"][step] < 0.65


def test_descent_finds_the_pitch_with_the_smooth_loss_and_sticks_with_the_standard_one() -> None:
    starts = ranking.draw(12, seed=3)
    smooth = ranking.descend(SMOOTH, starts, rate=40.0, steps=120)
    standard = ranking.descend(STANDARD, starts, rate=40.0, steps=120)
    assert np.mean(np.abs(smooth) < 5) > 0.7
    assert np.mean(np.abs(standard) < 5) < 0.5
