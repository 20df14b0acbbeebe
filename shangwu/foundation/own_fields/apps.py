from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class OwnFieldsConfig(AppConfig):
    name = "shangwu.foundation.own_fields"
    label = "own_fields"
    verbose_name = _("Own fields")

    def ready(self) -> None:
        from shangwu.foundation.own_fields import indexes, reading
        from shangwu.foundation.records import own

        own.connect(reading.definitions)
        post_migrate.connect(indexes.make, sender=self, dispatch_uid="own-field-indexes")
