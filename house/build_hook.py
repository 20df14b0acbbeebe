"""Hatch's hook: a wheel carries the built front end and the compiled catalogues, though neither is committed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CarryBuiltFiles(BuildHookInterface):  # type: ignore[type-arg]
    """Builds what is stale before the wheel is packed, and refuses to pack one without it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build front end and catalogues. An editable install is the checkout itself: `make` builds there."""
        if version == "editable":
            return
        root = Path(self.root)
        self._run("frontend/build.py")
        self._run("-m", "house.compile_catalogues")
        built = root / "shangwu" / "static" / "built"
        missing = [name for name in ("app.css", "app.js", "sprite.svg") if not (built / name).is_file()]
        if missing:
            raise RuntimeError(f"the front end is not whole, {', '.join(missing)} missing: run frontend/build.py")

    def _run(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], check=True, cwd=self.root)
