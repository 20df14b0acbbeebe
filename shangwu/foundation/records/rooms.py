"""Start-up: imports the declarations of a room, in the order in which they build on each other."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

DECLARATIONS = (
    "policy", "access", "actions", "duties", "measures", "checks", "pages", "exchange", "api", "panels", "events",
    "replays",
)  # fmt: skip


def load(room: AppConfig) -> None:
    """Import every declaration module that the room has. Called by its AppConfig.ready()."""
    load_declarations(room.name)


def load_declarations(package: str) -> None:
    """The same for a package: a chapter, or one of the rooms of a chapter that has several."""
    for name in DECLARATIONS:
        module = f"{package}.{name}"
        if find_spec(module) is not None:
            _import_with_clauses(module)


def _import_with_clauses(module: str) -> None:
    """Import a module; when it is a package (one module per clause), its modules too."""
    package = import_module(module)
    if hasattr(package, "__path__"):
        from pkgutil import iter_modules

        for found in iter_modules(package.__path__):
            if found.name != "tests":
                import_module(f"{module}.{found.name}")
