from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class AppraisalConfig(AppConfig):
    name = "shangwu.chapters.appraisal"
    label = "appraisal"
    verbose_name = _("Performance appraisal")

    def ready(self) -> None:
        load(self)
