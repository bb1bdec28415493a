"""The style map beside a drum dictionary, made of that dictionary's atoms and of no other's."""

import zipfile
from pathlib import Path

from livemusic.errors import ModelError
from livemusic.inference.card import DrumSpec, read_card
from livemusic.inference.reading import read_npz
from livemusic.sketch.styles import StyleMap

STYLES = "styles.npz"


def open_styles(folder: str | Path) -> StyleMap:
    """The style map of the dictionary in `folder`. `ModelError` where there is none that fits."""
    card, path = read_card(folder), Path(folder) / STYLES
    try:
        stored = read_npz(path)
        made_for = str(stored["made_for"])
        styles = StyleMap.from_arrays(stored)
    except FileNotFoundError as problem:
        raise ModelError(f"Model {card.id!r} has no style map. Choose another dictionary.") from problem
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as problem:
        raise ModelError(f"{path} is damaged ({problem}). Get the model again.") from problem
    assert isinstance(card.spec, DrumSpec)
    if made_for != (card.spec.pursuit if card.spec.pursuit.file else card.graphs["encoder"]).sha256:
        raise ModelError(f"{path} belongs to another version of model {card.id!r}. Get the model again.")
    return styles
