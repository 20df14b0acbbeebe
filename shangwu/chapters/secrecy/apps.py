from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class SecrecyConfig(AppConfig):
    name = "shangwu.chapters.secrecy"
    label = "secrecy"
    verbose_name = _("Confidentiality")

    def ready(self) -> None:
        load(self)
