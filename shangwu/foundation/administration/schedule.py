"""The house's own clockwork: what runs without being asked. Each derives its work from the tables and may be missed."""

import datetime

from django.core.management import call_command

from shangwu.foundation.actions.models import Answer
from shangwu.foundation.audit.sealing import seal_all
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.measures.exporting import export_all, has_patched, is_behind, write_whole
from shangwu.foundation.records import clock

ANSWERS_KEPT = datetime.timedelta(days=7)
"""How long the answer to a form token is remembered."""

every("* * * * * */20", "audit.seal")(seal_all)
every("* * * * *", "measures.export", apart_when=is_behind)(export_all)
every("40 2 * * *", "measures.write_whole", apart_when=has_patched)(write_whole)


@every("5 0 * * *", "audit.publish_head", apart_when=lambda: True)
def publish_head() -> object:
    """Sign the day's head, in a process that ends: the library that signs is as large as a chapter."""
    from shangwu.foundation.audit import heads

    return heads.publish()


@every("20 3 * * *", "administration.sweep")
def sweep() -> int:
    """Clear away old form answers and ended sessions; how many answers went."""
    call_command("clearsessions")
    gone, _models = Answer.objects.filter(created_at__lt=clock.now() - ANSWERS_KEPT).delete()
    return gone
