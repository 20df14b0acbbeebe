"""Who sees tokens and webhooks: whose they are, and the officers who watch over them. Nobody sees a digest."""

from django.db.models import Q

from shangwu.foundation.api.models import Subscription, Token
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records import scopes
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.scopes import Arm

OVERSEERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.SECRECY_OFFICER)


def _own_or_overseen(actor: Actor) -> list[Arm]:
    if actor.holds_any(OVERSEERS):
        return [Arm("all", Q())]
    return [Arm("own", Q(person_id=actor.person_id), ("person",))] if actor.person_id else []


def _nobody(actor: Actor) -> bool:
    return False


scopes.declare(Token, _own_or_overseen)
scopes.declare_fields(Token, {"digest": _nobody})
scopes.declare(Subscription, _own_or_overseen)
scopes.declare_fields(Subscription, {"salt": _nobody})
