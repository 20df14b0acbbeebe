from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    name = "shangwu.foundation.api"
    label = "api"
    verbose_name = _("API")

    def ready(self) -> None:
        from shangwu.foundation.records import rooms

        rooms.load(self)
