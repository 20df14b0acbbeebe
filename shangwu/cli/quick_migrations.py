"""Django's migrations in a fraction of their time.

Django draws a changed model anew after each operation, and with it every model that is related to it by any number of
steps. Our records are all related, through the people who own them, so that a new database cost the square of their
number. Most need no such drawing: a model that was not there before changes no other, and an index, constraint or
trigger changes no field. Nor does the database need it: a table or column is made from a sketch of its model, in which
the models that it refers to have nothing but their keys, or, where a constraint of ours speaks of two tables, their own
columns. So the models are drawn when somebody asks for them, and at the end the program's own serve.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.apps import apps as program
from django.apps.registry import Apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RenameField,
    RunPython,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import AlterTogetherOptionOperation
from django.db.migrations.state import ModelState, ProjectState, StateApps
from pgtrigger.migrations import AddTrigger, RemoveTrigger

# Set on the drawn model as they are: nothing else of it depends on them.
SET_AS_THEY_ARE = frozenset({"indexes", "constraints", "triggers"})

SKETCHED: tuple[type[Operation], ...] = (
    AddConstraint, AddField, AddIndex, AddTrigger, AlterField, AlterTogetherOptionOperation, CreateModel,
    RemoveConstraint, RemoveField, RemoveIndex, RemoveTrigger, RenameField,
)  # fmt: skip
"""Operations that ask their model's own table only."""

_UNDRAWN = "_undrawn"
"""In a state's attributes: keys of the models that have changed since they were drawn."""

_render, _clone, _run_python = ModelState.render, ProjectState.clone, RunPython.database_forwards


@contextlib.contextmanager
def quickly() -> Iterator[None]:
    """Inside the block, migrations draw only models that have really changed, and only when they are asked for."""
    drawn: dict[Any, Any] = {}
    ways: list[tuple[Any, str, Any]] = [
        (ModelState, "render", _render_and_remember),
        (ProjectState, "apps", property(_drawn, _keep)),
        (ProjectState, "clone", _clone_undrawn),
        (ProjectState, "clear_delayed_apps_cache", _end),
        (ProjectState, "reload_model", _note_if_changed),
        (RunPython, "database_forwards", _run),
        *((kind, "database_forwards", _on_sketches(kind, drawn)) for kind in SKETCHED),
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
        self.reload_models(undrawn & self.models.keys(), delay=False)
    found: StateApps = kept["apps"]
    return found


def _keep(self: ProjectState, apps: StateApps) -> None:
    self.__dict__["apps"] = apps


def _end(self: ProjectState) -> None:
    """What follows the last migration asks for all models: those of the program, unless not all were migrated to."""
    ours = program.get_models(include_swapped=True)
    if self.models.keys() == {(one._meta.app_label, one._meta.model_name) for one in ours}:
        self.__dict__.pop(_UNDRAWN, None)
        self.__dict__["apps"] = _Program()


def _clone_undrawn(self: ProjectState) -> ProjectState:
    """A copy of the state in which the same models are still to draw."""
    undrawn = self.__dict__.pop(_UNDRAWN, set())
    lent, self.models = self.models, {}
    copied = _clone(self)
    self.models, copied.models = _Lent(dict.items(lent)), _Lent(dict.items(lent))
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


class _Program:
    """The program's own models, where Django expects drawn ones: there is nothing more to draw."""

    real_models: tuple[ModelState, ...] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(program, name)

    def bulk_update(self) -> contextlib.AbstractContextManager[None]:
        """Of nothing."""
        return contextlib.nullcontext()

    def render_multiple(self, none: Iterable[ModelState]) -> None:
        """Of nothing."""


@dataclass(frozen=True, slots=True)
class _Later:
    """A state whose models are drawn when one of them is asked for."""

    state: ProjectState

    @property
    def apps(self) -> Self:
        """What draws them."""
        return self

    def clear_delayed_apps_cache(self) -> None:
        """Nothing here is delayed half-way."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self.state.apps, name)


class _Lent(dict[Any, ModelState]):
    """The states of all models, lent by another project state: each is copied when it is first asked for."""

    def __init__(self, lent: Iterable[tuple[Any, ModelState]]) -> None:
        super().__init__(lent)
        self._uncopied = set(self)

    def __getitem__(self, key: Any) -> ModelState:
        if key in self._uncopied:
            self._uncopied.discard(key)
            self[key] = super().__getitem__(key).clone()
        return super().__getitem__(key)

    def get(self, key: Any, default: Any = None) -> Any:
        """As of a dictionary."""
        try:
            return self[key]
        except KeyError:
            return default

    def values(self) -> Any:
        """As of a dictionary; all of them are copied."""
        for key in tuple(self._uncopied):
            self[key]
        return super().values()

    def items(self) -> Any:
        """As of a dictionary; all of them are copied."""
        self.values()
        return super().items()


@dataclass(frozen=True, slots=True)
class _Sketched:
    """A state as an operation sees it: what its models are, and of each model a sketch."""

    state: ProjectState
    drawn: dict[tuple[str, str], tuple[dict[str, Any], Any]]
    wide: bool = False
    """Whether the models that it refers to have their own columns too; such a sketch is drawn for one operation."""

    @property
    def models(self) -> Any:
        """The states of all models."""
        return self.state.models

    @property
    def apps(self) -> Self:
        """What gives the sketches."""
        return self

    def get_model(self, app_label: str, model_name: str) -> Any:
        """The model with all of its columns; what they refer to has nothing but its key. Raises _NoSketch."""
        key = (app_label, model_name.lower())
        own = self.state.models[key]
        if self.wide:
            return self._draw(own)
        fields, model = self.drawn.get(key, ({}, None))
        kept = fields.keys() <= own.fields.keys() and all(
            fields.get(name, one) is one for name, one in own.fields.items()
        )
        if model is None or not kept:
            fields, model = {}, self._draw(own)
        else:
            added = {name: one for name, one in own.fields.items() if name not in fields}
            self._outline(added, own.app_label, model._meta.apps)
            for name, one in added.items():
                model.add_to_class(name, one.clone())
        self.drawn[key] = ({**fields, **own.fields}, model)
        return model

    def _draw(self, own: ModelState) -> Any:
        if any(isinstance(one, str) for one in own.bases):
            raise _NoSketch
        apps = Apps()
        self._outline(own.fields, own.app_label, apps, f"{own.app_label}.{own.name_lower}")
        options = {name: value for name, value in own.options.items() if name != "triggers"}
        return ModelState(own.app_label, own.name, dict(own.fields), options, (models.Model,)).render(apps)

    def _outline(self, fields: Mapping[str, Any], app_label: str, apps: Apps, here: str = "") -> None:
        """Table and key of each model that the fields refer to."""
        for target in sorted({_target(one, app_label) for one in fields.values() if one.is_relation} - {here}):
            label, _dot, name = target.partition(".")
            if (label, name) not in self.state.models:
                raise _NoSketch
            if name not in apps.all_models[label]:
                _outline(self.state.models[label, name], wide=self.wide).render(apps)


class _NoSketch(Exception):
    """The model stands in more relations than a sketch shows."""


def _target(field: Any, app_label: str) -> str:
    """What a field refers to, as app.model in small letters."""
    model, through = field.remote_field.model, getattr(field.remote_field, "through", None)
    if not isinstance(model, str) or model == "self" or through is not None:
        raise _NoSketch
    return model.lower() if "." in model else f"{app_label}.{model.lower()}"


def _outline(whole: ModelState, *, wide: bool) -> ModelState:
    """A model's table and key; wide: with those of its columns that refer to nothing."""
    if any(one.is_relation and one.primary_key for one in whole.fields.values()):
        raise _NoSketch
    keys = [(name, one) for name, one in whole.fields.items() if one.primary_key or (wide and not one.is_relation)]
    options = {key: value for key, value in whole.options.items() if key in ("db_table", "managed", "swappable")}
    return ModelState(whole.app_label, whole.name, keys, options, (models.Model,))


def _changes_others(one: Operation, app_label: str, state: ProjectState) -> bool:
    """A column to which others may refer changes them with its type."""
    if not isinstance(one, AlterField):
        return False
    former: Any = state.models[app_label, one.model_name_lower].fields[one.name]
    if not former.unique or (type(former), former.max_length) == (type(one.field), one.field.max_length):
        return False
    fields = (each for model in dict.values(state.models) for each in model.fields.values())
    return former.primary_key or any(getattr(each.remote_field, "field_name", None) == one.name for each in fields)


def _run(self: Any, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
    """What a function of Python changes: many ask for no model."""
    later: Any = _Later(from_state)
    _run_python(self, app_label, schema_editor, later, to_state)


def _asks_another(one: Operation) -> bool:
    """A constraint of our own kind may speak of another table."""
    return isinstance(one, AddConstraint) and not type(one.constraint).__module__.startswith("django.")


def _on_sketches(kind: type[Operation], drawn: dict[Any, Any]) -> Any:
    """How the operation changes the database, on sketches wherever they tell enough."""
    django_way = kind.database_forwards

    def forwards(self: Any, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        try:
            if _changes_others(self, app_label, from_state):
                raise _NoSketch
            sketches: list[Any] = [_Sketched(one, drawn, _asks_another(self)) for one in (from_state, to_state)]
            django_way(self, app_label, schema_editor, *sketches)
        except (_NoSketch, FieldDoesNotExist):
            django_way(self, app_label, schema_editor, from_state, to_state)

    return forwards


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
