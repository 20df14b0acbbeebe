from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class DutiesConfig(AppConfig):
    name = "shangwu.foundation.duties"
    label = "duties"
    verbose_name = _("Duties")

    def ready(self) -> None:
        load(self)
        for name in ("threads", "ticking", "replaying", "lateness", "telling", "waivers"):
            import_module(f"shangwu.foundation.duties.{name}")
