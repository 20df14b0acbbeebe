from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class BoardConfig(AppConfig):
    name = "shangwu.foundation.board"
    label = "board"
    verbose_name = _("Board")

    def ready(self) -> None:
        load(self)
