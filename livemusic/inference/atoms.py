"""The atoms of a drum dictionary that reads by pursuit, opened only if they are what their card says."""

from pathlib import Path

import numpy as np

from livemusic.errors import ModelError
from livemusic.inference.card import DrumSpec, ModelCard
from livemusic.inference.session import TOLERANCE, read_arrays, read_checked
from livemusic.latent.pursuit import Pursuit

#: How far a hit, velocity or offset of the golden grids may be off on average: arithmetic differs from machine to
#: machine, and where two atoms are as good as each other either may be picked.
_GRID_TOLERANCE = 0.01


def open_pursuit(card: ModelCard, folder: str | Path) -> Pursuit:
    """The pursuit of the model in `folder`, if it has its card's atoms and still does as trained. `ModelError`."""
    spec = card.spec
    assert isinstance(spec, DrumSpec)
    assert spec.pursuit is not None
    path = Path(folder) / spec.pursuit.file
    read_checked(card, path, spec.pursuit.sha256)
    try:
        atoms = read_arrays(card, path)["atoms"]
        if atoms.shape != (spec.atoms, spec.voices * spec.features, spec.width):
            raise ValueError(f"its atoms are {atoms.shape}")
        pursuit = Pursuit(
            atoms,
            spec.pursuit.velocity_weight,
            spec.pursuit.offset_weight,
            spec.pursuit.early_touch,
            spec.pursuit.ridge,
        )
    except (KeyError, ValueError) as problem:
        raise ModelError(
            f"Model {card.id!r}: {path} does not match its card ({problem}). Get the model again."
        ) from problem
    _compare(card, pursuit, Path(folder))
    return pursuit


def _compare(card: ModelCard, pursuit: Pursuit, folder: Path) -> None:
    """Read and write what was read and written in training."""
    spec = card.spec
    assert isinstance(spec, DrumSpec)
    golden = read_arrays(card, folder / card.golden)
    try:
        grids, codes, expected = golden["encoder_in"], golden["decoder_in"], golden["decoder_out"]
        steps = grids.shape[1]
        rebuilt = np.stack([pursuit.decode(code, steps) for code in codes])
        picks = -(-spec.active_per_beat * steps // spec.steps_per_beat)
        read = pursuit.encode(grids[0], picks).dense(spec.atoms, steps)
        near = np.abs(pursuit.decode(read, steps) - expected[0]).mean()
        good = rebuilt.shape == expected.shape and np.allclose(rebuilt, expected, rtol=TOLERANCE, atol=TOLERANCE)
    except KeyError as problem:
        raise ModelError(f"Model {card.id!r}: {card.golden} has no {problem}. Get the model again.") from problem
    except (ValueError, IndexError) as problem:
        raise ModelError(f"Model {card.id!r}: its atoms do not run ({problem}).") from problem
    if not good or not near <= _GRID_TOLERANCE:
        raise ModelError(
            f"Model {card.id!r}: its atoms do not give here what they did in training. Get the model again."
        )
