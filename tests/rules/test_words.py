"""The words of the program are those of `docs/glossary.md`: what it says is not said is in no text that is shown."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Rooms whose texts musicians read.
ROOMS = ("ui", "engine", "cli", "session", "sketch")
PLACES = sorted(path for room in ROOMS for path in (ROOT / "livemusic" / room).rglob("*.py"))
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def unsaid() -> list[str]:
    """The phrases of the table's last column."""
    rows = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    cells = [row.strip("|").split("|") for row in rows if row.startswith("| ") and not row.startswith("| word")]
    return [phrase.strip() for row in cells for phrase in row[2].split(",") if phrase.strip()]


def texts(path: Path) -> Iterator[str]:
    """Every text of a module but its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, _DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.value


def test_the_glossary_says_what_is_not_said() -> None:
    phrases = unsaid()
    assert len(phrases) >= 15
    assert "Knobs wait" in phrases


@pytest.mark.parametrize("path", PLACES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_uses_the_words_of_the_glossary(path: Path) -> None:
    phrases = unsaid()
    found = [(text, phrase) for text in texts(path) for phrase in phrases if phrase.casefold() in text.casefold()]
    assert not found
