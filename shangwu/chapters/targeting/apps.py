from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class TargetingConfig(AppConfig):
    name = "shangwu.chapters.targeting"
    label = "targeting"
    verbose_name = _("Target market")

    def ready(self) -> None:
        load(self)
