"""The models at hand: those that ship with livemusic, and the musician's own."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

from platformdirs import user_data_path

from livemusic.errors import ModelError
from livemusic.inference.card import CARD, ModelCard, read_card
from livemusic.inference.dictionary import Dictionary
from livemusic.inference.encoder import Embedder


def model_folders() -> list[Path]:
    """Where models are looked for: the musician's folder first, then the shipped ones (in the wheel, or beside a checkout)."""
    package = Path(str(files("livemusic")))
    shipped = package / "models"
    return [
        user_data_path("livemusic", appauthor=False) / "models",
        shipped if shipped.is_dir() else package.parent / "models",
    ]


class Library:
    """Finds models by kind and id. A model in an earlier folder hides its namesakes in later ones."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self._folders = list(model_folders() if folders is None else folders)

    def list(self) -> "list[ModelCard]":
        """The cards of all models that can be read."""
        return [card for _, card in self._models()]

    def problems(self) -> "list[str]":
        """What is wrong with the cards that cannot be read."""
        sentences = []
        for path in self._cards():
            try:
                read_card(path.parent)
            except ModelError as problem:
                sentences.append(str(problem))
        return sentences

    def folder(self, kind: str, model_id: str = "") -> Path:
        """Where the model of this `kind` lives: by `model_id`, or the newest. `ModelError` names what there is."""
        fitting = [(folder, card) for folder, card in self._models() if card.kind == kind]
        wanted = [(folder, card) for folder, card in fitting if model_id in ("", card.id)]
        if not wanted:
            there = ", ".join(card.id for _, card in fitting) or "none"
            raise ModelError(
                f"There is no {kind} model {model_id or 'at all'}. There is: {there}. See 'livemusic models list'."
            )
        return max(wanted, key=lambda entry: _order(entry[1]))[0]

    def check(self, model_id: str) -> ModelCard:
        """Open the model and compute its golden numbers; `ModelError` says what is wrong."""
        for folder, card in self._models():
            if card.id == model_id:
                return check_model(folder)
        raise ModelError(f"There is no model {model_id!r}. See 'livemusic models list'.")

    def import_model(self, folder: Path) -> ModelCard:
        """Check the model in `folder` and copy it, whole or not at all, to the musician's models. `ModelError`."""
        card = check_model(folder)
        own = self._folders[0]
        try:
            own.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=own) as made:
                copy = Path(made) / card.id
                copy.mkdir()
                for name in (CARD, card.golden, "CARD.md", *(graph.file for graph in card.graphs.values())):
                    if (folder / name).exists():
                        shutil.copy2(folder / name, copy)
                if (own / card.id).exists():
                    os.replace(own / card.id, Path(made) / "replaced")
                os.replace(copy, own / card.id)
        except OSError as problem:
            raise ModelError(f"{card.id} cannot be kept in {own}: {problem.strerror}.") from problem
        return card

    def _models(self) -> Iterator[tuple[Path, ModelCard]]:
        seen: set[str] = set()
        for path in self._cards():
            with suppress(ModelError):
                card = read_card(path.parent)
                if card.id not in seen:
                    seen.add(card.id)
                    yield path.parent, card

    def _cards(self) -> Iterator[Path]:
        for root in self._folders:
            yield from sorted(root.glob(f"*/{CARD}"))


def check_model(folder: Path) -> ModelCard:
    """Open the model in `folder` as playing would; `ModelError` says what is wrong."""
    card = read_card(folder)
    if card.kind == "drums":
        return Dictionary.open(folder).card
    return Embedder.open(folder).card


def _order(card: ModelCard) -> tuple[tuple[int, ...], str]:
    digits = tuple(int(part) for part in card.version.split(".") if part.isdigit())
    return digits, card.id
