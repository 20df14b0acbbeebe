"""How long the database may think about one question that a person asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Refusal

SECONDS = 8
"""A filter without an index over millions of rows can take longer."""

_CANCELLED = "57014"


@contextmanager
def patience() -> Iterator[None]:
    """A limit for the statements within. Raises Refusal("slow") when it passes."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{SECONDS}s"])
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _CANCELLED:
            raise
        said = _("This question takes too long. Add a filter that narrows it down: a state, a period, an owner.")
        raise Refusal("slow", said) from error
