"""What may be done to tokens and webhooks. Only persons make them: a stolen key must not make another."""

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.access.predicates import anyone, holds, predicate
from shangwu.foundation.actions.door import Refusal, action, archive, create, edit
from shangwu.foundation.api import tokens
from shangwu.foundation.api.models import Subscription, Token
from shangwu.foundation.api.webhooks import signing
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor


@predicate
def is_its_person(by: Actor, record: Token | Subscription | None) -> bool:
    """Whose token or webhook it is; the house itself may stop a webhook."""
    return by.is_system or (by.person_id is not None and (record is None or record.person_id == by.person_id))


watches_over_it = is_its_person | holds(Role.ADMINISTRATOR, Role.SECRECY_OFFICER)
sends_data_out = holds(Role.ADMINISTRATOR, Role.HEAD, Role.VICE_EXECUTIVE, Role.EXECUTIVE)

create(
    Token,
    clause="3.4.2",
    may=anyone,
    fields=["name", "scopes", "expires_at"],
    label=_("New token"),
    body=tokens.equip,
    persons_only=True,
)


@action(
    Token, "revoke", clause="3.4.2", label=_("Revoke"), may=watches_over_it, icon="ban", bulk=True,
    danger=_("Programs that use it stop working at once. It can't be brought back."),
)  # fmt: skip
def revoke(token: Token, by: Actor) -> None:
    """Make a token worthless at once, for ever (3.4.2). Refuses `revoked`."""
    if token.revoked_at is not None:
        raise Refusal("revoked", _("This token was revoked before. There is nothing left to do."))
    token.revoked_at = token.changed_at


create(
    Subscription,
    clause="3.4.2",
    may=sends_data_out,
    fields=["name", "url", "listens_to"],
    label=_("New webhook"),
    body=signing.equip,
    persons_only=True,
)
edit(
    Subscription, clause="3.4.2", may=is_its_person, fields=["name", "url", "listens_to"], bulk=False, persons_only=True
)
archive(Subscription, clause="3.4.2", may=watches_over_it)


@action(
    Subscription, "renew", clause="3.4.2", label=_("New signing secret"), may=is_its_person, icon="refresh",
    danger=_("The receiver refuses our messages until it knows the new secret."), persons_only=True,
)  # fmt: skip
def renew(subscription: Subscription, by: Actor) -> None:
    """Replace the signing secret, which is shown once (3.4.2)."""
    signing.salt(subscription)


@action(
    Subscription, "suspend", clause="3.4.2", label=_("Suspend"), may=watches_over_it, icon="player-pause", bulk=True
)  # fmt: skip
def suspend(subscription: Subscription, by: Actor) -> None:
    """Send nothing more to this address (3.4.2); what happens meanwhile is not sent later."""
    subscription.active = False


@action(Subscription, "resume", clause="3.4.2", label=_("Resume"), may=is_its_person, icon="player-play")
def resume(subscription: Subscription, by: Actor) -> None:
    """Send again from now on (3.4.2)."""
    subscription.active = True


@action(Subscription, "test", clause="3.4.2", label=_("Send a test"), may=is_its_person, icon="send")
def test(subscription: Subscription, by: Actor) -> None:
    """Send the event `api.subscription.tested` to this address, whatever it listens to. Refuses `suspended`."""
    if not subscription.active:
        raise Refusal("suspended", _("This webhook is suspended. Resume it first."))
