"""The queryset of every record: `visible_to` to read, the door to write."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models

from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor

if TYPE_CHECKING:
    from shangwu.foundation.records.scopes import Arm

RecordType = TypeVar("RecordType", bound=models.Model)


class RecordQuerySet(models.QuerySet[RecordType]):
    """Reads for someone. Writing methods raise outside the runner."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or gate.RecordQuery(model), using, hints)

    def _read_for(self, reader: str) -> None:
        query: Any = self.query
        query.reader = reader

    def visible_to(self, actor: Actor, *, archived: bool = False) -> Self:
        """Rows that `actor` may see. Archived rows only when asked for.

        Raises LookupError when the model has no declared scope: an undeclared record is seen by nobody.
        """
        from shangwu.foundation.records.scopes import visible

        found = self.filter(visible(self.model, actor, archived=archived))
        found._read_for(f"visible:{actor.person_id}")
        return found

    def visible_arms(self, actor: Actor, *, archived: bool = False) -> "list[tuple[Arm, Self]]":
        """The same rows as one queryset per arm of the scope, for a union of index scans."""
        from shangwu.foundation.records.scopes import arms, clamp

        found = []
        for arm in arms(self.model, actor):
            rows = self.filter(arm.condition & clamp(self.model, actor, archived=archived))
            rows._read_for(f"visible:{actor.person_id}")
            found.append((arm, rows))
        return found

    def unscoped(self, *, reason: str) -> Self:
        """Every row, for house-keeping. The reason is counted and listed on a page."""
        gate.unscoped_reasons[reason] = gate.unscoped_reasons.get(reason, 0) + 1
        found = self._chain()  # type: ignore[attr-defined]
        found.query.reader = f"unscoped:{reason}"
        return found  # type: ignore[no-any-return]

    def joining(self, *related: type[models.Model]) -> Self:
        """Allow joins to `related`, whose own gate the caller has already passed."""
        found = self._chain()  # type: ignore[attr-defined]
        found.query.joined = found.query.joined | {model._meta.db_table for model in related}
        return found  # type: ignore[no-any-return]

    def update(self, **kwargs: Any) -> int:
        gate.require_door(self.model)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        gate.require_door(self.model)
        return super().delete()

    def bulk_create(self, objs: Iterable[RecordType], *args: Any, **kwargs: Any) -> list[RecordType]:
        gate.require_door(self.model)
        return super().bulk_create(objs, *args, **kwargs)

    def bulk_update(self, objs: Iterable[RecordType], *args: Any, **kwargs: Any) -> int:
        gate.require_door(self.model)
        return super().bulk_update(objs, *args, **kwargs)


RecordManager = models.Manager.from_queryset(RecordQuerySet)
