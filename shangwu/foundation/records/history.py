"""Row history: each record and part gets a history table, kept by statement triggers (pghistory)."""

from typing import Any

import pghistory
from django.db import models
from django.db.models.signals import class_prepared

history_models: dict[type[models.Model], type[models.Model]] = {}


def _is_tracked(model: type[models.Model]) -> bool:
    from shangwu.foundation.records.models import Guarded

    return issubclass(model, Guarded) and not model._meta.abstract and not model._meta.proxy


def track(sender: type[models.Model], **_kwargs: Any) -> None:
    """Give a freshly prepared record or part its history table and triggers."""
    from shangwu.foundation.records import gate

    if sender.__module__ == "__fake__" or ("shangwu" not in sender.__module__ and "tests" not in sender.__module__):
        return
    if not _is_tracked(sender):
        return
    gate.guarded_tables.add(sender._meta.db_table)
    generated = [field.name for field in sender._meta.local_fields if isinstance(field, models.GeneratedField)]
    pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(condition=None),
        pghistory.DeleteEvent(),
        level=pghistory.Statement,
        exclude=generated or None,
        app_label=sender._meta.app_label,
        model_name=f"{sender._meta.object_name}History",
    )(sender)
    from django.apps import apps

    history_models[sender] = apps.get_registered_model(sender._meta.app_label, f"{sender._meta.object_name}History")


def connect() -> None:
    """Start tracking; called before the first model is prepared."""
    class_prepared.connect(track, dispatch_uid="shangwu-history")
