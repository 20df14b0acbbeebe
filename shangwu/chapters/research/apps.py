from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class ResearchConfig(AppConfig):
    name = "shangwu.chapters.research"
    label = "research"
    verbose_name = _("Market research")

    def ready(self) -> None:
        load(self)
