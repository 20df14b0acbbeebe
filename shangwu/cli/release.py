"""Which release of Shangwu this is: from the installed wheel, or from the checkout's pyproject.toml."""

from __future__ import annotations

import importlib.metadata
import tomllib
from pathlib import Path

import shangwu


def release() -> str:
    """The version, such as "0.1.0"."""
    try:
        return importlib.metadata.version("shangwu")
    except importlib.metadata.PackageNotFoundError:
        declared = Path(shangwu.__file__).parent.parent / "pyproject.toml"
        return str(tomllib.loads(declared.read_text(encoding="utf-8"))["project"]["version"])
