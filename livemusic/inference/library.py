"""The models at hand: those that ship with livemusic, and the musician's own."""

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

from livemusic.errors import ModelError
from livemusic.inference.card import CARD, ModelCard, read_card
from livemusic.inference.folders import model_folders
from livemusic.inference.reading import read_file
from livemusic.inference.styles import STYLES
from livemusic.inference.trial import check_model, try_model

Cards = list[ModelCard]
Sentences = list[str]
Folders = list[Path]

#: Letters of an id that come from a name; a number may follow.
_NAME = 56


class Library:
    """Finds models by kind and id. A model in an earlier folder hides its namesakes in later ones."""

    def __init__(self, folders: Sequence[Path] | None = None) -> None:
        self._folders = list(model_folders() if folders is None else folders)

    def list(self) -> Cards:
        """The cards of all models that can be read."""
        return [card for _, card in self._models()]

    def problems(self) -> Sentences:
        """What is wrong with the cards that cannot be read."""
        sentences = []
        for path in self._cards():
            try:
                read_card(path.parent)
            except ModelError as problem:
                sentences.append(str(self._with_cure(problem, path.parent)))
        return sentences

    def folder(self, kind: str, model_id: str = "") -> Path:
        """Where the model of this `kind` lives: by `model_id`, or the newest that is whole.

        Of a musician's own models it is made sure that they open. `ModelError` names what there is, or what to mend.
        """
        fitting = [(folder, card) for folder, card in self._models() if card.kind == kind]
        wanted = [(folder, card) for folder, card in fitting if model_id in ("", card.id)]
        if not wanted:
            there = ", ".join(card.id for _, card in fitting) or "none"
            raise ModelError(
                f"There is no {kind} model {model_id or 'at all'}. There is: {there}. See 'livemusic models list'."
            )
        refusal: ModelError | None = None
        for place in self._preferred(kind, [card for _, card in wanted]):
            try:
                if place.parent == self._folders[0]:
                    self._checked(place)
                return place
            except ModelError as problem:
                if model_id:
                    raise
                refusal = refusal or problem
        raise refusal or ModelError(f"There is no {kind} model that can be opened.")

    def check(self, model_id: str) -> ModelCard:
        """Open the model and compute its golden numbers; `ModelError` says what is wrong."""
        for folder, card in self._models():
            if card.id == model_id:
                return self._checked(folder)
        raise ModelError(f"There is no model {model_id!r}. See 'livemusic models list'.")

    def import_model(self, folder: Path) -> ModelCard:
        """Check the model in `folder` and copy it, whole or not at all, to the musician's models. `ModelError`."""
        card = read_card(folder)
        own = self._folders[0]
        try:
            own.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=own, prefix=".") as made:
                copy, replaced = Path(made) / "new", Path(made) / "old"
                copy.mkdir()
                _copy(Path(folder), copy, (CARD, "CARD.md", STYLES, *card.files))
                _try_copy(copy, Path(folder))
                _swap(copy, own / card.id, replaced)
        except OSError as problem:
            raise ModelError(
                f"Model {card.id!r} cannot be kept in {own}: {problem.strerror}. Make room there."
            ) from problem
        return card

    def free_id(self, name: str) -> str:
        """An id for a new model of this name: `name`, `name-2`, ..., what an id cannot hold left out."""
        plain = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFC", name)).strip("-.")[:_NAME].rstrip("-.")
        wanted = plain if re.match(r"\w", plain) else "mine"
        ids = {card.id.casefold() for card in self.list()}
        ids.update(path.name.casefold() for root in self._folders if root.is_dir() for path in root.iterdir())
        names = (f"{wanted}-{number}" if number > 1 else wanted for number in count(1))
        return next(free for free in names if free.casefold() not in ids)

    def _preferred(self, kind: str, cards: Cards) -> Iterator[Path]:
        """The folders of `cards`, the newest first, each followed by the namesakes that it hides."""
        named: dict[str, Folders] = {}
        for path in self._cards():
            with suppress(ModelError):
                card = read_card(path.parent)
                if card.kind == kind:
                    named.setdefault(card.id, []).append(path.parent)
        for card in sorted(cards, key=lambda card: (card.age, card.id), reverse=True):
            yield from named[card.id]

    def _checked(self, folder: Path) -> ModelCard:
        """Those that ship are opened here; what a musician has brought is tried in a process of its own."""
        try:
            return try_model(folder) if folder.parent == self._folders[0] else check_model(folder)
        except ModelError as problem:
            raise self._with_cure(problem, folder) from problem

    def _with_cure(self, problem: ModelError, folder: Path) -> ModelError:
        """`problem`, and that a musician's own copy may be what is in the way."""
        own = folder.parent == self._folders[0]
        return ModelError(f"{problem} Or delete the folder {folder}.") if own else problem

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


def _try_copy(copy: Path, original: Path) -> None:
    """`ModelError` about the `original` where its copy cannot be used."""
    try:
        try_model(copy)
    except ModelError as problem:
        raise ModelError(str(problem).replace(str(copy), str(original))) from problem


def _copy(source: Path, target: Path, names: Iterable[str]) -> None:
    """Copy what is there of the files `names`. `ModelError` where one is none that can be read."""
    for name in names:
        try:
            if os.path.lexists(source / name):
                (target / name).write_bytes(read_file(source / name))
        except OSError as problem:
            raise ModelError(f"{source / name} cannot be read ({problem.strerror}). Get the model again.") from problem


def _swap(fresh: Path, place: Path, replaced: Path) -> None:
    """Put a folder in its place; what was there goes to `replaced`, and comes back should that fail."""
    if place.exists():
        os.replace(place, replaced)
    try:
        os.replace(fresh, place)
    except OSError:
        if replaced.exists():
            os.replace(replaced, place)
        raise
