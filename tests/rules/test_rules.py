"""The rules of the house that no other tool keeps: module size, public docstrings, no clutter, no circles,
no forbidden Qt.
"""

import ast
import re
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import requires, version
from pathlib import Path

import grimp
import pytest

HOUSE = Path(__file__).parents[2]
MODULES = sorted(path for folder in ("livemusic", "training") for path in (HOUSE / folder).rglob("*.py"))
TESTS = sorted((HOUSE / "tests").rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}


def name_of(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def test_there_is_a_house() -> None:
    assert len(MODULES) > 40


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_short_and_named_by_a_noun(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_what_is_public_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text())
    if tree.body:
        assert ast.get_docstring(tree), f"{name_of(path)} has no docstring"
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    silent = [node.name for node in classes if not node.name.startswith("_") and not _explains(node)]
    silent += [node.name for node in functions if not node.name.startswith("_") and not _explains(node)]
    assert not silent, f"{name_of(path)}: no docstring on {silent}"


def _explains(node: ast.ClassDef | ast.FunctionDef) -> bool:
    """A docstring, or a body of one line that a name already tells."""
    return ast.get_docstring(node) is not None or len(node.body) == 1


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_happens_at_import(path: Path) -> None:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            pytest.fail(f"{name_of(path)}:{node.lineno} calls something while it is imported")
        if isinstance(node, ast.For | ast.While | ast.With):
            pytest.fail(f"{name_of(path)}:{node.lineno} works while it is imported")


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Also none that is hidden from the interpreter: under `TYPE_CHECKING`, or inside of a function."""
    graph = grimp.build_graph("livemusic", "training", cache_dir=None)
    imports = TopologicalSorter({module: graph.find_modules_directly_imported_by(module) for module in graph.modules})
    try:
        imports.prepare()
    except CycleError as error:
        pytest.fail(" is imported by ".join(error.args[1]))


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_tests_neither_sleep_nor_skip(path: Path) -> None:
    if path != Path(__file__):
        found = re.search(r"time\.sleep\(|[^_]sleep\(\d|pytest\.skip\(|xfail|assert True\b", path.read_text())
        assert not found, f"{name_of(path)}: {found[0] if found else ''}"


def test_the_qt_that_crashes_is_kept_out() -> None:
    """PySide6 6.12 gives back None once too often and ends Python 3.11 within tens of repaints."""
    major, minor = (int(part) for part in version("PySide6-Essentials").split(".")[:2])
    assert (6, 9) <= (major, minor) < (6, 12)
    assert any(re.search(r"PySide6-Essentials.*<6\.12", need, re.IGNORECASE) for need in requires("livemusic") or ())


def test_the_text_speaks_of_the_project_alone() -> None:
    places = re.compile(r"(?<![\w.~])/(?:work|farm|root)/|file:///|pypi-more")
    for path in HOUSE.rglob("*"):
        hidden = any(part.startswith(".") and part != ".ci" for part in path.relative_to(HOUSE).parts)
        if (
            not hidden
            and path.suffix in {".py", ".md", ".toml", ".json"}
            and path != Path(__file__)
            and "runs" not in path.parts
        ):
            found = places.search(path.read_text(errors="replace"))
            assert not found, f"{name_of(path)} names {found[0] if found else ''}"
