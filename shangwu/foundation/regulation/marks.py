"""Which tests hold the program to which clause: read from the tests' own `pytest.mark.clause("2.5.1")`.

Tests stand in a checkout and not in the wheel: an installed program has none to name.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import shangwu

_PACKAGE = Path(shangwu.__file__).parent
_ROOT = _PACKAGE.parent
_MARK = "mark.clause("


@cache
def marked_tests() -> dict[str, tuple[str, ...]]:
    """Clause code -> tests, each as `path::name`."""
    found: dict[str, list[str]] = {}
    for path in _files():
        source = path.read_text(encoding="utf-8")
        if _MARK in source:
            for code, name in marks_of(source):
                found.setdefault(code, []).append(f"{path.relative_to(_ROOT).as_posix()}::{name}")
    return {code: tuple(names) for code, names in found.items()}


def marks_of(source: str) -> Iterator[tuple[str, str]]:
    """(clause, test) of one file; a mark on the module counts for every test in it."""
    module = ast.parse(source)
    shared = [code for statement in module.body if _is_pytestmark(statement) for code in _codes(statement)]
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef) and statement.name.startswith("test_"):
            own = [code for decorator in statement.decorator_list for code in _codes(decorator)]
            for code in dict.fromkeys([*shared, *own]):
                yield code, statement.name


def _files() -> Iterator[Path]:
    for path in sorted(_PACKAGE.rglob("test_*.py")):
        if "tests" in path.parts:
            yield path
    if (_ROOT / "pyproject.toml").is_file():
        yield from sorted((_ROOT / "tests").rglob("test_*.py"))


def _is_pytestmark(statement: ast.stmt) -> bool:
    targets = statement.targets if isinstance(statement, ast.Assign) else ()
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in targets)


def _codes(node: ast.AST) -> Iterator[str]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.clause":
            yield from (one.value for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str))
