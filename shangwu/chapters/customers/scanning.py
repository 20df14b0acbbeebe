"""All files compared with each other: which are likely of one customer (2.5.1). A job, for a million files too.

Equal numbers, names and phones are found by grouping. For similar names each name keeps its rarest pairs, as many as
one that is alike enough must share one of; names are compared only where these meet. DuckDB does it, in memory bounds.
"""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.likely import told_reasons
from shangwu.chapters.customers.models import Comparison, Customer, Likeness
from shangwu.chapters.customers.similarity import (
    EDITED,
    LONGEST,
    NAME,
    NUMBER,
    PHONE,
    SIMILAR,
    Rarity,
    core,
    likeness,
    often_of,
    score,
)
from shangwu.foundation.actions.door import Row, act, act_many
from shangwu.foundation.jobs.declaring import job
from shangwu.foundation.jobs.running import Cancelled, Running
from shangwu.foundation.policy.parameters import policy
from shangwu.foundation.records import actors
from shangwu.foundation.records.actors import Source

SCAN = "customers.compare_files"
PORTION = 20_000
WRITTEN = 1_000
CROWD = 40
"""A number, name or phone that more files have is nobody's own (a switchboard), and tells nothing."""
COMMON = 400
"""A pair that stands in more names brings no two together by itself."""
PER_FILE = 10
"""The likeliest that are kept of one file."""
WHY = "all files are compared by the house; each pair is shown through its gate"

STEPS = (_("Reading files"), _("Comparing numbers, names and phones"), _("Comparing similar names"), _("Writing"))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two files, the older one first."""

    first: int
    second: int
    score: int
    reasons: str


@job(SCAN, title=_("Comparing all customer files"))
def scan(running: Running, *, public_id: str = "") -> None:
    """Find likely duplicates, keep what people have settled, let go what is no longer alike. Safe to run twice.

    public_id: of the comparison that was asked for; the weekly one has none.
    """
    asked = Comparison.objects.unscoped(reason=WHY).filter(public_id=public_id).first() if public_id else None
    try:
        found = _compare(running)
    except Cancelled:
        if asked is not None:
            act(actors.system(Source.JOB), "customers.comparison.end", asked)
        raise
    result = write(found)
    running.result(**result)
    if asked is not None and asked.state == Comparison.State.WAITING:
        told = {"pairs": result["found"], "made": result["new"], "lapsed": result["lapsed"]}
        act(actors.system(Source.JOB), "customers.comparison.finish", asked, told)


def _compare(running: Running) -> list[Pair]:
    """The pairs that are alike, as far as reading and reckoning go: nothing is written before all of them are known."""

    def said(step: int) -> None:
        running.progress(step, len(STEPS), STEPS[step])

    with tempfile.TemporaryDirectory() as folder:
        engine = _engine(folder)
        said(0)
        for names in _read():
            engine.register("portion", names)
            engine.execute("INSERT INTO files SELECT * FROM portion")
            engine.unregister("portion")
            said(0)
        said(1)
        equal = _equal(engine)
        said(2)
        found = pairs_of(equal, _alike(engine))
    said(3)
    return found


def _engine(folder: str) -> Any:
    import duckdb

    engine = duckdb.connect()
    engine.execute(f"SET threads = 2; SET memory_limit = '1GB'; SET temp_directory = '{folder}'")
    engine.execute(
        "CREATE TABLE files (id BIGINT, core TEXT, key TEXT, number TEXT, phone TEXT, person BOOLEAN, known BOOLEAN)"
    )
    return engine


def _read() -> Iterator[Any]:
    """Files in portions. What was knowingly made a second file is compared by nothing but its phone."""
    import pyarrow  # large, so that only the job's own process loads it

    rows = Customer.objects.unscoped(reason=WHY).filter(archived_at__isnull=True)
    last = 0
    while portion := list(
        rows.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", "name", "name_key", "identity_number", "phone", "kind", "duplicate_reason")[:PORTION]
    ):
        last = portion[-1][0]
        columns = list(zip(*portion, strict=True))
        yield pyarrow.table(
            {
                "id": columns[0],
                "core": [core(name) for name in columns[1]],
                "key": columns[2],
                "number": columns[3],
                "phone": columns[4],
                "person": [kind == Customer.Kind.PERSON for kind in columns[5]],
                "known": [bool(reason) for reason in columns[6]],
            }
        )


_EQUAL = """
SELECT a.id, b.id FROM files a JOIN files b ON a.{column} = b.{column} AND a.id < b.id
WHERE a.{column} <> '' AND NOT a.known AND NOT b.known {more}
AND a.{column} IN (SELECT {column} FROM files GROUP BY 1 HAVING count(*) BETWEEN 2 AND {crowd})
"""


def _equal(engine: Any) -> dict[tuple[int, int], dict[str, float]]:
    """Pairs with the same number, name or phone, and why."""
    found: dict[tuple[int, int], dict[str, float]] = {}
    no_persons = "AND NOT a.person AND NOT b.person"
    for code, column, more in ((NUMBER, "number", ""), (PHONE, "phone", ""), (NAME, "core", no_persons)):
        for two in engine.execute(_EQUAL.format(column=column, more=more, crowd=CROWD)).fetchall():
            found.setdefault(two, {})[code] = 1.0
    return found


_ALIKE = """
CREATE TABLE pairs AS
    SELECT id, pair, count(*) OVER (PARTITION BY id) AS own FROM (
        SELECT DISTINCT id, core[place:place + 1] AS pair
        FROM (SELECT id, core, unnest(range(1, length(core))) AS place FROM files
              WHERE NOT person AND NOT known AND length(core) BETWEEN 3 AND 60));
CREATE TABLE common AS SELECT pair, count(*) AS names FROM pairs GROUP BY 1;
CREATE TABLE telling AS
    SELECT id, pair FROM (
        SELECT id, pair, own, names, row_number() OVER (PARTITION BY id ORDER BY names, pair) AS rank
        FROM pairs JOIN common USING (pair))
    WHERE names BETWEEN 2 AND {common} AND rank <= own - ({percent} * own + 199 - {percent}) // (200 - {percent}) + 1;
CREATE TABLE names AS SELECT id, any_value(own) AS own, list(pair) AS all_pairs FROM pairs GROUP BY 1;
CREATE TABLE meeting AS
    SELECT DISTINCT a.id AS first, b.id AS second FROM telling a JOIN telling b ON a.pair = b.pair AND a.id < b.id;
CREATE TABLE measured AS
    SELECT first, second, 2.0 * len(list_intersect(na.all_pairs, nb.all_pairs)) / (na.own + nb.own) AS how
    FROM meeting JOIN names na ON na.id = first JOIN names nb ON nb.id = second
    WHERE how * 100 >= least({percent}, 100 * {share});
SELECT first, fa.core, second, fb.core, how
FROM measured JOIN files fa ON fa.id = first JOIN files fb ON fb.id = second
WHERE fa.core <> fb.core AND (how * 100 >= {percent} OR (
    how >= {share} AND greatest(length(fa.core), length(fb.core)) <= {longest}
    AND levenshtein(fa.core, fb.core) <= {width} * floor((1 - {edited}) * greatest(length(fa.core), length(fb.core)))))
"""
SHARE = 0.3
"""Names that share a smaller part of their pairs are not looked at for few changed characters. What they share is
worked out before names are joined: as a condition of that join it was worked out far more often."""
WIDTH = 4
"""Bytes of a character at most: DuckDB counts changed bytes, and so only rules out what has too many changed ones."""


def _rarity(engine: Any) -> Rarity:
    """The pairs that are frequent among all names, from the tables that the comparison has made."""
    often = often_of(engine.execute("SELECT count(*) FROM names").fetchone()[0])
    return Rarity(dict(engine.execute("SELECT pair, names FROM common WHERE names > ?", [often]).fetchall()), often)


def _alike(engine: Any) -> Iterator[tuple[tuple[int, int], float]]:
    """Pairs with similar names, and how alike they are."""
    percent = policy("duplicate.similar")
    cursor = engine.execute(
        _ALIKE.format(percent=percent, common=COMMON, share=SHARE, edited=EDITED, longest=LONGEST, width=WIDTH)
    )
    rarity = _rarity(engine.cursor())
    while rows := cursor.fetchmany(50_000):
        for first, one, second, other, _shared in rows:
            how = likeness(one, other, rarity)
            if how * 100 >= percent:
                yield (first, second), how


def pairs_of(
    equal: dict[tuple[int, int], dict[str, float]], alike: Iterable[tuple[tuple[int, int], float]]
) -> list[Pair]:
    """The pairs with their scores, the likeliest first, at most PER_FILE of each file."""
    for two, how in alike:
        equal.setdefault(two, {})[SIMILAR] = how
    scored = sorted((-score(reasons), two, told_reasons(reasons)) for two, reasons in equal.items())
    kept: dict[int, int] = {}
    found = []
    for less, (first, second), reasons in scored:
        if max(kept.get(first, 0), kept.get(second, 0)) < PER_FILE:
            kept[first], kept[second] = kept.get(first, 0) + 1, kept.get(second, 0) + 1
            found.append(Pair(first, second, -less, reasons))
    return found


def write(found: list[Pair]) -> dict[str, int]:
    """Enter what is new, mend what is open, let go what is not alike any more; how many of each."""
    house = actors.system()
    rows = Likeness.objects.unscoped(reason=WHY)
    known = {(one.first_id, one.second_id): one for one in rows.iterator()}
    new = [one for one in found if (one.first, one.second) not in known]
    still = {(one.first, one.second): one for one in found}
    lapsed = [Row(target=one) for two, one in known.items() if one.state == Likeness.State.OPEN and two not in still]
    changed = [
        Row({"score": now.score, "reasons": now.reasons}, one)
        for two, one in known.items()
        if (now := still.get(two))
        and one.state in (Likeness.State.OPEN, Likeness.State.LAPSED)
        and (one.state == Likeness.State.LAPSED or (one.score, one.reasons) != (now.score, now.reasons))
    ]
    made = 0
    for start in range(0, len(new), WRITTEN):
        portion = new[start : start + WRITTEN]
        keys = {pk for one in portion for pk in (one.first, one.second)}
        files = Customer.objects.unscoped(reason=WHY).in_bulk(keys)
        entries = [
            Row({"first": files[one.first], "second": files[one.second], "score": one.score, "reasons": one.reasons})
            for one in portion
            if one.first in files and one.second in files
        ]
        made += len(act_many(house, "customers.likeness.create", entries).done)
    for verb, touched in (("lapse", lapsed), ("find_again", changed)):
        for start in range(0, len(touched), WRITTEN):
            act_many(house, f"customers.likeness.{verb}", touched[start : start + WRITTEN])
    return {"found": len(found), "new": made, "lapsed": len(lapsed)}
