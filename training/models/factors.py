"""Matrix factorisations of rows: PCA, and NMF by multiplicative updates (Lee and Seung 2001)."""

import torch
from torch import Tensor, nn

_TINY = 1e-9
_READ_ROUNDS = 100


class Components(nn.Module):
    """`count` components of rows of `size` numbers, found by `find` with a `method`, `pca` or `nmf`."""

    def __init__(self, method: str, count: int, size: int) -> None:
        super().__init__()
        self.method = method
        self.register_buffer("centre", torch.zeros(size))
        self.register_buffer("parts", torch.zeros(count, size))
        self.centre: Tensor
        self.parts: Tensor

    @torch.no_grad()
    def find(self, rows: Tensor, rounds: int, seed: int) -> None:
        """Find the components of `rows` `(n, size)`; NMF in so many `rounds`."""
        if self.method == "pca":
            self.centre.copy_(rows.mean(0))
            _, axes = torch.linalg.eigh(torch.cov(rows.T.double()))
            self.parts.copy_(axes.T.flip(0)[: len(self.parts)].float())
            return
        chance = torch.Generator().manual_seed(seed)
        self.parts.copy_(torch.rand(self.parts.shape, generator=chance))
        code = torch.rand(len(rows), len(self.parts), generator=chance)
        for _ in range(rounds):
            code *= (rows @ self.parts.T) / (code @ (self.parts @ self.parts.T) + _TINY)
            self.parts *= (code.T @ rows) / ((code.T @ code) @ self.parts + _TINY)

    @torch.no_grad()
    def laid(self, rows: Tensor) -> Tensor:
        """What comes back of `rows`, `(n, size)`."""
        if self.method == "pca":
            return (rows - self.centre) @ self.parts.T @ self.parts + self.centre
        code, norm, along = torch.ones(len(rows), len(self.parts)), self.parts @ self.parts.T, rows @ self.parts.T
        for _ in range(_READ_ROUNDS):
            code *= along / (code @ norm + _TINY)
        return code @ self.parts
