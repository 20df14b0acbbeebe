from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ROOMS = ("closing", "explorer", "reports", "performance")
"""The rooms of the chapter, each with its own declarations."""


class AnalyticsConfig(AppConfig):
    name = "shangwu.chapters.analytics"
    label = "analytics"
    verbose_name = _("Sales analysis")

    def ready(self) -> None:
        from shangwu.foundation.records import rooms

        rooms.load(self)
        for room in ROOMS:
            if find_spec(f"{self.name}.{room}") is not None:
                rooms.load_declarations(f"{self.name}.{room}")
