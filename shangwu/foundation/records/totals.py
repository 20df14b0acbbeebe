"""A document's totals are the sums of its lines: a rule that the database keeps at commit, whoever writes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_HOLD = """
CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $rule$
DECLARE
    wanted bigint;
BEGIN
    IF TG_TABLE_NAME = '{whole}' THEN
        wanted := NEW.id;
    ELSE
        wanted := NEW."{parent}";
    END IF;
    IF EXISTS (
        SELECT 1 FROM "{whole}" w, LATERAL (
            SELECT coalesce(sum(p.{part_column}), 0) AS held FROM "{part}" p WHERE p."{parent}" = w.id
        ) s
        WHERE w.id = wanted AND (s.held > w.{total} OR (w.{wholly} AND s.held <> w.{total}))
    ) THEN
        RAISE EXCEPTION '{total} of {whole} % is not what its parts hold', wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}', TABLE = '{part}';
    END IF;
    RETURN NULL;
END $rule$;
CREATE CONSTRAINT TRIGGER "{name}_part" AFTER INSERT OR UPDATE OF {part_column} ON "{part}"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "{name}"();
CREATE CONSTRAINT TRIGGER "{name}_whole" AFTER INSERT OR UPDATE OF {total}, {wholly} ON "{whole}"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "{name}"();
"""

_CREATE = """
CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $rule$
DECLARE
    wanted bigint;
BEGIN
    IF TG_TABLE_NAME = '{whole}' THEN
        wanted := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        wanted := OLD."{parent}";
    ELSE
        wanted := NEW."{parent}";
        IF TG_OP = 'INSERT' THEN
            -- One check per document serves all lines that came with it.
            IF current_setting('shangwu.{name}', true) = wanted::text THEN
                RETURN NULL;
            END IF;
            PERFORM set_config('shangwu.{name}', wanted::text, true);
        ELSIF OLD."{parent}" <> NEW."{parent}" THEN
            RAISE EXCEPTION 'a line stays with its document'
                USING ERRCODE = 'check_violation', CONSTRAINT = '{name}', TABLE = '{part}';
        END IF;
    END IF;
    IF EXISTS (
        SELECT 1 FROM "{whole}" w, LATERAL (
            SELECT {sums}, bool_and(({whole_same}) IS NOT DISTINCT FROM ({part_same})) AS same
            FROM "{part}" p WHERE p."{parent}" = w.id
        ) s
        WHERE w.id = wanted AND (({totals}) IS DISTINCT FROM ({summed}) OR NOT s.same)
    ) THEN
        RAISE EXCEPTION 'totals of {whole} % differ from its lines', wanted
            USING ERRCODE = 'check_violation', CONSTRAINT = '{name}', TABLE = '{part}';
    END IF;
    RETURN NULL;
END $rule$;
CREATE CONSTRAINT TRIGGER "{name}_part" AFTER INSERT OR DELETE OR UPDATE OF {part_columns} ON "{part}"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "{name}"();
CREATE CONSTRAINT TRIGGER "{name}_whole" AFTER INSERT OR UPDATE OF {whole_columns} ON "{whole}"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "{name}"();
"""


class SumsUp(models.BaseConstraint):
    """The parts of a document sum up to its totals; checked when the transaction commits.

    Declared on the part. parent: its foreign key to the document. sums: total on the document -> column of the part.
    same: columns that hold the same value on both, such as the currency.
    """

    def __init__(
        self,
        parent: str,
        sums: Mapping[str, str],
        *,
        same: Sequence[str] = (),
        name: str,
        violation_error_code: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        self.parent, self.sums, self.same = parent, dict(sums), tuple(same)
        super().__init__(
            name=name, violation_error_code=violation_error_code, violation_error_message=violation_error_message
        )

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """The function and its two deferred triggers."""
        assert model is not None
        parent: Any = model._meta.get_field(self.parent)
        whole: Any = parent.related_model

        def column(of: Any, name: str) -> str:
            return f'"{of._meta.get_field(name).column}"'

        totals = [column(whole, total) for total in self.sums]
        parts = [column(model, part) for part in self.sums.values()]
        whole_same = [column(whole, one) for one in self.same]
        part_same = [column(model, one) for one in self.same]
        return _CREATE.format(
            name=self.name,
            whole=whole._meta.db_table,
            part=model._meta.db_table,
            parent=parent.column,
            totals=", ".join(f"w.{one}" for one in totals),
            sums=", ".join(f"coalesce(sum(p.{one}), 0) AS s{place}" for place, one in enumerate(parts)),
            summed=", ".join(f"s.s{place}" for place in range(len(parts))),
            whole_same=", ".join([f"w.{one}" for one in whole_same] or ["1"]),
            part_same=", ".join([f"p.{one}" for one in part_same] or ["1"]),
            whole_columns=", ".join([*totals, *whole_same]),
            part_columns=", ".join([f'"{parent.column}"', *parts, *part_same]),
        )

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Nothing inside CREATE TABLE: the triggers follow when both tables stand."""
        assert schema_editor is not None
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Dropping the function takes its triggers along."""
        return f'DROP FUNCTION "{self.name}" CASCADE'

    def validate(self, *_args: Any, **_kwargs: Any) -> None:
        """Only the database sees all lines at once."""

    def deconstruct(self) -> Any:
        """For migrations."""
        path, args, kwargs = super().deconstruct()
        return path, (self.parent, self.sums, *args), {**kwargs, "same": self.same}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SumsUp):
            return NotImplemented
        return (self.name, self.parent, self.sums, self.same) == (other.name, other.parent, other.sums, other.same)

    __hash__ = None  # type: ignore[assignment]


class Holds(models.BaseConstraint):
    """The parts of a record hold no more than its total, and all of it where the record says so; checked when the
    transaction commits.

    Declared on the part. parent: its foreign key to the record. total: column of the record; part: column of the part.
    wholly: column of the record that says whether its parts hold all of it.
    """

    def __init__(
        self,
        parent: str,
        total: str,
        part: str,
        *,
        wholly: str,
        name: str,
        violation_error_code: str | None = None,
        violation_error_message: Any = None,
    ) -> None:
        self.parent, self.total, self.part, self.wholly = parent, total, part, wholly
        super().__init__(
            name=name, violation_error_code=violation_error_code, violation_error_message=violation_error_message
        )

    def create_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """The function and its two deferred triggers."""
        assert model is not None
        parent: Any = model._meta.get_field(self.parent)
        whole: Any = parent.related_model
        part: Any = model._meta.get_field(self.part)
        return _HOLD.format(
            name=self.name,
            whole=whole._meta.db_table,
            part=model._meta.db_table,
            parent=parent.column,
            total=f'"{whole._meta.get_field(self.total).column}"',
            wholly=f'"{whole._meta.get_field(self.wholly).column}"',
            part_column=f'"{part.column}"',
        )

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Nothing inside CREATE TABLE: the triggers follow when both tables stand."""
        assert schema_editor is not None
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def remove_sql(self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Dropping the function takes its triggers along."""
        return f'DROP FUNCTION "{self.name}" CASCADE'

    def validate(self, *_args: Any, **_kwargs: Any) -> None:
        """Only the database sees all parts at once."""

    def deconstruct(self) -> Any:
        """For migrations."""
        path, args, kwargs = super().deconstruct()
        return path, (self.parent, self.total, self.part, *args), {**kwargs, "wholly": self.wholly}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Holds):
            return NotImplemented
        mine, theirs = self.deconstruct(), other.deconstruct()
        return (mine[1], mine[2]["wholly"], self.name) == (theirs[1], theirs[2]["wholly"], other.name)

    __hash__ = None  # type: ignore[assignment]
