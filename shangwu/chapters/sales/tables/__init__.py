"""The table of carriers as it comes with the house (2.6.3), and how it gets into the database: through the door.

carriers.tsv: what couriers publish of their numbers. Where public rules disagree, a number only suggests its carrier.
"""

from collections.abc import Iterator
from importlib.resources import files

from shangwu.chapters.sales.models import Carrier
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Source

_COLUMNS = (
    "code", "rule", "rank", "tracking", "platform_code", "needs_phone", "check_digit", "patterns", "name", "name_hans",
    "name_en",
)  # fmt: skip


def carriers() -> Iterator[dict[str, str | bool]]:
    """The carriers as inputs of their creation."""
    text = files(__name__).joinpath("carriers.tsv").read_text(encoding="utf-8")
    for each in text.splitlines():
        if each and not each.startswith("#"):
            found: dict[str, str | bool] = dict(zip(_COLUMNS, each.split("\t"), strict=True))
            yield found | {"needs_phone": found["needs_phone"] == "yes"}


def fill(source: Source = Source.JOB) -> int:
    """Fill the table while it is empty, and never again: what people took out stays out. How many were entered."""
    if Carrier.objects.exists():
        return 0
    rows = [Row(one) for one in carriers()]
    return len(act_many(actors.system(source), "sales.carrier.create", rows).done)
