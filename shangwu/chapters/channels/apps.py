from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class ChannelsConfig(AppConfig):
    name = "shangwu.chapters.channels"
    label = "channels"
    verbose_name = _("Sales channels")

    def ready(self) -> None:
        load(self)
