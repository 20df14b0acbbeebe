from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class MeetingsConfig(AppConfig):
    name = "shangwu.chapters.meetings"
    label = "meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        load(self)
