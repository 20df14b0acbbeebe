"""Pages of clause 2.4: sales channels."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.channels.models import Channel
from shangwu.foundation.pages.kit import Due, Group, Hidden, Pages, View

Pages(
    Channel,
    clause="2.4.1",
    columns=[
        "name", "number", "kind", "state", "owner", "region", "categories", "exclusive",
        Due("authorised_until", open_while=["trial", "active"]), Hidden("payment_days"), Hidden("identity_number"),
        Hidden("province"),
    ],
    filters=["state", "kind", "owner", "department", "authorised_until"],
    sorts=["name", "authorised_until"],
    views=[View("mine", _("Mine"), "owner=me"), View("active", _("Active"), "state=trial&state=active")],
    empty=_("No channels yet. Enter the first lead."),
    icon="building-store",
    track=["lead", "talks", "vetting", "qualified", "signed", "trial", "active"],
    facts=[
        Group(_("Channel"), "kind", "region", "categories", "exclusive", "authorised_from", "authorised_until"),
        Group(_("Company"), "jurisdiction", "identity_number", "province", "legal_person"),
        Group(_("Terms"), "yearly_target", "payment_days", "deposit"),
    ],
    groups=[
        Group(_("Channel"), "name", "kind", "region", "categories", "exclusive", clause="2.4.1"),
        Group(_("Company"), "jurisdiction", "identity_number", "province", "legal_person"),
        Group(_("Terms"), "authorised_from", "authorised_until", "yearly_target", "payment_days", "deposit"),
    ],
)  # fmt: skip
