"""Which models there are to choose from."""

from dataclasses import dataclass

Entries = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Models:
    """Ids of the models at hand, by kind."""

    drums: tuple[str, ...] = ()
    embedders: tuple[str, ...] = ()
    hearings: tuple[str, ...] = ()

    def drum_entries(self) -> Entries:
        """The drum models as a list to choose from."""
        return _entries(self.drums)

    def embedder_entries(self) -> Entries:
        """The embedders as a list to choose from."""
        return _entries(self.embedders)

    def hearing_entries(self) -> Entries:
        """The models that hear drums as a list to choose from."""
        return _entries(self.hearings)


def find_models() -> Models:
    """The models that can be read. Takes about a tenth of a second the first time."""
    from livemusic.inference.library import Library  # brings ONNX Runtime, which the window can do without

    cards = Library().list()
    return Models(*(tuple(card.id for card in cards if card.kind == kind) for kind in ("drums", "embedder", "hearing")))


def _entries(ids: tuple[str, ...]) -> Entries:
    return (("Newest", ""), *((name, name) for name in ids))
