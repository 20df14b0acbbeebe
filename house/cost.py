"""`python -m house.cost [Record …]`: what a record costs in declarations, room file by room file (DESIGN §3).

Counted are the lines of code (no blank lines, comments, docstrings) of its model, and of the statements that declare
its scope, everyday verbs, pages and files, with the constants and functions that these name and that stand in the same
chapter. Further verbs (`@action`) are the chapter's own work. `written` is as the files stand, `formatted` as ruff
writes them where nobody asks it to skip a list of words.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHAPTERS = ROOT / "shangwu" / "chapters"
FILES = ("models", "access", "actions", "pages", "exchange")
DECLARING = frozenset(
    {
        "scope", "open_to_all", "seen_with", "declare", "declare_fields", "declare_part", "keep", "create", "edit",
        "archive", "hand_over", "Pages", "ListPage", "DetailPage", "FormPage", "importing", "series",
    }
)  # fmt: skip
SHOWN = ("Channel", "Product")


def sources(chapter: Path, name: str) -> Iterator[tuple[Path, str]]:
    """The files of one room of a chapter: `actions.py`, or the modules of `actions/`."""
    single = chapter / f"{name}.py"
    for path in [single] if single.exists() else sorted((chapter / name).glob("*.py")):
        yield path, path.read_text("utf-8")


def _brought(text: str) -> set[str]:
    """Names that a file takes from chapters."""
    return {
        one.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shangwu.chapters")
        for one in node.names
    }


def statements(chapter: Path, record: str) -> dict[str, list[str]]:
    """File of the chapter -> the source of each statement that declares the record."""
    texts = {name: list(sources(chapter, name)) for name in FILES}
    content = {path: text.splitlines() for found in texts.values() for path, text in found}
    everywhere = [
        (target, name, path, node)
        for name, found in texts.items()
        for path, text in found
        for node in ast.parse(text).body
        for target in _names(node)
    ]
    known = {target: (name, path, node) for target, name, path, node in everywhere}
    # Two files may use one name, each for its own; another's counts where it is brought in from the chapter.
    here = {(path, target): (name, path, node) for target, name, path, node in everywhere}
    own = {path: {target for target, _name, where, _node in everywhere if where == path} for path in content}
    brought = {path: _brought(text) for found in texts.values() for path, text in found}
    taken: dict[tuple[Path, int], tuple[str, str]] = {}
    pending: list[tuple[str, Path, ast.stmt]] = [
        (name, path, node)
        for name, found in texts.items()
        for path, text in found
        for node in ast.parse(text).body
        if _declares(node, record)
    ]
    while pending:
        name, path, node = pending.pop()
        if (path, node.lineno) in taken:
            continue
        taken[path, node.lineno] = (name, "\n".join(content[path][node.lineno - 1 : node.end_lineno]))
        if not isinstance(node, ast.ClassDef):
            used = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
            meant = [here.get((path, one)) or known[one] for one in used & (own[path] | brought[path]) & known.keys()]
            pending += [one for one in meant if not isinstance(one[2], ast.ClassDef)]
    found_in: dict[str, list[str]] = {name: [] for name in FILES}
    for name, text in taken.values():
        found_in[name].append(text)
    return found_in


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [one.id for one in targets if isinstance(one, ast.Name)]


def _declares(node: ast.stmt, record: str) -> bool:
    if isinstance(node, ast.ClassDef):
        return node.name == record
    call = node.value if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    if call is None or not isinstance(call.func, ast.Name) or call.func.id not in DECLARING:
        return False
    return bool(call.args) and isinstance(call.args[0], ast.Name) and call.args[0].id == record


def lines(text: str) -> int:
    """Lines of code: without blank lines, comments and docstrings."""
    tree = ast.parse(text)
    documented: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            documented |= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return sum(
        bool(line.strip()) and not line.strip().startswith("#") and number not in documented
        for number, line in enumerate(text.splitlines(), start=1)
    )


def formatted(text: str) -> str:
    """As ruff writes it when nobody asks it to skip."""
    text = text.replace("# fmt: skip", "")
    command = [sys.executable, "-m", "ruff", "format", "--line-length", "120", "--stdin-filename", "x.py", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


def cost(record: str) -> dict[str, tuple[int, int]]:
    """File -> (lines as written, lines as formatted) of a record's declarations. Raises LookupError."""
    for chapter in sorted(CHAPTERS.iterdir()):
        if chapter.is_dir() and any(f"class {record}(Record)" in text for _path, text in sources(chapter, "models")):
            found = statements(chapter, record)
            return {
                name: (sum(map(lines, texts)), sum(lines(formatted(one)) for one in texts))
                for name, texts in found.items()
            }
    raise LookupError(f"no chapter keeps a record called {record}")


def main(records: list[str]) -> None:
    """Print a line per file and the sum."""
    for record in records or SHOWN:
        found = cost(record)
        for name, (written, as_formatted) in found.items():
            print(f"{record:10} {name:10} {written:4} written {as_formatted:4} formatted")
        sums = [sum(figures) for figures in zip(*found.values(), strict=True)]
        print(f"{record:10} {'in all':10} {sums[0]:4} written {sums[1]:4} formatted")


if __name__ == "__main__":
    main(sys.argv[1:])
