"""A form as it is drawn: groups of fields and grids, with what was entered and what is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from shangwu.foundation.actions.inputs import Input, Kind
from shangwu.foundation.actions.own_inputs import inputs_of
from shangwu.foundation.actions.registry import Action
from shangwu.foundation.pages.elements import Column, Group, Lines, Wide
from shangwu.foundation.pages.forms import grid
from shangwu.foundation.pages.forms.entries import REASON, Entries, names_by_key
from shangwu.foundation.pages.forms.fields import Field, width_of
from shangwu.foundation.pages.forms.grid import Grid
from shangwu.foundation.pages.frame import clause_facts
from shangwu.foundation.pages.registry import FormPage, record_pages
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.refusals import Sentence
from shangwu.foundation.records.scopes import hidden_fields

Errors = dict[str, list[Sentence]]


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """A card: fields in six columns, or one grid."""

    title: Sentence
    fields: list[dict[str, Any]] = field(default_factory=list)
    grid: Grid | None = None
    clause: Any = None
    help: Sentence = ""


class Form:
    """The form of an action for one person.

    errors: place in the form -> sentences. said: sentences that belong to no field. concealed: references that stand
    in the record but may not be seen by this person; they are left out and stay as they are.
    """

    def __init__(
        self,
        one: Action,
        actor: Actor,
        entries: Entries,
        *,
        errors: Errors | None = None,
        said: Sequence[Sentence] = (),
        concealed: frozenset[str] = frozenset(),
        computed: Mapping[str, str] | None = None,
    ) -> None:
        self.action, self.actor = one, actor
        self.inputs = offered_inputs(one, actor)
        self.entries = _with_labels(entries, self.inputs, actor)
        self.field_errors: Errors = dict(errors or {})
        self.said = list(said)
        self.concealed = concealed
        self.computed = dict(computed or {})

    @property
    def page(self) -> FormPage | None:
        """What the chapter declared for this form."""
        pages = record_pages.get(self.action.model)
        return pages.form(self.action.name) if pages else None

    @cached_property
    def groups(self) -> list[DrawnGroup]:
        """The cards of the form. Inputs that no group names stand in a last one, so that none is lost."""
        left = {one.name: one for one in self.inputs if one.name not in self.concealed}
        found: list[DrawnGroup] = []
        for group in self.page.groups if self.page else ():
            found += self._drawn(group, left)
        for card, names in self._own_cards(left).items():
            found += self._drawn(Group(card or _("Further entries"), *names), left)
        plain = [name for name, one in left.items() if one.kind is not Kind.PARTS]
        if plain:
            title = _("Further entries") if found else capfirst(str(self.action.model._meta.verbose_name))
            found += self._drawn(Group(title, *plain), left)
        for name in list(left):
            found += self._drawn(Group(capfirst(str(left[name].label)), Lines(name)), left)
        if self.action.needs_reason:
            found.append(DrawnGroup(_("Reason"), [{"field": self._field(reason_input()), "width": 6}]))
        return found

    def _own_cards(self, left: Mapping[str, Input]) -> dict[str, list[str]]:
        """Names of the own fields by the card that they stand in."""
        found: dict[str, list[str]] = {}
        for each in own.fields_of(self.action.model):
            if each.name in left:
                found.setdefault(each.heading, []).append(each.name)
        return found

    def _drawn(self, group: Group, left: dict[str, Input]) -> Iterable[DrawnGroup]:
        """The cards of a declared group: its fields, then each of its grids on a card of its own."""
        clause = clause_facts(group.clause)
        fields: list[dict[str, Any]] = []
        grids: list[Grid] = []
        for item in group.items:
            if isinstance(item, Lines):
                if one := left.pop(item.relation, None):
                    grids.append(self._grid(one, item.fields))
                continue
            name, width = (item.name, item.columns) if isinstance(item, Wide) else (str(getattr(item, "name", item)), 0)
            if one := left.pop(name, None):
                if one.kind is Kind.PARTS:
                    grids.append(self._grid(one, ()))
                else:
                    fields.append({"field": self._field(one), "width": width or width_of(one)})
        if fields:
            yield DrawnGroup(group.title, fields, None, clause, group.help)
        for each in grids:
            title = group.title if not fields else capfirst(str(each.label))
            yield DrawnGroup(title, [], each, None if fields else clause)

    def _field(self, one: Input) -> Field:
        return Field(one, one.name, self.entries, list(self.field_errors.get(one.name, ())))

    def _grid(self, one: Input, names: Sequence[str | Column]) -> Grid:
        hidden = hidden_fields(one.model, self.actor) if one.model else frozenset()
        return Grid(one, self.entries, grid.heads(one, names, hidden), self.field_errors, self.computed)

    @cached_property
    def plain_fields(self) -> list[Field]:
        """All fields that stand in no grid, for a dialog."""
        return [each["field"] for group in self.groups for each in group.fields]

    @cached_property
    def grids(self) -> list[Grid]:
        """The grids of the form."""
        return [group.grid for group in self.groups if group.grid is not None]

    # What the summary of errors reads, named like Django's forms because the component was made for those.

    @property
    def errors(self) -> list[Any]:
        """Everything wrong, for the count in the summary."""
        return [*self.said, *self.field_errors]

    @cached_property
    def non_field_errors(self) -> list[Sentence]:
        """Sentences that belong to no field of this form."""
        return [*self.said, *(said for name in self._unplaced() for said in self.field_errors[name])]

    @cached_property
    def visible_fields(self) -> list[Any]:
        """The wrong fields, with the row they stand in."""
        found: list[Any] = [each for each in self.plain_fields if each.errors]
        for each in self.grids:
            for row in each.rows:
                at = _("%(rows)s, row %(number)s") % {"rows": each.label, "number": row.number}
                for cell in row.cells:
                    if cell.field is not None and cell.field.errors:
                        found.append(_located(f"{at}: {cell.head.label}", cell.field.id_for_label, cell.field.errors))
                if row.errors:
                    found.append(_located(at, f"id_{each.name}", row.errors))
            if said := self.field_errors.get(each.name):
                found.append(_located(str(each.label), f"id_{each.name}", said))
        return found

    def _unplaced(self) -> list[str]:
        shown = {each.name for each in self.plain_fields} | {each.name for each in self.grids}
        for each in self.grids:
            for row in each.rows:
                shown.add(f"{each.name}-{row.place}")
                shown |= {cell.field.name for cell in row.cells if cell.field is not None}
        return [name for name in self.field_errors if name not in shown]


def reason_input() -> Input:
    """The field in which a person says why, where an action asks for it."""
    return Input(REASON, Kind.TEXT, _("Reason"), multiline=True, max_length=2000, help=_("It stands in the log."))


def offered_inputs(one: Action, actor: Actor) -> tuple[Input, ...]:
    """The inputs of an action that this person may fill in."""
    hidden = hidden_fields(one.model, actor)
    return tuple(each for each in inputs_of(one, actor) if each.name not in hidden)


def _located(label: str, at: str, said: Sequence[Sentence]) -> Any:
    return SimpleNamespace(label=label, id_for_label=at, errors=said)


LABELS = "_labels"
"""After the name of a field that holds several records: their names, for showing."""


def _with_labels(entries: Entries, inputs: Sequence[Input], actor: Actor) -> Entries:
    """Entries whose references have the names that their pickers show."""
    several = [one for one in inputs if one.kind is Kind.REFERENCES and any(entries.get(one.name, []))]
    single = [
        one
        for one in inputs
        if one.kind is Kind.REFERENCE
        and any(entries.get(one.name, []))
        and not any(entries.get(f"{one.name}_text", []))
    ]
    if not several and not single:
        return entries
    names = names_by_key(actor, ((one.model, key) for one in (*several, *single) for key in entries[one.name] if key))
    found = dict(entries)
    for one in several:
        found[one.name] = [key for key in entries[one.name] if key]
        found[f"{one.name}{LABELS}"] = [names.get((one.model, key), key) for key in found[one.name]]
    for one in single:
        found[f"{one.name}_text"] = [names.get((one.model, key), key) for key in entries[one.name] if key]
    return found
