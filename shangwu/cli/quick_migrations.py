"""Django's migrations in a fraction of their time.

Django draws a changed model anew after each operation, and with it every model that is related to it by any number of
steps. Our records are all related, through the people who own them, so that a new database cost the square of their
number. Three cases are nearly all of these, and need no such drawing: a model that was not there before changes no
other; an index, constraint or trigger changes no field; and a column is added to a table without asking what else
there is, so that however many are added in a row, the models are drawn once, when somebody asks for them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.migrations.operations import AddField
from django.db.migrations.state import ModelState, ProjectState, StateApps

# Set on the drawn model as they are: nothing else of it depends on them.
SET_AS_THEY_ARE = frozenset({"indexes", "constraints", "triggers"})

_UNDRAWN = "_undrawn"
"""In a state's attributes: keys of the models that have changed since they were drawn."""

_render, _clone = ModelState.render, ProjectState.clone


@contextlib.contextmanager
def quickly() -> Iterator[None]:
    """Inside the block, migrations draw only models that have really changed, and only when they are asked for."""
    ways: list[tuple[Any, str, Any]] = [
        (ModelState, "render", _render_and_remember),
        (ProjectState, "apps", property(_drawn, _keep)),
        (ProjectState, "clone", _clone_undrawn),
        (ProjectState, "reload_model", _note_if_changed),
        (AddField, "database_forwards", _add_column),
    ]
    former = [vars(where)[name] for where, name, _way in ways]
    for where, name, way in ways:
        setattr(where, name, way)
    try:
        yield
    finally:
        for (where, name, _way), one in zip(ways, former, strict=True):
            setattr(where, name, one)


def _render_and_remember(self: ModelState, apps: Apps) -> Any:
    drawn = _render(self, apps)
    drawn._drawing = _Drawing(self)
    return drawn


def _drawn(self: ProjectState) -> StateApps:
    """All models, what has changed among them drawn anew."""
    kept = self.__dict__
    if "apps" not in kept:
        kept["apps"] = StateApps(self.real_apps, self.models)  # type: ignore[arg-type]  # the stubs want a list
        kept.pop(_UNDRAWN, None)
    elif undrawn := kept.pop(_UNDRAWN, None):
        self.reload_models(undrawn, delay=False)
    found: StateApps = kept["apps"]
    return found


def _keep(self: ProjectState, apps: StateApps) -> None:
    self.__dict__["apps"] = apps


def _clone_undrawn(self: ProjectState) -> ProjectState:
    """A copy of the state in which the same models are still to draw."""
    undrawn = self.__dict__.pop(_UNDRAWN, set())
    copied = _clone(self)
    if undrawn:
        self.__dict__[_UNDRAWN], copied.__dict__[_UNDRAWN] = undrawn, set(undrawn)
    return copied


def _note_if_changed(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" not in self.__dict__:
        return
    state, apps = self.models[app_label, model_name], self.__dict__["apps"]
    drawn = apps.all_models[app_label].get(model_name)
    if drawn is None:
        apps.render_multiple([state])
    elif not (hasattr(drawn, "_drawing") and drawn._drawing.shows(state)):
        self.__dict__.setdefault(_UNDRAWN, set()).add((app_label, model_name))
    else:
        for name in SET_AS_THEY_ARE & state.options.keys():
            setattr(drawn._meta, name, state.options[name])


def _add_column(self: AddField, app_label: str, schema_editor: Any, from_state: Any, to_state: ProjectState) -> None:
    """Django's own way, on a sketch of the table."""
    model = _sketch(to_state, app_label, self.model_name_lower, self.name)
    if not self.allow_migrate_model(schema_editor.connection.alias, model):
        return
    field = model._meta.get_field(self.name)
    if not self.preserve_default:
        field.default = self.field.default
    schema_editor.add_field(model, field)


def _sketch(state: ProjectState, app_label: str, model_name: str, name: str) -> Any:
    """The model with its own columns, and of the references only `name`, whose target has nothing but its key."""
    apps, own = Apps(), state.models[app_label, model_name]
    target = own.fields[name].remote_field.model if own.fields[name].is_relation else None
    if isinstance(target, str) and target.lower() != f"{app_label}.{model_name}":
        label, _dot, target_name = target.lower().rpartition(".")
        _outline(state, label or app_label, target_name, lambda one: one.primary_key).render(apps)
    wanted = _outline(state, app_label, model_name, lambda one: one is own.fields[name] or not one.is_relation)
    return wanted.render(apps)


def _outline(state: ProjectState, app_label: str, model_name: str, is_wanted: Any) -> ModelState:
    whole = state.models[app_label, model_name]
    options = {key: value for key, value in whole.options.items() if key not in (*SET_AS_THEY_ARE, "index_together")}
    fields = [(name, one) for name, one in whole.fields.items() if is_wanted(one)]
    return ModelState(app_label, whole.name, fields, options, (models.Model,))


class _Drawing:
    """What a drawn model shows of its state. A changed field is another object in Django's states."""

    def __init__(self, state: ModelState) -> None:
        self._parts = [*state.fields.items(), *state.managers]
        self._options = {name: value for name, value in state.options.items() if name not in SET_AS_THEY_ARE}
        self._bases = state.bases

    def shows(self, state: ModelState) -> bool:
        """Would the state be drawn the same way?"""
        other = _Drawing(state)
        same_parts = len(self._parts) == len(other._parts) and all(
            mine[0] == theirs[0] and mine[1] is theirs[1]
            for mine, theirs in zip(self._parts, other._parts, strict=True)
        )
        return same_parts and self._options == other._options and self._bases == other._bases
