"""Pages of clause 2.6.2: Word templates of contracts."""

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import ContractTemplate
from shangwu.foundation.pages.kit import Group, Pages, View

Pages(
    ContractTemplate,
    clause="2.6.2",
    columns=["name", "kind", "state", "released_by", "released_at", "owner"],
    filters=["state", "kind"],
    views=[View("released", _("Released"), "state=released")],
    title=["name"],
    empty=_("No templates yet. Write one in Word with names such as {{buyer}}, and have legal release it."),
    icon="file-text",
    order=24,
    track=["draft", "released"],
    facts=[Group(_("Template"), "kind", "places", "released_by", "released_at")],
    groups=[Group(_("Template"), "name", "kind", clause="2.6.2")],
)
