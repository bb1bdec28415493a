"""How well a piano model gives back what was played, at few coefficients per half second: notes, touch and chords.

Conventions: rolls are `(windows, steps, 88, 2)`; a note is right when its step and its key are; frames are the cells in
which a key sounds; velocity and length errors are taken over the notes that were found. A chord is what
`livemusic.music.chord` reads, over the half seconds in which the music itself has one.
"""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from livemusic.music.chord import NONE, chords
from livemusic.music.roll import LOUDNESS, lengths, sounding, struck
from training.models.figures import FigureDictionary
from training.models.rolls import RollDictionary, RollFactors
from training.progress import progress

_BATCH = 64

Array = npt.NDArray[np.float32]
Model = FigureDictionary | RollDictionary | RollFactors


@dataclass(frozen=True, slots=True)
class Figures:
    """One row of the table: note F1, precision, recall; frame F1; mean absolute errors of velocity (0..1) and of length
    (octaves: 1 is twice or half as long); share of chords that are the same by the rule, and by the head (-1: none)."""

    f1: float
    precision: float
    recall: float
    frame_f1: float
    velocity_mae: float
    length_mae: float
    chords: float
    head: float

    def rounded(self) -> dict[str, float]:
        """The figures to four places, for a log line or a card."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


def measure(played: Array, rebuilt: Array, threshold: float, named: npt.NDArray[np.intp] | None = None) -> Figures:
    """Compare rebuilt rolls with the played ones; `named`: the chords `(windows, halves)` that a head heard.

    `ValueError` if the shapes differ.
    """
    if played.shape != rebuilt.shape or played.ndim != 4:
        raise ValueError(f"rolls {played.shape} and {rebuilt.shape} cannot be compared")
    given = struck(rebuilt, threshold)
    true, found = played[..., LOUDNESS] > 0, given[..., LOUDNESS] > 0
    both = true & found
    right = int(both.sum())
    frames, heard = sounding(played), sounding(given)
    labels = chords(played)
    clear = labels != NONE
    octaves = np.abs(np.log2(lengths(given[both]) / lengths(played[both])))
    loudness = np.abs(given[..., LOUDNESS] - played[..., LOUDNESS])[both]
    return Figures(
        f1=_share(2 * right, int(true.sum()) + int(found.sum())),
        precision=_share(right, int(found.sum())),
        recall=_share(right, int(true.sum())),
        frame_f1=_share(2 * int((frames & heard).sum()), int(frames.sum()) + int(heard.sum())),
        velocity_mae=2 * _share(float(loudness.sum(dtype=np.float64)), right),
        length_mae=_share(float(octaves.sum(dtype=np.float64)), right),
        chords=_share(int((chords(given) == labels)[clear].sum()), int(clear.sum())),
        head=-1.0 if named is None else _share(int((named == labels)[clear].sum()), int(clear.sum())),
    )


@torch.no_grad()
def rebuild_and_measure(model: Model, rolls: Array, active: int) -> Figures:
    """The figures of a model on rolls at so many coefficients per half second."""
    model.eval()
    parts: list[Tensor] = []
    named: list[Tensor] = []
    for rows in progress(
        torch.split(torch.from_numpy(rolls), _BATCH), f"at {active}", "batch", -(-len(rolls) // _BATCH)
    ):
        parts.append(model.rebuild(rows, active))
        if isinstance(model, FigureDictionary):
            named.append(model.name(parts[-1]))
    rebuilt = torch.cat(parts).numpy()
    return measure(rolls, rebuilt, model.config.threshold, torch.cat(named).numpy() if named else None)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
