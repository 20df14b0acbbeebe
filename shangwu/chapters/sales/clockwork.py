"""What sales does by the clock (2.6.1, 2.6.3). Each derives its work from the tables: it may be missed and repeated."""

from shangwu.chapters.sales import (
    arriving,
    kuaidi100,  # noqa: F401 -- the platform adds itself to the adapters
    pending_erasures,
    production,
    promising,
    tables,
    tracking,
)
from shangwu.foundation.jobs.schedule import every

every("* * * * *", "sales.carriers")(tables.fill)
every("28 * * * *", "sales.set_aside")(arriving.set_aside_by_clock)
every("4-59/10 * * * *", "sales.stalls")(tracking.note_stalls)
every("9-59/10 * * * *", "sales.arrivals")(tracking.deliver_arrived)
every("27 * * * *", "sales.promises")(promising.reckon_by_clock)
every("8-59/10 * * * *", "sales.pending_erasures")(pending_erasures.look_after)
every("6-59/10 * * * *", "sales.overruns")(production.note_overruns)
every("7-59/10 * * * *", "sales.recognised")(tracking.recognise_carriers)


@every("1-59/5 * * * *", "sales.tracking")
def ask() -> None:
    """Ask the platforms that are on where goods are."""
    if tracking.is_platform_on():
        tracking.ask_platforms()
