from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class SalesConfig(AppConfig):
    name = "shangwu.chapters.sales"
    label = "sales"
    verbose_name = _("Sales execution")

    def ready(self) -> None:
        load(self)
