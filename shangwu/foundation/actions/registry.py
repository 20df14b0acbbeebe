"""The registry of actions: what the house can do, said once, drawn everywhere."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from rules.predicates import Predicate

from shangwu.foundation.access.predicates import anyone
from shangwu.foundation.actions.gone import Gone
from shangwu.foundation.actions.inputs import Input, fillable, from_field, from_part, from_signature
from shangwu.foundation.numbering.series import Series
from shangwu.foundation.records import own
from shangwu.foundation.records.actors import Actor, ActorKind
from shangwu.foundation.records.models import Record
from shangwu.foundation.records.refusals import Sentence

NEW, EDIT = _("New"), _("Edit")

Body = Callable[..., Iterable[models.Model | Gone] | None]
Prepare = Callable[[Sequence[Any], Actor, Sequence[Mapping[str, Any]]], Any]
Sweep = Callable[[Sequence[Any], Sequence[models.Model], Actor], Iterable[type[models.Model]]]


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """A named verb on a record type: `<chapter>.<record>.<verb>`, a public name that is never changed.

    source: states from which it may be done, None for any. target: the state it leads to.
    locks: paths of rows that the decision rests on, such as "customer" or "lines.product".
    reads: the same without a lock.
    makes: True when it creates the record. then: the verb that may follow a creation in the same press ("Put forward"),
    none where what was made is only to be kept. partial: inputs left out stay as they are (edit).
    series: the number series from which the record draws its number, last of all.
    numbers: the same for further records that the body makes (the shipment that an order's shipping makes).
    prepare: called once per run, when all rows are loaded and locked, with (records, by, inputs per record); it may
    query, and what it answers is the body's third argument: what a body must know that no path leads to (prices that
    apply, credit that is used). Records to be made have their fields; those to be edited are as they were.
    danger: a sentence that names what is lost, asked before it is done.
    sweeps: called with (records, rows made, by) when all rows are written, before the run is logged. It moves by
    statement what only a registry knows of, and no path leads to, and answers the tables that it touched.
    offered_when: shown only for records of which this is true; who comes too late meets the body's own refusal.
    own: own fields of the record type are taken too, if it takes fields at all.
    asks: a narrower right that only decides whether the verb is shown: who is not asked meets the body's own refusal.
    page: name of the route on which it is done, where the form of its inputs won't do.
    archive_too: done to what lies in the archive as well; else to that only if `from_archive`, or to what does not.
    persons_only: neither a token nor a device nor the house may do it: approvals, and what gives away keys.
    """

    name: str
    model: type[Record]
    verb: str
    clause: str
    label: Sentence
    may: Predicate
    body: Body | None = None
    inputs: tuple[Input, ...] = ()
    source: frozenset[str] | None = None
    target: str | None = None
    locks: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    makes: bool = False
    then: str = ""
    partial: bool = False
    from_archive: bool = False
    archive_too: bool = False
    series: Series | None = None
    numbers: Mapping[type[Record], Series] = field(default_factory=dict)
    prepare: Prepare | None = None
    sweeps: Sweep | None = None
    event: str = ""
    icon: str = ""
    primary: bool = False
    bulk: bool = False
    undo: bool = False
    danger: Sentence = ""
    needs_reason: bool = False
    offered_when: Callable[[Any], bool] | None = None
    asks: Predicate | None = None
    page: str = ""
    persons_only: bool = False
    shown: bool = True
    description: str = ""
    own: bool = True
    input_names: frozenset[str] = field(default=frozenset())

    @property
    def secrets(self) -> frozenset[str]:
        """The names of its inputs that are passwords or keys."""
        return frozenset(one.name for one in self.inputs if one.secret)

    @property
    def takes_own(self) -> bool:
        """Whether own fields of the record type may be given: where records are made or edited by their fields."""
        return self.own and (self.makes or self.partial)

    def fits(self, record: Record) -> bool:
        """Whether the record's state and archive allow this verb; rights are asked apart."""
        return self.lies_right(record) and (self.source is None or getattr(record, "state", None) in self.source)

    def lies_right(self, record: Record) -> bool:
        """Whether the record lies in the archive, or does not, as this verb wants it."""
        return self.archive_too or (record.archived_at is not None) == self.from_archive

    def admits(self, by: Actor) -> bool:
        """Whether this kind of actor may do it at all: a token within its scopes, a person always."""
        if self.persons_only and by.kind is not ActorKind.PERSON:
            return False
        return by.allowed is None or _token_allows(by.allowed, self)

    def offered_to(self, by: Actor, record: Record | None) -> bool:
        """Whether the verb is shown to `by`: rights, and state when a record is given."""
        if not self.admits(by) or not self.may(by, record):
            return False
        if record is None:
            return True
        is_time = self.fits(record) and (self.offered_when is None or self.offered_when(record))
        return is_time and (self.asks is None or bool(self.asks(by, record)))


actions: dict[str, Action] = {}

followers: list[Callable[[Action], None]] = []
"""Called with each action as it is declared: `undo` registers its own verb beside those it can take back."""


def _token_allows(allowed: frozenset[str], one: Action) -> bool:
    record_type = record_name(one.model)
    return "write" in allowed or one.name in allowed or f"{record_type}:write" in allowed


def record_name(model: type[models.Model]) -> str:
    """The public name of a record type: `sales.order`."""
    return f"{model._meta.app_label}.{model._meta.model_name}"


def get(name: str) -> Action:
    """The action of that name. Raises KeyError."""
    return actions[name]


def actions_of(model: type[models.Model]) -> list[Action]:
    """All actions of a record type, in the order of their declaration."""
    return [one for one in actions.values() if one.model is model]


def register(model: type[Record], verb: str, clause: str, **options: Any) -> Action:
    """Take an action into the registry. Chapters call `action`, `create`, `edit`, `archive`, `keep` instead.

    Raises ValueError when the record type has that verb already.
    """
    name = f"{record_name(model)}.{verb}"
    if name in actions:
        raise ValueError(f"action {name} is declared twice")
    inputs: tuple[Input, ...] = options.get("inputs", ())
    options.setdefault("event", f"{record_name(model)}.{_past(verb)}")
    made = Action(
        name=name, model=model, verb=verb, clause=clause, input_names=frozenset(one.name for one in inputs), **options
    )
    actions[name] = made
    if made.takes_own:
        own.extensible[model] = None
    for follow in followers:
        follow(made)
    return made


def _past(verb: str) -> str:
    """The event name of a verb: confirm, confirmed; archive, archived; ship, shipped."""
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y"):
        return verb[:-1] + "ied"
    return verb + "ed"


_PAST = {
    "leave": "left", "withdraw": "withdrawn",
    "cancel": "cancelled", "lose": "lost", "pay": "paid", "put_back": "put_back", "ship": "shipped",
    "set_clearance": "clearance_set", "submit": "submitted", "take_back": "taken_back", "win": "won",
}  # fmt: skip


def action(
    model: type[Record],
    verb: str,
    *,
    clause: str,
    label: Sentence,
    may: Predicate,
    source: str | Sequence[str] | None = None,
    target: str | None = None,
    **options: Any,
) -> Callable[[Body], Body]:
    """Register a verb. The decorated body holds only what is special to it.

    The body receives (record, by, **inputs), changes the record and rows it has locked in memory, and may
    return further rows to write. It never queries: `locks` and `reads` have loaded what it needs. It refuses
    by raising Refusal.
    """

    def declare(body: Body) -> Body:
        register(
            model,
            verb,
            clause,
            label=label,
            may=may,
            body=body,
            inputs=from_signature(body),
            source=_states(source),
            target=str(target) if target is not None else None,
            description=(body.__doc__ or "").strip(),
            locks=tuple(options.pop("locks", ())),
            reads=tuple(options.pop("reads", ())),
            **options,
        )
        return body

    return declare


def _states(source: str | Sequence[str] | None) -> frozenset[str] | None:
    if source is None:
        return None
    return frozenset({str(source)} if isinstance(source, str) else map(str, source))


def create(
    model: type[Record],
    *,
    clause: str,
    may: Predicate,
    fields: Sequence[str | Input],
    parts: Mapping[str, Sequence[str | Input]] | None = None,
    label: Sentence = NEW,
    body: Body | None = None,
    **options: Any,
) -> Action:
    """Register the making of a record from its fields, and its parts. `body` completes it (prices, totals)."""
    return register(
        model,
        options.pop("verb", "create"),
        clause,
        label=label,
        may=may,
        body=body,
        inputs=_inputs(model, fields, parts),
        makes=True,
        icon=options.pop("icon", "plus"),
        locks=tuple(options.pop("locks", ())),
        reads=tuple(options.pop("reads", ())),
        description=((body.__doc__ if body else "") or "").strip(),
        **options,
    )


def edit(
    model: type[Record],
    *,
    clause: str,
    may: Predicate,
    fields: Sequence[str | Input],
    parts: Mapping[str, Sequence[str | Input]] | None = None,
    label: Sentence = EDIT,
    body: Body | None = None,
    **options: Any,
) -> Action:
    """Register the editing of fields, and of parts as a whole list. What is left out stays as it is."""
    return register(
        model,
        options.pop("verb", "edit"),
        clause,
        label=label,
        may=may,
        body=body,
        inputs=tuple(one.optional for one in _inputs(model, fields, parts)),
        source=_states(options.pop("source", None)),
        partial=True,
        bulk=options.pop("bulk", True),
        undo=options.pop("undo", True),
        icon=options.pop("icon", "pencil"),
        locks=tuple(options.pop("locks", ())),
        reads=tuple(options.pop("reads", ())),
        description=((body.__doc__ if body else "") or "").strip(),
        **options,
    )


def archive(model: type[Record], *, clause: str, may: Predicate, **options: Any) -> tuple[Action, Action]:
    """Register archive (hides and keeps) and its way back."""
    hide = register(
        model, "archive", clause, label=_("Archive"), may=may, body=_archive, icon="archive", bulk=True, undo=True,
        danger=_("It disappears from lists. It is kept, and can be brought back."), **options,
    )  # fmt: skip
    back = register(
        model, "unarchive", clause, label=_("Bring back"), may=may, body=_unarchive, icon="arrow-back-up", bulk=True,
        undo=True, from_archive=True,
    )  # fmt: skip
    return hide, back


def _archive(record: Record, by: Actor) -> None:
    record.archived_at = record.changed_at


def _unarchive(record: Record, by: Actor) -> None:
    record.archived_at = None


def _inputs(
    model: type[Record], fields: Sequence[str | Input], parts: Mapping[str, Sequence[str | Input]] | None
) -> tuple[Input, ...]:
    plain = tuple(one if isinstance(one, Input) else from_field(model, one) for one in fields)
    return plain + tuple(from_part(model, relation, names) for relation, names in (parts or {}).items())


def keep(
    model: type[Record],
    *,
    clause: str,
    may: Predicate,
    fields: Sequence[str | Input] | None = None,
    parts: Mapping[str, Sequence[str | Input]] | None = None,
    body: Body | None = None,
    see: Predicate = anyone,
    **options: Any,
) -> None:
    """Register create, edit, archive and unarchive with the same fields and rights: the everyday record.

    fields: what a person fills in; all that the model lets be edited, in its order, where they are not named.
    """
    fields = fillable(model) if fields is None else fields
    create(model, clause=clause, may=may, fields=fields, parts=parts, body=body, **options)
    edit(model, clause=clause, may=may, fields=fields, parts=parts, body=body)
    archive(model, clause=clause, may=may)
