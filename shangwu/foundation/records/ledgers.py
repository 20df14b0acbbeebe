"""A ledger moves what it is kept for: each row that is added to it adds to another row, in the database itself."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_CREATE = """
CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $rule$
BEGIN
    UPDATE "{whole}" SET {sets}, "version" = "version" + 1 WHERE "{key}" = NEW."{to}";
    RETURN NULL;
END $rule$;
CREATE TRIGGER "{name}" AFTER INSERT ON "{ledger}" FOR EACH ROW
    WHEN (NEW."{to}" IS NOT NULL) EXECUTE FUNCTION "{name}"();
"""


class AddsTo(models.BaseConstraint):
    """Each row of a ledger adds its amounts to the record that it names, so that two writers never lose one of them.

    Declared on the ledger. to: its foreign key to the record, which may be missing. adds: column of the record ->
    column of the ledger. What the record's own constraints forbid, such as less than nothing, undoes the row too.
    An action that writes such rows names the record's table in its `sweeps`, so that its log entry covers it.
    """

    def __init__(
        self,
        to: str,
        adds: Mapping[str, str],
        *,
        name: str,
        violation_error_code: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        self.to, self.adds = to, dict(adds)
        super().__init__(
            name=name, violation_error_code=violation_error_code, violation_error_message=violation_error_message
        )

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """The function and its trigger."""
        assert model is not None
        to: Any = model._meta.get_field(self.to)
        whole: Any = to.related_model

        def column(of: Any, name: str) -> str:
            return f'"{of._meta.get_field(name).column}"'

        sets = [
            f"{column(whole, kept)} = {column(whole, kept)} + NEW.{column(model, moved)}"
            for kept, moved in self.adds.items()
        ]
        return _CREATE.format(
            name=self.name, whole=whole._meta.db_table, ledger=model._meta.db_table, key=whole._meta.pk.column,
            to=to.column, sets=", ".join(sets),
        )  # fmt: skip

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Nothing inside CREATE TABLE: the trigger follows when both tables stand."""
        assert schema_editor is not None
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Dropping the function takes its trigger along."""
        return f'DROP FUNCTION "{self.name}" CASCADE'

    def validate(self, *_args: Any, **_kwargs: Any) -> None:
        """It promises nothing that a row could break by itself."""

    def deconstruct(self) -> Any:
        """For migrations."""
        path, args, kwargs = super().deconstruct()
        return path, (self.to, self.adds, *args), kwargs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, AddsTo):
            return NotImplemented
        return (self.name, self.to, self.adds) == (other.name, other.to, other.adds)

    __hash__ = None  # type: ignore[assignment]
