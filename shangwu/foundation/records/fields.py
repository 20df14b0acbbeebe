"""Fields that every chapter uses: states with their facts, lists of persons, searchable text."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import Func, Value
from django.db.models.functions import Coalesce, Concat, Upper
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Sentence


class StateField(models.CharField[str, str]):
    """The state of a record. Written by the runner alone; in no form and no import.

    states: the TextChoices of the record; the first is the state at birth.
    facts: states whose coming is stored as `<state>_by` and `<state>_at`, for filters and sorting.
    """

    def __init__(self, states: type[models.TextChoices] | None = None, *, facts: Sequence[str] = (), **kwargs: Any):
        self.facts = tuple(facts)
        if states is not None:
            kwargs.setdefault("choices", states.choices)
            kwargs.setdefault("default", states.values[0])
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("verbose_name", _("State"))
        kwargs["editable"] = False
        super().__init__(**kwargs)

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Add the field and, once, the columns of its facts."""
        super().contribute_to_class(cls, name, private_only)
        if not hasattr(cls, "full_clean") or cls._meta.abstract or cls.__module__ == "__fake__":
            return
        labels = dict(self.flatchoices)
        for state in self.facts:
            by = models.ForeignKey(
                "people.Person",
                models.PROTECT,
                null=True,
                blank=True,
                editable=False,
                related_name="+",
                db_index=False,
                verbose_name=_labelled(_("%(state)s by"), labels.get(state, state)),
            )
            at = models.DateTimeField(
                null=True,
                blank=True,
                editable=False,
                verbose_name=_labelled(_("%(state)s at"), labels.get(state, state)),
            )
            by.contribute_to_class(cls, f"{state}_by")
            at.contribute_to_class(cls, f"{state}_at")

    def deconstruct(self) -> Any:
        """As a plain column: migrations need neither the states nor the facts."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("choices", None)
        kwargs.pop("verbose_name", None)
        return name, path, args, kwargs


def _fill(pattern: Sentence, state: Sentence) -> str:
    return str(pattern) % {"state": state}


_labelled: Any = lazy(_fill, str)
"""A label filled in when it is read, so that it speaks the reader's language."""


class RecordsField(ArrayField[Any, Any]):
    """Records that a record names as a set, as ids: one column, so that history, scope and diff cover it.

    to: the record type, such as "customers.ProductRange"; its records are archived, never deleted.
    """

    def __init__(self, base_field: models.Field[Any, Any] | None = None, *, to: str, **kwargs: Any) -> None:
        self.to = to
        kwargs.setdefault("default", list)
        kwargs.setdefault("blank", True)
        super().__init__(base_field or models.BigIntegerField(), **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"to": self.to}

    @property
    def named(self) -> type[models.Model]:
        """The record type that the ids are of."""
        return apps.get_model(self.to)


class PersonsField(RecordsField):
    """Persons who share a record, as ids."""

    def __init__(self, base_field: models.Field[Any, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(base_field, to="people.Person", **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["to"]
        return name, path, args, kwargs


class SearchText(Func):
    """The normalised text that a substring search is checked against."""

    function = "shangwu_search_text"
    output_field = models.TextField()


class SearchBigrams(Func):
    """The character pairs of a text as a tsvector, without positions."""

    template = "array_to_tsvector(shangwu_bigrams(shangwu_search_text(%(expressions)s)))"
    output_field = SearchVectorField()


def searchable(*names: str | models.Expression) -> tuple[models.GeneratedField, models.GeneratedField]:
    """Two generated columns over the text fields `names`: (search_text, search_bigrams).

    A TextField stands among others as `Cast("summary", CharField())`: all parts are of one type.

    Add `GinIndex(fields=["search_bigrams"])` by `search_index` to the model's indexes.
    """
    parts: list[Any] = []
    for name in names:
        parts += [Coalesce(models.F(name) if isinstance(name, str) else name, Value("")), Value("\n")]
    joined = Concat(*parts, output_field=models.TextField()) if len(parts) > 1 else parts[0]
    text = models.GeneratedField(
        expression=SearchText(joined), output_field=models.TextField(), db_persist=True, editable=False
    )
    bigrams = models.GeneratedField(
        expression=SearchBigrams(joined), output_field=SearchVectorField(), db_persist=True, editable=False
    )
    return text, bigrams


def never_at_once(*names: str, starts: str, ends: str, condition: Q, name: str, say: Sentence) -> ExclusionConstraint:
    """No two rows with the same ids in `names` whose days, both ends included, overlap. Kept by the database.

    Ids are compared as ranges of one, which needs no extension.
    """
    same = [(Func(models.F(one), models.F(one), Value("[]"), function="int8range"), "&&") for one in names]
    days = Func(models.F(starts), models.F(ends), Value("[]"), function="daterange")
    return ExclusionConstraint(
        name=name,
        expressions=[*same, (days, "&&")],
        condition=condition,
        violation_error_message=say,  # type: ignore[arg-type]
    )


def one_spelling(column: str, *, name: str) -> models.UniqueConstraint:
    """A code that people write in any case: no two differ in case alone."""
    return models.UniqueConstraint(
        Upper(column),
        name=name,
        violation_error_code="taken",
        violation_error_message=_("This code is in use already: ab-1 and AB-1 are one code. Choose another."),
    )


def promised_when(states: str | Sequence[str], *names: str, name: str, say: Sentence) -> models.CheckConstraint:
    """What a state promises, kept by the database: in `states` the columns `names` are filled."""
    wanted = [states] if isinstance(states, str) else list(states)
    filled = Q()
    for column in names:
        filled &= Q(**{f"{column}__isnull": False})
    return models.CheckConstraint(
        condition=~Q(state__in=wanted) | filled,
        name=name,
        violation_error_message=say,  # type: ignore[arg-type]
    )
