"""Own fields are defined by an administrator, through the door like everything else."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import holds
from shangwu.foundation.actions.door import Refusal, archive, create, edit
from shangwu.foundation.own_fields.models import OwnField
from shangwu.foundation.own_fields.reading import roles_of
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.own import Kind
from shangwu.foundation.records.refusals import Sentence

SAID = ["label", "label_hans", "label_en", "help", "heading", "place"]
WHEN = ["needed_from", "since", "until"]
WHO = ["seen_by", "kept_by"]
OPTIONS = {"options": ["key", "label", "label_hans", "label_en"]}


def _require_sense(definition: Any, by: Actor) -> None:
    """A choice has options, each once, and nothing else has any; roles are roles of the regulation.

    Refuses `invalid` with a sentence per entry.
    """
    wrong: dict[str, list[Sentence]] = {}
    options: list[Any] = list(definition.options.all())
    keys = [one.key for one in options]
    if definition.kind == Kind.CHOICE and not options:
        wrong["options"] = [_("A choice needs options. Add at least one.")]
    elif definition.kind != Kind.CHOICE and options:
        wrong["options"] = [_("Only a choice has options. Take them away.")]
    elif len(set(keys)) < len(keys):
        wrong["options"] = [_("Two options have the same key. Give each its own.")]
    for name in WHO:
        if unknown := sorted(roles_of(getattr(definition, name)) - set(Role.values)):
            said = str(_("There are no such roles: %(roles)s. Possible are: %(known)s."))
            wrong[name] = [said % {"roles": ", ".join(unknown), "known": ", ".join(Role.values)}]
    if wrong:
        raise Refusal("invalid", _("Some entries need your attention."), fields=wrong)


administers = holds(Role.ADMINISTRATOR)

create(
    OwnField,
    clause="3.4.2",
    may=administers,
    fields=["record_type", "key", "kind", *SAID, *WHEN, *WHO],
    parts=OPTIONS,
    body=_require_sense,
)
edit(OwnField, clause="3.4.2", may=administers, fields=[*SAID, *WHEN, *WHO], parts=OPTIONS, body=_require_sense)
archive(OwnField, clause="3.4.2", may=administers)
