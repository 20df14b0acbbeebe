"""Static files under their immutable names: collected into VAR/static, again only when a source has changed."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import sys
from collections.abc import Iterator
from pathlib import Path

import shangwu
from shangwu.cli import folders
from shangwu.cli.children import end, spawn
from shangwu.cli.installation import Installation
from shangwu.cli.marks import one_at_a_time
from shangwu.cli.trouble import Trouble

# Distributions that bring static files of their own.
LIBRARIES = ("django", "django-allauth", "django-ninja", "whitenoise")


@contextlib.contextmanager
def collecting(installation: Installation) -> Iterator[None]:
    """Collect the static files beside what the block does, unless the last collection was of these very sources.

    They are complete when the block ends. Raises Trouble if they can't be collected.
    """
    require_built()
    # Web machines may share the folder, and start together.
    with one_at_a_time(installation.var / "static.lock"), _collecting(installation):
        yield


@contextlib.contextmanager
def _collecting(installation: Installation) -> Iterator[None]:
    mark = installation.var / "static.collected"
    digest = _sources_digest()
    complete = (installation.static / "staticfiles.json").exists() and mark.exists()
    if complete and mark.read_text(encoding="utf-8") == digest:
        yield
        return
    command = [sys.executable, "-m", "django", "collectstatic", "--no-input", "--verbosity", "0"]
    # Our bundle has its own htmx.
    process = spawn([*command, "--ignore", "django_htmx"], installation.environment())
    try:
        yield
        if process.wait() != 0:
            raise Trouble("The static files can't be collected: mend what it says above, then start again.")
        folders.write_private(mark, digest)
    finally:
        end([process], grace=5)


def require_built() -> None:
    """Raise Trouble in a checkout whose front end was never built; a wheel always carries it."""
    built = Path(shangwu.__file__).parent / "static" / "built"
    if not built.is_dir() or not any(built.iterdir()):
        raise Trouble("The front end is not built: start with `make run`, or run `python frontend/build.py` once.")


def _sources_digest() -> str:
    root = Path(shangwu.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(root.glob("**/static/**/*")):
        if path.is_file():
            # By content: machines that share the folder have other times for the same files.
            digest.update(f"{path.relative_to(root)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    for name in LIBRARIES:
        digest.update(f"{name}=={importlib.metadata.version(name)}\n".encode())
    return digest.hexdigest()
