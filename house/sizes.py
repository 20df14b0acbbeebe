"""Sizes as ratchets: they may only fall (DESIGN 3). Counted over the program, without tests and migrations."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE_LIMIT, FILE_AIM = 500, 300
FUNCTION_LIMIT, FUNCTION_AIM = 80, 40


def program_files() -> list[Path]:
    """The Python files of the program itself."""
    return [
        path
        for path in sorted((ROOT / "shangwu").rglob("*.py"))
        if not {"tests", "migrations", "tables"} & set(path.relative_to(ROOT).parts)
    ]


def functions(path: Path) -> Iterator[tuple[str, int, int]]:
    """(name, line, length in lines) of every function in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            yield node.name, node.lineno, (node.end_lineno or node.lineno) - node.lineno + 1


def measured() -> dict[str, int]:
    """The figures that the ratchets hold."""
    lengths = sorted(len(path.read_text("utf-8").splitlines()) for path in program_files())
    long_functions = [one for path in program_files() for one in functions(path) if one[2] > FUNCTION_AIM]
    return {
        "file_lines_at_95_percent": lengths[int(len(lengths) * 0.95)] if lengths else 0,
        "longest_file": lengths[-1] if lengths else 0,
        "functions_over_40_lines": len(long_functions),
        "longest_function": max((one[2] for one in long_functions), default=0),
    }


def complaints() -> Iterator[str]:
    """What has grown beyond its ratchet, or beyond the house's limits."""
    held = tomllib.loads((ROOT / "house" / "ratchets.toml").read_text("utf-8"))["sizes"]
    for name, value in measured().items():
        if value > held[name]:
            yield f"{name} is {value}, the ratchet holds {held[name]}: make it smaller again"
    for path in program_files():
        lines = len(path.read_text("utf-8").splitlines())
        if lines > FILE_LIMIT:
            yield f"{path.relative_to(ROOT)} has {lines} lines: split it by clause or by idea"
        for name, line, length in functions(path):
            if length > FUNCTION_LIMIT:
                yield f"{path.relative_to(ROOT)}:{line} {name} has {length} lines: say it in smaller steps"
