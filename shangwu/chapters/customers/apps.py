from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class CustomersConfig(AppConfig):
    name = "shangwu.chapters.customers"
    label = "customers"
    verbose_name = _("Customer relations")

    def ready(self) -> None:
        load(self)
