from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class AttendanceConfig(AppConfig):
    name = "shangwu.chapters.attendance"
    label = "attendance"
    verbose_name = _("Attendance")

    def ready(self) -> None:
        load(self)
