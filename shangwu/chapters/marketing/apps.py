from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class MarketingConfig(AppConfig):
    name = "shangwu.chapters.marketing"
    label = "marketing"
    verbose_name = _("Marketing")

    def ready(self) -> None:
        load(self)
