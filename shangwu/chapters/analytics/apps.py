from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AnalyticsConfig(AppConfig):
    name = "shangwu.chapters.analytics"
    label = "analytics"
    verbose_name = _("Sales analysis")

    def ready(self) -> None:
        from shangwu.foundation.records import rooms

        rooms.load(self)
