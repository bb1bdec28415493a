"""Losses for classes on several levels, where a parent is there exactly when one of its children is.

After Krause and Müller, Hierarchical Classification of Singing Activity, Gender, and Type in Complex Music Recordings
(ICASSP 2022), and for instruments (IEEE/ACM TASLP 31, 2023): with C all classes, C1 those of the finest level and
ch(c) the children of c,

    L_up   = 1/|C \\ C1| sum_c sum_{c' in ch(c)} max(0, p_c' - p_c)^2         a child implies its parent
    L_down = 1/|C \\ C1| sum_c max(0, p_c - max_{c' in ch(c)} p_c')^2        a parent implies some child
    L      = L_BCE + alpha L_down + beta L_up                               (D^{alpha,beta}; D with alpha = beta = 0)
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

Children = Sequence[Sequence[int]]
"""Of each class the classes right below it; none for those of the finest level."""


def up_loss(probabilities: Tensor, children: Children) -> Tensor:
    """L_up, how much children exceed their parents: the mean over all rows of `(..., classes)`."""
    parents, below = _edges(children)
    if not parents:
        return probabilities.sum() * 0.0
    excess = torch.relu(probabilities[..., below] - probabilities[..., parents])
    return excess.square().sum(-1).mean() / _inner(children)


def down_loss(probabilities: Tensor, children: Children) -> Tensor:
    """L_down, how much parents exceed the most probable of their children: the mean over all rows `(..., classes)`."""
    terms = [
        torch.relu(probabilities[..., parent] - probabilities[..., list(below)].amax(-1)).square()
        for parent, below in enumerate(children)
        if below
    ]
    if not terms:
        return probabilities.sum() * 0.0
    return torch.stack(terms).sum(0).mean() / _inner(children)


class Consistency(NamedTuple):
    """`gamma`: of each class that has children, the mean of which is `mean`; `undefined`: how many of them were never
    predicted, nor a child of theirs, and count as 1."""

    gamma: dict[int, float]
    mean: float
    undefined: int


def consistency(predicted: Tensor, children: Children) -> Consistency:
    """gamma_c = |I_c n I_ch(c)| / |I_c u I_ch(c)|: of the rows where a class or one of its children is predicted, the
    share where both are. `predicted` is boolean, `(..., classes)`."""
    rows = predicted.reshape(-1, predicted.shape[-1])
    gamma, undefined = {}, 0
    for parent, below in enumerate(children):
        if not below:
            continue
        own, theirs = rows[:, parent], rows[:, list(below)].any(1)
        union = int((own | theirs).sum())
        undefined += union == 0
        gamma[parent] = float((own & theirs).sum()) / union if union else 1.0
    return Consistency(gamma, sum(gamma.values()) / max(1, len(gamma)), undefined)


def bottom_up(probabilities: Tensor, children: Children) -> Tensor:
    """Strategy B: every class that has children is as probable as the most probable of them. `(..., classes)`."""
    columns = list(probabilities.unbind(-1))
    for parent in upwards(children):
        if children[parent]:
            columns[parent] = torch.stack([columns[child] for child in children[parent]]).amax(0)
    return torch.stack(columns, -1)


def top_down(probabilities: Tensor, children: Children, thresholds: Tensor) -> Tensor:
    """Strategy C, when it is used: where a parent is not predicted, nothing below it is asked, and is 0.

    `probabilities` `(..., classes)` are those given that the parent is there, by classifiers trained on such rows
    alone (a local classifier for each parent node, Silla and Freitas 2011).
    """
    columns = list(probabilities.unbind(-1))
    for parent in reversed(upwards(children)):
        for child in children[parent]:
            asked = columns[parent] >= thresholds[parent]
            columns[child] = torch.where(asked, columns[child], torch.zeros_like(columns[child]))
    return torch.stack(columns, -1)


def asked_rows(targets: Tensor, children: Children) -> Tensor:
    """Strategy C, when it is trained: where each class is learned, boolean as `targets` `(..., classes)`, that is where
    its parent is active; the topmost are learned everywhere."""
    asked = torch.ones_like(targets, dtype=torch.bool)
    for parent, below in enumerate(children):
        for child in below:
            asked[..., child] = targets[..., parent] > 0
    return asked


def upwards(children: Children) -> list[int]:
    """All classes in an order in which each comes after its children."""
    done: list[int] = []

    def visit(one: int) -> None:
        for child in children[one]:
            visit(child)
        done.append(one)

    inner = {child for below in children for child in below}
    for top in range(len(children)):
        if top not in inner:
            visit(top)
    return done


def _inner(children: Children) -> int:
    return sum(1 for below in children if below)


def _edges(children: Children) -> tuple[list[int], list[int]]:
    pairs = [(parent, child) for parent, below in enumerate(children) for child in below]
    return [parent for parent, _ in pairs], [child for _, child in pairs]
