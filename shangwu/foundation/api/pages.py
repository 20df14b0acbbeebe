"""Pages of tokens and webhooks: each person's own, and the officers' view of all."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.foundation.actions.registry import record_name
from shangwu.foundation.api.models import Subscription, Token, TokenUse
from shangwu.foundation.api.vocabulary import events, record_types
from shangwu.foundation.api.webhooks.delivering import newest
from shangwu.foundation.pages.kit import Group, Pages, Panel, panel
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record

Pages(
    Token,
    clause="3.4.2",
    columns=["name", "prefix", "person", "scopes", "expires_at", "revoked_at"],
    filters=["person", "expires_at", "revoked_at"],
    facts=["name", "prefix", "person", "scopes", "expires_at", "revoked_at"],
    groups=[Group(_("Token"), "name", "scopes", "expires_at")],
    empty=_("No tokens yet. A token lets a program act for you, within what you allow it."),
    icon="key",
)
Pages(
    Subscription,
    clause="3.4.2",
    columns=["name", "url", "listens_to", "person", "active"],
    filters=["person", "active"],
    facts=["name", "url", "listens_to", "person", "active"],
    groups=[Group(_("Webhook"), "name", "url", "listens_to")],
    empty=_("No webhooks yet. A webhook tells another system what happens here, as it happens."),
    icon="send",
)


def _use(actor: Actor, token: Record | None) -> dict[str, Any]:
    """When a token was last used."""
    return {"use": TokenUse.objects.filter(token_id=token.pk if token else 0).first()}


def _deliveries(actor: Actor, subscription: Record | None) -> dict[str, Any]:
    """What was sent lately, and how it went."""
    assert isinstance(subscription, Subscription)
    return {"deliveries": newest(subscription)}


def _words(actor: Actor, record: Record | None) -> dict[str, Any]:
    """What a token may be allowed, what a webhook may listen to: names to copy."""
    return {"records": [record_name(model) for model in record_types()], "events": events()}


panel(Token, Panel("use", _("Last used"), "api/token_use.html", _use, place="side"))
panel(
    Subscription,
    Panel("deliveries", _("Deliveries"), "api/deliveries.html", _deliveries, place="tab"),
    Panel("words", _("Events"), "api/events.html", _words, place="tab"),
)
