"""What a body takes away, beside what it changes and adds."""

from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True, slots=True)
class Gone:
    """A row that a body returns to have it deleted: a part that an undo takes back, a draft that leaves the trash.

    Everything else is archived, cancelled or voided, and stays.
    """

    row: models.Model
