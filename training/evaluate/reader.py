"""A drum dictionary in torch, as learning asks for it: whatever atoms it has, it reads as what is exported."""

from collections.abc import Sequence
from typing import Self

import numpy as np
import numpy.typing as npt
import torch

from livemusic.latent.wta import CHANNELS, schedule
from training.config import DRUMS, PursuitConfig
from training.models.pursuit import Decoder, PursuitDictionary

Array = npt.NDArray[np.float32]


class TorchReader:
    """A `livemusic.latent.adapt.Reader` around a model."""

    def __init__(self, model: PursuitDictionary) -> None:
        self._model = model.eval()
        self.weights = model.config
        atoms = model.atoms.detach().float()
        self.patches: Array = np.ascontiguousarray(atoms.transpose(1, 2).numpy())
        self.count, self.width = self.patches.shape[:2]

    @classmethod
    def of(cls, patches: Array) -> Self:
        """One that reads these atoms `(atoms, width, 27)` as ours are read."""
        ours = DRUMS["ours"]
        assert isinstance(ours, PursuitConfig)
        return cls(PursuitDictionary(ours).stored(torch.from_numpy(patches).transpose(1, 2)))

    def made_of(self, patches: Array) -> Self:
        """One with other atoms."""
        return type(self)(self._model.stored(torch.from_numpy(patches).transpose(1, 2)))

    @torch.no_grad()
    def encode(self, loops: Sequence[Array], picks: int) -> Array:
        """Codes `(loops, atoms, steps)` of loops `(steps, 9, 3)` of one length."""
        steps = len(loops[0])
        grids = torch.from_numpy(np.stack(loops).transpose(0, 3, 2, 1).reshape(len(loops), CHANNELS, steps))
        shares = torch.from_numpy(schedule(picks, steps, self.weights.early_touch))
        return np.asarray(self._model(grids.float(), shares).numpy())

    @torch.no_grad()
    def decode(self, codes: Array) -> Array:
        """Grids `(codes, steps, 9, 3)`, hits within 0..1."""
        laid = Decoder(self._model.atoms)(torch.from_numpy(codes))
        return np.asarray(laid.unflatten(1, (3, -1)).permute(0, 3, 2, 1).numpy())
