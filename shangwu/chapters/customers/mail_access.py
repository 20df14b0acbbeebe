"""Who sees mail with customers and who may do what with it (2.5.2)."""

import uuid
from typing import Any

from django.db.models import Q
from rules.predicates import Predicate

from shangwu.chapters.customers.access import CONTACT
from shangwu.chapters.customers.models import Customer, MailTemplate, Message
from shangwu.foundation.access.predicates import holds, predicate
from shangwu.foundation.access.scoping import by_link, open_to_all
from shangwu.foundation.people.models import Entity
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor, ActorKind
from shangwu.foundation.records.scopes import Arm, declare, with_seen

SORTERS = (Role.SERVICE, Role.SALES_SUPPORT, Role.HEAD)
"""Who finds out to whom a mail belongs that nobody knows."""


def _messages(actor: Actor) -> list[Arm]:
    """Those of the customers one sees; those of nobody, for who sorts the department's mail."""
    arms = [Arm("with", with_seen("customer_id", Customer, actor), ("customer",))]
    if actor.holds_any(SORTERS):
        departments = actor.departments_of(SORTERS)
        theirs = Q() if departments is None else Q(department_id__in=sorted(departments))
        arms.append(Arm("unsorted", Q(customer__isnull=True) & theirs, ("department",)))
    return arms


declare(Message, _messages)
open_to_all(MailTemplate)


def by_contact(entity: Entity, contact: uuid.UUID) -> Actor:
    """A person outside who came by the link of a mail of ours: for their own consent, and nothing else."""
    return by_link(entity, (CONTACT, contact))


@predicate
def comes_by_mail(by: Actor, record: Any) -> bool:
    """Only the person themselves, by the link of a mail."""
    return by.kind is ActorKind.LINK


@predicate
def wrote(by: Actor, message: Message | None) -> bool:
    """One sends and changes one's own mail only."""
    if by.is_system or message is None:
        return by.is_system or by.person_id is not None
    return message.is_outgoing and message.owner_id == by.person_id


@predicate
def keeps_templates(by: Actor, template: MailTemplate | None) -> bool:
    """2.5.2: templates are the whole house's words, kept by those who speak for it."""
    return by.is_system or by.holds_any((Role.HEAD, Role.SALES_SUPPORT, Role.MARKETING, Role.SERVICE))


sorts_mail: Predicate = holds(*SORTERS)
