"""No department stands below itself, and nobody above themselves, by however many steps (3.1.1)."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.door import Acted, Refusal, on
from shangwu.foundation.actions.events import Objected
from shangwu.foundation.people.models import Department, Person
from shangwu.foundation.records.refusals import Sentence

_ONE_AT_A_TIME = 77_001
"""The number of the advisory lock under which the trees of departments and of superiors are looked at."""

_CLIMB = """
WITH RECURSIVE line (start, at) AS (
    SELECT id, {above} FROM "{table}" WHERE id = ANY(%s)
    UNION
    SELECT line.start, one.{above} FROM line JOIN "{table}" one ON one.id = line.at
)
SELECT start FROM line WHERE at = start
"""


@on("people.department.edited")
@on("people.department.undoed")
def keep_departments_a_tree(acted: Acted) -> None:
    """Who holds a role for a department holds it for all below: a circle would have no top and no end."""
    said = _("That department stands below this one already: they would go round in a circle. Choose another one.")
    _refuse_circles(acted, Department, "parent", said)


@on("people.person.edited")
@on("people.person.undoed")
@on("people.person.moved")
def keep_superiors_a_tree(acted: Acted) -> None:
    """Superiors read what those below them keep, and decide about it: nobody is above who is above them."""
    said = _("That person reports to this one already: they would go round in a circle. Choose another superior.")
    _refuse_circles(acted, Person, "superior", said)


def _refuse_circles(acted: Acted, model: type[Model], field: str, said: Sentence) -> None:
    """Refuse the records that have got a new place above which they stand themselves.

    It is looked at when all is written, and by one at a time, so that two edits at once, or two rows of one file, that
    close a circle only together are seen too: the second one looks when the first is through.
    """
    column = f"{field}_id"
    changed = [one.pk for one, changes in zip(acted.records, acted.changes, strict=True) if column in changes]
    if found := _in_circles(model, column, changed):
        raise Objected({pk: Refusal("circle", said, fields={field: [said]}) for pk in found})


def _in_circles(model: type[Model], column: str, keys: Iterable[int]) -> list[int]:
    """Those of these rows that stand above themselves."""
    if not (wanted := list(keys)):
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        cursor.execute(_CLIMB.format(table=model._meta.db_table, above=column), [wanted])
        return [pk for (pk,) in cursor.fetchall()]
