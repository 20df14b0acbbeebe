from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AdministrationConfig(AppConfig):
    name = "shangwu.foundation.administration"
    label = "administration"
    verbose_name = _("Administration")

    def ready(self) -> None:
        from shangwu.foundation.administration import schedule, sessions, sign_in  # noqa: F401 -- they listen from the start
        from shangwu.foundation.records import rooms

        rooms.load(self)
