"""The abstract record and its parts. Every table that people keep is one of these."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.base import ModelState
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records import gate, own
from shangwu.foundation.records.querysets import RecordManager


class Secrecy(models.IntegerChoices):
    """Company secrecy labels (3.4); state-secret words are never used for them."""

    OPEN = 0, _("Open")
    INTERNAL = 1, _("Internal")
    SECRET = 2, _("Trade secret")
    CORE = 3, _("Core trade secret")


class Guarded(models.Model):
    """A row that only the door writes and only a named reader reads."""

    objects = RecordManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
        default_manager_name = "objects"

    @classmethod
    def from_db(
        cls, db: str | None, field_names: Collection[str], values: Collection[Any], *, fetch_mode: Any = None
    ) -> Self:
        """A row as read, without the detour over `__init__`: what is left out is read when it is asked for."""
        row = cls.__new__(cls)
        row.__dict__.update(zip(field_names, values, strict=True))
        row._state = ModelState()
        row._state.adding, row._state.db = False, db
        return row

    def save(self, *args: Any, **kwargs: Any) -> None:
        gate.require_door(type(self))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        gate.require_door(type(self))
        return super().delete(*args, **kwargs)

    @property
    def fresh(self) -> Any:
        """This row read again, by the house itself."""
        with gate.free_reading():
            return type(self).objects.get(pk=self.pk)


class Record(Guarded):
    """What the department keeps: identity, version, owner, secrecy and trace (DESIGN idea 1).

    classes: fields that hold personal or secret values, `{"mobile": "personal"}`; the log keeps a salted
    commitment of these instead of the value. `classes_of` adds those that do so in some rows only.
    parts: names of the reverse relations whose rows belong to this record (`lines`).
    undoable: verbs whose effect the kit may offer to undo.
    tallies: columns that actions on other records keep here (stock on hand, day of the last contact). A change of
    these alone is traced, but makes no open form stale.
    successor: the field that points to the record into which this one was merged; who asks for it is led there.
    first_classes: what `classes` were before seals told which fields are classed in every row, where `classes_of` adds
    others (`audit.shapes`).
    named_by: all fields that its name (`str`) is made of; whoever needs only names then reads nothing else. Empty: the
    whole row is read.
    """

    classes: ClassVar[dict[str, str]] = {}
    parts: ClassVar[tuple[str, ...]] = ()
    tallies: ClassVar[tuple[str, ...]] = ()
    named_by: ClassVar[tuple[str, ...]] = ()
    successor: ClassVar[str] = ""
    first_classes: ClassVar[tuple[str, ...]] = ()

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False, verbose_name=_("Public id"))
    number = models.CharField(
        max_length=40, null=True, unique=True, editable=False, db_collation="C", verbose_name=_("Number")
    )
    entity = models.ForeignKey(
        "people.Entity", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("Legal entity"),
    )  # fmt: skip
    owner = models.ForeignKey(
        "people.Person",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("Owner"),
    )
    department = models.ForeignKey(
        "people.Department", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name=_("Department"),
    )  # fmt: skip
    secrecy = models.PositiveSmallIntegerField(
        choices=Secrecy.choices, default=Secrecy.OPEN, verbose_name=_("Secrecy level")
    )
    version = models.PositiveIntegerField(default=1, editable=False, verbose_name=_("Version"))
    extra = models.JSONField(default=dict, blank=True, editable=False, verbose_name=_("Own fields"))
    created_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Created by"),
    )  # fmt: skip
    created_at = models.DateTimeField(editable=False, verbose_name=_("Created at"))
    changed_by = models.ForeignKey(
        "people.Person", models.PROTECT, null=True, editable=False, related_name="+", db_index=False,
        verbose_name=_("Changed by"),
    )  # fmt: skip
    changed_at = models.DateTimeField(editable=False, verbose_name=_("Changed at"))
    archived_at = models.DateTimeField(null=True, editable=False, verbose_name=_("Archived at"))

    class Meta(Guarded.Meta):
        abstract = True
        ordering = ["-id"]

    @classmethod
    def classes_of(cls, row: Mapping[str, Any]) -> Mapping[str, str]:
        """`classes` as they hold for one row, given by its columns (names of companies are open, of people they are
        not). What decides about it never changes in a row's life: the seal reads former rows by it, too."""
        return cls.classes

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """An own field reads like any other; asked only for what the record does not have otherwise."""
            if name.startswith(own.PREFIX):
                return own.value_of(self, name)
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __str__(self) -> str:
        return self.number or str(getattr(self, "name", "")) or str(capfirst(self._meta.verbose_name))


class Part(Guarded):
    """A row that belongs to one record (an order's line): seen, changed and versioned with it."""

    parent: ClassVar[str] = ""

    position = models.PositiveIntegerField(default=1, verbose_name=_("Position"))

    class Meta(Guarded.Meta):
        abstract = True
        ordering = ["position"]


def classes_of(model: type[models.Model], row: Mapping[str, Any]) -> Mapping[str, str]:
    """The fields of a row, of any table that has a history, that hold personal or secret values."""
    return model.classes_of(row) if issubclass(model, Record) else getattr(model, "classes", {})


def search_index(name: str) -> GinIndex:
    """The index behind `searchable(...)`."""
    return GinIndex(fields=["search_bigrams"], name=name, fastupdate=True)


def scope_indexes(prefix: str, *sorts: str, by_state: bool = False, choices: Sequence[str] = ()) -> list[models.Index]:
    """Indexes that serve the scope's arms in each sort order, scope columns first (DESIGN 3a, Lists).

    sorts: sortable columns besides the newest-first default. by_state: for records whose few open rows are asked for
    among very many closed ones. choices: columns of few values by which a very long list is filtered or grouped: a
    value that no row has is otherwise looked for in all of them.
    """
    found = [models.Index(fields=[choice, "-id"], name=f"{prefix}_{choice}") for choice in choices]
    if by_state:
        found += [models.Index(fields=["state", "-id"], name=f"{prefix}_state")]
        found += [
            models.Index(fields=[lead, "state", "-id"], name=f"{prefix}_{lead[:5]}_state")
            for lead in ("owner", "department")
        ]
    for lead in ("owner", "department"):
        found.append(models.Index(fields=[lead, "-id"], name=f"{prefix}_{lead[:5]}_new"))
        found += [models.Index(fields=[lead, sort, "id"], name=f"{prefix}_{lead[:5]}_{sort[:12]}") for sort in sorts]
    found += [models.Index(fields=[sort, "id"], name=f"{prefix}_{sort[:16]}") for sort in sorts]
    return found
