"""Rows of tables, as the graphs of dictionaries read them."""

from torch import Tensor
from torch.nn import functional


def at(table: Tensor, index: Tensor) -> Tensor:
    """The rows of a `table` of two axes at `index`, of any shape: one node of a graph."""
    return functional.embedding(index, table)
