from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.policy.parameters import read_with
from shangwu.foundation.records.rooms import load


class RegulationConfig(AppConfig):
    name = "shangwu.foundation.regulation"
    label = "regulation"
    verbose_name = _("Regulation")

    def ready(self) -> None:
        import_module("shangwu.foundation.policy.house")
        import_module("shangwu.foundation.regulation.schedule")
        load(self)
        import_module("shangwu.foundation.regulation.authority")
        import_module("shangwu.foundation.regulation.house_replaying")
        read_with(import_module("shangwu.foundation.regulation.values").value_on)
