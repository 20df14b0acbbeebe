"""The demo department in small, served for browser tests, with the list of all its pages.

`python -m tests.face.whole_house NAME` is as `shangwu.foundation.pages.tests.walk.house`, with other contents.
"""

import logging
import os
import sys
from dataclasses import asdict

from shangwu.foundation.pages.tests.walk.house import Deeds, Facts, main


def _whole() -> tuple[Facts, Deeds]:
    from django.conf import settings

    from shangwu.demo import load
    from shangwu.foundation.measures.exporting import export_all
    from shangwu.foundation.records import gate
    from tests.face.places import Visitors, all_places
    from tests.small_demo import small

    settings.ALLOWED_HOSTS = ["localhost"]
    logging.getLogger("django.request").setLevel(logging.ERROR)  # who may not see a page is asked for it, too
    with small():
        load()
    export_all()
    with gate.free_reading():
        visitors = Visitors()
        found = all_places(visitors, full_count=os.environ.get("SHANGWU_SOAK") == "1")
    return {"cookie": settings.SESSION_COOKIE_NAME, "sessions": visitors.sessions(), **asdict(found)}, {}


if __name__ == "__main__":
    main(sys.argv[1], _whole)
