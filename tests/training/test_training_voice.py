"""Training the guess at which drum a hit is: it learns, is the same by seed, and is opened by the app."""

from pathlib import Path

import numpy as np
import pytest
import torch

from livemusic.dsp.matching.likely import look
from livemusic.errors import MediaError
from livemusic.inference.voice import VoiceGuess
from training.voice import OneShot, export_voice, fit, measure, one_shots, weights_of

TIME = np.arange(8000) / 44100


def shots(kit: str, seed: int) -> list[OneShot]:
    """Kicks, snares and hats of a made-up kit."""
    random = np.random.default_rng(seed)
    found = []
    for voice, hertz, noise in ((0, 60.0, 0.0), (1, 190.0, 0.5), (2, 6000.0, 1.0)) * 3:
        tone = np.sin(2 * np.pi * hertz * random.uniform(0.9, 1.1) * TIME) * np.exp(-TIME / random.uniform(0.03, 0.08))
        found.append(OneShot(kit, "me", "CC0", voice, tone + noise * random.normal(size=8000) * np.exp(-TIME / 0.04)))
    return found


def test_it_learns_and_is_opened_by_the_app(tmp_path: Path) -> None:
    learned, others = shots("a", 1) + shots("b", 2), shots("c", 3)
    model, looks = fit(learned, 0, 40)
    again, _ = fit(learned, 0, 40)
    for one, other in zip(model.parameters(), again.parameters(), strict=True):
        torch.testing.assert_close(one, other)
    figures = measure(model, others, looks, learned)
    assert figures["right"] > 0.8
    assert figures["nearest"] > 0.8
    export_voice(model, tmp_path / "voice-9", 0, learned, {"test": figures})
    guess = VoiceGuess.open(tmp_path / "voice-9")
    expected = model(torch.from_numpy(np.array([look(shot.sound) for shot in others]))).argmax(1).tolist()
    assert [guess.likely(shot.sound) for shot in others] == expected
    assert "a, CC0: me" in (tmp_path / "voice-9" / "CARD.md").read_text()


def test_neither_large_kits_nor_common_drums_count_by_their_number() -> None:
    def shot(kit: str, voice: int) -> OneShot:
        return OneShot(kit, "", "", voice, TIME)

    weights = weights_of([shot("a", 0)] * 9 + [shot("b", 0)] + [shot("a", 1)])
    assert weights.mean() == pytest.approx(1.0)
    assert weights[:9].sum() == pytest.approx(3 * weights[9], rel=1e-5)
    assert weights[:10].sum() == pytest.approx(2 * weights[10], rel=1e-5)


def test_a_folder_without_one_shots_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"oneshots\.csv"):
        one_shots(tmp_path, "train")
