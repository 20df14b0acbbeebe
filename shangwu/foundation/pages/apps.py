from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shangwu.foundation.records import rooms


class PagesConfig(AppConfig):
    name = "shangwu.foundation.pages"
    label = "pages"
    verbose_name = _("Pages")

    def ready(self) -> None:
        """Declare what the pages' own records are open to, and the verbs of comments."""
        rooms.load(self)
        from shangwu.foundation.pages.forms import forgetting  # noqa: F401 -- registers itself
