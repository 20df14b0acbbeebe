"""Who sees robots: those who keep them. Who sees calendar addresses: whose they are. Nobody sees what is secret."""

from django.db.models import Q

from shangwu.foundation.notices.models import Feed, Robot
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm

KEEPERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.SECRECY_OFFICER)


def _kept(actor: Actor) -> list[Arm]:
    return [Arm("all", Q())] if actor.holds_any(KEEPERS) else []


def _own_or_overseen(actor: Actor) -> list[Arm]:
    if actor.holds_any(KEEPERS):
        return [Arm("all", Q())]
    return [Arm("own", Q(person_id=actor.person_id), ("person",))] if actor.person_id else []


def _nobody(actor: Actor) -> bool:
    return False


scopes.declare(Robot, _kept)
scopes.declare_fields(Robot, {"sealed_address": _nobody, "sealed_secret": _nobody})
scopes.declare(Feed, _own_or_overseen)
scopes.declare_fields(Feed, {"digest": _nobody})
