"""Styles of the models as musicians write them."""

_NAMES = {
    "afrocuban": "Afro-Cuban",
    "hiphop": "Hip-hop",
    "middleeastern": "Middle Eastern",
    "neworleans": "New Orleans",
}


def in_words(style: str) -> str:
    """The name of a style as it is written, beginning with a capital."""
    return _NAMES.get(style, style.capitalize())
