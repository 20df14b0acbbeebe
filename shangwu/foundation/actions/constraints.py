"""Turns a broken database constraint into the sentence that its model gives for it."""

from typing import Any

from django.apps import apps
from django.db import DataError, IntegrityError, models
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.refusals import Refusal

_CONTRADICTION = _("The entries contradict each other. Check them and try again.")


_OUT_OF_RANGE = "22003"
"""PostgreSQL's state for a number that its column does not hold."""


def refusal_of(error: IntegrityError | DataError, model: type[models.Model]) -> Refusal:
    """The refusal for a broken constraint: its own sentence, or what kind of rule it was; or for a number beyond its
    column. Raises the error itself for other data that do not fit: somebody should have checked them."""
    if isinstance(error, DataError):
        if getattr(error.__cause__, "sqlstate", None) != _OUT_OF_RANGE:
            raise error
        return Refusal("too_large", _("A number is larger than can be kept. Enter a smaller one."))
    diagnosis = getattr(error.__cause__, "diag", None)
    name = getattr(diagnosis, "constraint_name", None) or ""
    table = getattr(diagnosis, "table_name", None) or model._meta.db_table
    broken = _model_of(table) or model
    for constraint in broken._meta.constraints:
        if constraint.name == name:
            said = constraint.violation_error_message or _CONTRADICTION
            code = constraint.violation_error_code or "constraint"
            return Refusal(code, said, fields={one: [said] for one in _fields_of(constraint)})
    if field := _unique_field(broken, diagnosis):
        said = _("%(label)s is already in use. Choose another.")
        return Refusal(
            "taken",
            said,
            {"label": field.verbose_name},
            fields={field.name: [str(said) % {"label": field.verbose_name}]},
        )
    if "foreign key" in str(error):
        return Refusal("in_use", _("Other records still refer to it. Archive it instead."))
    return Refusal("constraint", _CONTRADICTION)


def _fields_of(constraint: models.BaseConstraint) -> list[str]:
    """The fields that a constraint is about, also where it compares what is worked out from them."""
    if not isinstance(constraint, models.UniqueConstraint):
        return list(getattr(constraint, "fields", ()))
    expressions: Any = constraint.expressions
    parts: list[Any] = [each for one in expressions for each in one.flatten()]
    return [*constraint.fields, *(str(one.name) for one in parts if type(one) is models.F)]  # type: ignore[attr-defined]  # unknown to the stubs


def _model_of(table: str) -> type[models.Model] | None:
    return next((model for model in apps.get_models() if model._meta.db_table == table), None)


def _unique_field(model: type[models.Model], diagnosis: Any) -> models.Field[Any, Any] | None:
    detail = getattr(diagnosis, "message_detail", None) or ""
    for one in model._meta.concrete_fields:
        if one.unique and detail.startswith(f"Key ({one.column})="):
            return one
    return None
