from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class ApprovalsConfig(AppConfig):
    name = "shangwu.foundation.approvals"
    label = "approvals"
    verbose_name = _("Approvals")

    def ready(self) -> None:
        from shangwu.foundation.approvals import schedule  # noqa: F401 -- declares the clockwork

        load(self)
