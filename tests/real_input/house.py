"""A house for one data set: a database, facts and files of its own; its command, its pages, its ledger."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import Count, F, Sum
from django.test import Client

from shangwu.chapters.sales.models import Line, Order
from shangwu.foundation.actions.door import act
from shangwu.foundation.measures.exporting import export_all
from shangwu.foundation.people.models import Account, Person
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person, an_entity
from tests.support import ROOT

CHART = re.compile(
    r'data-sw-chart aria-label="([^"]*)".*?<script[^>]*type="application/json">(.*?)</script>', re.DOTALL
)
CENT = Decimal("0.01")
PASSWORD = "correct horse battery staple"


@dataclass
class House:
    """One legal entity with a head of department who imports. `took`: seconds of each first import."""

    var: Path
    currency: str = "USD"
    took: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        entity = an_entity(currency=self.currency)
        self.department = a_department()
        self.head: Person = a_person(Role.HEAD, department=self.department, entity=entity)
        act(HOUSE, "people.person.open_account", self.head, {"username": "head", "password": PASSWORD})
        Account.objects.filter(username="head").update(language="en")

    def command(
        self, file: Path, record: str, mapping: Mapping[str, Any] | None = None, *options: str, fails: bool = False
    ) -> dict[str, Any]:
        """`shangwu import FILE --record RECORD` in a process of its own, as the head; gives what it says as JSON."""
        said = self.run(file, record, mapping, *options)
        assert (said.returncode == 0) is not fails, said.stderr + said.stdout[:2000]
        return {} if fails and not said.stdout else json.loads(said.stdout)  # type: ignore[no-any-return]

    def run(
        self, file: Path, record: str, mapping: Mapping[str, Any] | None = None, *options: str
    ) -> subprocess.CompletedProcess[str]:
        """The same, with its exit code and what it says to people."""
        chosen = self.var / "mapping.json"
        chosen.write_text(json.dumps(mapping or {}, ensure_ascii=False), "utf-8")
        given = ["--mapping", str(chosen)] if mapping else []
        started = time.monotonic()
        done = subprocess.run(
            [
                sys.executable, "-m", "shangwu.cli", "import", str(file), "--record", record, *given, "--as", "head",
                "--refused", str(self.var / "refused.csv"), "--var", str(self.var), "--json", *options,
            ],
            check=False, capture_output=True, text=True, env=self.environment(), timeout=600, cwd=ROOT,
        )  # fmt: skip
        self.took.setdefault(f"{file.name} {record}", time.monotonic() - started)
        return done

    def bring(self, file: Path, *passes: tuple[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
        """One file in several passes: first the records that its rows name, then the rows themselves."""
        return [self.command(file, record, mapping) for record, mapping in passes]

    def environment(self) -> dict[str, str]:
        """The command's environment: our database, nothing else of ours."""
        one = connection.settings_dict
        url = f"postgresql://{one['USER']}:{one['PASSWORD']}@{one['HOST']}:{one['PORT']}/{one['NAME']}"
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHANGWU_", "VAR"))}
        return kept | {"DATABASE_URL": url, "PYTHONPATH": str(ROOT), "LANG": "en_US.UTF-8"}

    def client(self) -> Client:
        """The head's browser, without Chromium."""
        client = Client(headers={"accept-language": "en"})
        client.force_login(Account.objects.get(username="head"))
        return client

    def analysis(self, query: str = "period=all") -> "Shown":
        """The analysis page over facts that are up to date."""
        export_all()
        answer = self.client().get(f"/analytics/?{query}")
        assert answer.status_code == 200
        return Shown(answer.content.decode())


class Shown:
    """What the analysis page shows, read from its HTML. charts: title -> measure -> name of a bar -> amount."""

    def __init__(self, html: str) -> None:
        self.html = html
        self.charts: dict[str, dict[str, dict[str, Decimal]]] = {}
        for title, option in CHART.findall(html):
            drawn = json.loads(option, parse_float=Decimal)
            names = next(axis["data"] for axis in (drawn["xAxis"], drawn["yAxis"]) if axis["type"] == "category")
            self.charts[unescape(title)] = {
                one["name"]: {
                    name: Decimal(amount) for name, amount in zip(names, one["data"], strict=True) if amount is not None
                }
                for one in drawn["series"]
            }

    @property
    def agrees(self) -> bool:
        """Whether the page says that all its charts come to one total."""
        return "All charts come to the same total" in self.html

    def figure(self, label: str) -> Decimal:
        """A figure at the head of the page."""
        found = re.search(rf"{re.escape(label)}</\w+>\s*<[^>]*>(?:<a\s[^>]*>)?(.*?)</", self.html, re.DOTALL)
        assert found, label
        return Decimal(re.sub(r"[^\d.\u2212-]", "", unescape(found[1])).replace("\u2212", "-"))


def sums(**where: Any) -> dict[str, Decimal]:
    """What the ledger holds: net amounts and profit of the lines of imported orders, to the cent."""
    lines = Line.objects.filter(imported=True, **where)
    found = lines.aggregate(lines=Count("id"), sales=Sum("base_net"), profit=Sum(F("base_net") - F("cost")))
    return {name: value if name == "lines" else cents(value) for name, value in found.items()}


def cents(value: Decimal | None) -> Decimal:
    """Rounded once, when shown (DESIGN 3a, Money)."""
    return Decimal(value or 0).quantize(CENT, "ROUND_HALF_UP")


def orders() -> int:
    """How many imported orders there are."""
    return Order.objects.filter(imported=True).count()
