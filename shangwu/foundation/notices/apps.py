from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "shangwu.foundation.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from shangwu.foundation.notices import forgetting, schedule  # noqa: F401 -- declare what they keep
        from shangwu.foundation.records import rooms

        rooms.load(self)
