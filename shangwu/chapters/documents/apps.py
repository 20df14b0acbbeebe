from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records.rooms import load


class DocumentsConfig(AppConfig):
    name = "shangwu.chapters.documents"
    label = "documents"
    verbose_name = _("Documents")

    def ready(self) -> None:
        load(self)
