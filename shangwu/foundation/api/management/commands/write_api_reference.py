"""`manage.py write_api_reference`: draws docs/reference/openapi.json and the index in docs/reference/api.md."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from shangwu.foundation.api import reference
from shangwu.foundation.api.compatibility import broken_promises


class Command(BaseCommand):
    """Writes the reference, and keeps the promise that fields are only added."""

    help = "Draw the reference of the API from the registries. Refuses what would break programs written for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder, and the leave to break a promise knowingly."""
        parser.add_argument("--folder", type=Path, default=Path("docs/reference"))
        parser.add_argument("--break", dest="breaking", action="store_true", help="before a first release only")

    def handle(self, *_arguments: Any, folder: Path, breaking: bool, **_options: Any) -> None:
        """Write what changed."""
        former = folder / "openapi.json"
        if former.exists() and not breaking:
            broken = broken_promises(json.loads(former.read_text(encoding="utf-8")), reference.snapshot())
            if broken:
                raise CommandError("Programs written for the API would miss:\n  " + "\n  ".join(broken))
        changed = [str(path) for path in reference.write(folder)]
        self.stdout.write("\n".join(changed) or "All is drawn already.")
