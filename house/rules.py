"""Our own lint rules: what this house does not do, each with its reason. Samples of good and bad: house/tests."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

Tree = ast.Module


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that breaks a rule."""

    rule: str
    path: str
    line: int
    said: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.said}"


Found = Iterator[tuple[int, str]]
Rule = Callable[[str, Tree, str], Found]

rules: dict[str, Rule] = {}


def rule(function: Rule) -> Rule:
    """Register a rule under its function's name."""
    rules[function.__name__] = function
    return function


def within(path: str, *parts: str) -> bool:
    """Whether a file lies in one of these folders (by name) or is one of these files (by path)."""
    pure = PurePosixPath(path)
    return any(part in pure.parts or path == part or path.startswith(part + "/") for part in parts)


def dotted(node: ast.AST) -> str:
    """`a.b.c` of an attribute chain; "" for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        left = dotted(node.value)
        return f"{left}.{node.attr}" if left else ""
    return ""


_CLOCKS = re.compile(r"(^|\.)(datetime|date)\.(now|utcnow|today)$|^timezone\.now$|^time\.time$")


@rule
def one_clock(path: str, tree: Tree, source: str) -> Found:
    """Time comes from records.clock, so that a test can move it."""
    if within(path, "tests", "benchmarks", "frontend", "house", "shangwu/foundation/records/clock.py"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _CLOCKS.search(dotted(node.func)):
            yield node.lineno, f"{dotted(node.func)}() is a second clock: use records.clock.now()"


@rule
def no_broad_except(path: str, tree: Tree, source: str) -> Found:
    """A fault that nobody expected is not swallowed; what must be kept alive is listed in house/allowed.toml."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            names = [node.type] if not isinstance(node.type, ast.Tuple) else node.type.elts
            if any(name is None or dotted(name) in ("Exception", "BaseException") for name in names):
                yield node.lineno, "say which error is expected"


_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


@rule
def no_chinese_in_code(path: str, tree: Tree, source: str) -> Found:
    """Words for people are English source strings; Chinese stands in catalogues, regulations, the demo and tables."""
    if within(path, "tests", "demo", "tables", "benchmarks", "migrations", "locale"):
        return
    documented = {id(text) for text in _docstrings(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CHINESE.search(node.value):
            if id(node) in documented:
                continue
            yield node.lineno, f"Chinese in code: {node.value[:20]!r}"


def _docstrings(tree: Tree) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            for statement in node.body:
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    yield statement.value


@rule
def no_sentence_from_pieces(path: str, tree: Tree, source: str) -> Found:
    """What is translated is a whole sentence with named places, never an f-string."""
    for node in ast.walk(tree):
        translates = isinstance(node, ast.Call) and dotted(node.func) in ("_", "gettext", "gettext_lazy", "ngettext")
        if translates and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp | ast.Name):
            yield node.lineno, "translate a whole literal sentence"


_VAGUE = {"utils", "util", "helpers", "helper", "managers", "manager", "common", "misc", "base", "core", "stuff"}


@rule
def no_vague_names(path: str, tree: Tree, source: str) -> Found:
    """A module is named after what is in it."""
    pure = PurePosixPath(path)
    if within(path, "shangwu") and ({pure.stem} | set(pure.parts[:-1])) & _VAGUE:
        yield 1, f"{pure.stem} says nothing about what is in it"


_PUBLIC = (ast.FunctionDef, ast.ClassDef)


@rule
def public_things_are_documented(path: str, tree: Tree, source: str) -> Found:
    """Each module, public class and public function says what it means."""
    if not within(path, "shangwu") or within(path, "tests", "migrations") or path.endswith("apps.py"):
        return
    if source.strip() and ast.get_docstring(tree) is None:
        yield 1, "the module has no docstring"
    for node in tree.body:
        if isinstance(node, _PUBLIC) and not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield node.lineno, f"{node.name} has no docstring"


_CLIENTS = {"requests", "httpx", "urllib3", "aiohttp", "http.client", "urllib.request", "ftplib"}


@rule
def one_way_out(path: str, tree: Tree, source: str) -> Found:
    """Requests to other hosts go through foundation/outgoing, which knows where they may not go."""
    if within(path, "tests", "benchmarks", "shangwu/foundation/outgoing"):
        return
    for node in ast.walk(tree):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
        for name in names:
            if name in _CLIENTS or name.split(".")[0] in _CLIENTS:
                yield node.lineno, f"{name} goes round the one way out"


@rule
def no_raw_sql_from_pages(path: str, tree: Tree, source: str) -> Found:
    """Pages, API and chapters ask through the ORM and its gate; SQL by hand has its few listed places."""
    if not within(path, "shangwu") or within(path, "tests", "migrations"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and dotted(node).endswith("connection.cursor"):
            yield node.lineno, "SQL by hand: list the file in house/allowed.toml with the reason"
        if isinstance(node, ast.Call) and dotted(node.func).endswith((".raw", ".extra", "RawSQL")):
            yield node.lineno, f"{dotted(node.func)} goes round the gate"


@rule
def no_trusted_markup(path: str, tree: Tree, source: str) -> Found:
    """Text becomes markup in pages/face.py and templates only, where everything is escaped."""
    if within(path, "tests"):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func) in ("mark_safe", "SafeString", "SafeText"):
            yield node.lineno, "markup is made by format_html or a template"


@rule
def no_dictionary_into_queries(path: str, tree: Tree, source: str) -> Found:
    """Nothing that came with a request becomes keyword arguments of a query."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and dotted(node.func).endswith((".filter", ".exclude", ".get", ".order_by")):
            for keyword in node.keywords:
                if keyword.arg is None and re.search(r"request\.(GET|POST)|\.dict\(\)", ast.unparse(keyword.value)):
                    yield node.lineno, "a request's dictionary stands in a query"
