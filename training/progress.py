"""A progress bar on a terminal and nothing in a pipe."""

import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar("Item")


def progress(
    items: Iterable[Item], label: str, unit: str, total: int | None = None, initial: int = 0
) -> Iterable[Item]:
    """The same items, with a bar while they pass if standard error is a terminal.

    Outside a terminal tqdm is not even asked: it starts its monitor thread for a bar that is switched off, too.
    """
    if not sys.stderr.isatty():
        return items
    bar: Iterable[Item] = tqdm(items, desc=label, unit=unit, total=total, initial=initial)
    return bar
