from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ROOMS = ("explorer",)


class AnalyticsConfig(AppConfig):
    name = "shangwu.chapters.analytics"
    label = "analytics"
    verbose_name = _("Sales analysis")

    def ready(self) -> None:
        from shangwu.foundation.records import rooms

        rooms.load(self)
        for room in ROOMS:
            rooms.load_declarations(f"{self.name}.{room}")
