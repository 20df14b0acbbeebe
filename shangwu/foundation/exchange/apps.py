from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records import rooms


class ExchangeConfig(AppConfig):
    name = "shangwu.foundation.exchange"
    label = "exchange"
    verbose_name = _("Import and export")

    def ready(self) -> None:
        """Declare who sees imports, what is done with them, and the jobs that do it."""
        rooms.load(self)
        from shangwu.foundation.exchange import attaching, forgetting, kept, work  # noqa: F401 -- declare theirs
