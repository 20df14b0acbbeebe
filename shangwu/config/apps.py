"""The last of the applications: by then all others have been loaded."""

import gc

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "shangwu.config"

    def ready(self) -> None:
        """What has been loaded stays for as long as the process: the collector of garbage need not look at it again.

        It would do so all the time while many records are made: an import takes a quarter less without. Nearly all
        that an action makes is gone without the collector, so that it need not look after each 700 objects either.
        """
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
