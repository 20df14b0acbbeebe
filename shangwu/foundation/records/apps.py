from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """First of ours: history must listen before the first model is made."""

    name = "shangwu.foundation.records"
    label = "records"
    verbose_name = _("Records")

    def __init__(self, app_name: str, app_module: Any) -> None:
        super().__init__(app_name, app_module)
        from shangwu.foundation.records import history

        history.connect()
