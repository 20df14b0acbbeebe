from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class EvidenceConfig(AppConfig):
    name = "shangwu.foundation.evidence"
    label = "evidence"
    verbose_name = _("Audit bundles")

    def ready(self) -> None:
        load(self)
