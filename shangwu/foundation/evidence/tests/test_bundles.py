"""One press gives the offline bundle of a clause and a period: whole, and nothing that its taker may not see."""

import json
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from shangwu.cli import bundle as bundle_command
from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.audit.models import Entry
from shangwu.foundation.duties.rules import Rule, rules
from shangwu.foundation.duties.tests.offices import Office
from shangwu.foundation.evidence import gathering, verify
from shangwu.foundation.evidence.models import Bundle
from shangwu.foundation.evidence.tests.conftest import FIRST, LAST
from shangwu.foundation.evidence.tests.making import asked, built, changed, opened, signed_anew
from shangwu.foundation.jobs import running
from shangwu.foundation.jobs.models import Job
from shangwu.foundation.jobs.starting import cancel
from shangwu.foundation.pages.tests.visiting import a_client
from shangwu.foundation.people.models import Account
from shangwu.foundation.people.roles import Role
from shangwu.foundation.policy.clauses import CLAUSES
from shangwu.foundation.records.actors import Actor, Source
from tests.builders import a_person, unique

pytestmark = pytest.mark.django_db


def told(files: verify.Files, name: str) -> Any:
    return json.loads(files[name])


def test_it_holds_text_parameters_duties_evidence_approvals_and_log(lived: Office) -> None:
    by = lived.by(lived.head)
    contact, order = opened(built(asked(by, "2.5.2"), by)), opened(built(asked(by, "2.6.1"), by))
    for language in ("zh-hant", "zh-hans", "en"):
        assert len(contact[f"text/{language}.txt"]) > 500
    assert "30 days" in contact["text/en.txt"].decode()
    keys = {one["key"]: one["editions"][0]["value"] for one in told(contact, "parameters.json")}
    assert keys["contact.a"] == 30
    states = [one["state"] for one in told(contact, "duties.json")["duties"]]
    assert sorted(states) == ["done", "late", "missed", *["open"] * 5], "three of them plans of the year to come"
    kinds = {name.split("/")[1] for name in contact if name.startswith("records/")}
    assert kinds == {"customers.customer", "customers.communication"}, "the contact is the evidence"
    (request,) = told(order, "approvals.json")
    assert [one["opinion"] for one in request["decisions"] if one["decision"] == "approved"] == ["老客戶, 同意"]
    assert request["title"].startswith("SO"), "called by its number: a customer may be a person"
    assert "客戶" not in request["title"]
    assert {"sales.order", "approvals.request"} <= {name.split("/")[1] for name in order if "/" in name}
    assert any(name.startswith("log/") for name in order)


def test_what_is_not_connected_is_said_and_never_counts_as_kept(lived: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    unconnected = Rule("2.5.2.9", "Write to every customer", (Role.HEAD,), {}, "A letter is there.")
    monkeypatch.setitem(rules, unconnected.code, unconnected)
    by = lived.by(lived.head)
    files = opened(built(asked(by), by))
    found = told(files, "duties.json")
    assert [one["connected"] for one in found["rules"] if one["code"] == unconnected.code] == [False]
    assert not any(one["rule"] == unconnected.code for one in found["duties"])
    assert "尚未接入" in files["index.html"].decode()


def test_the_same_state_gives_the_same_bytes(lived: Office) -> None:
    by = lived.by(lived.head)
    bundle = asked(by)
    assert built(bundle, by) == built(bundle, by)


def test_a_past_month_tells_how_it_stood_then(lived: Office) -> None:
    by = lived.by(lived.head)
    files = opened(built(asked(by, first="2026-09-01", last="2026-09-30"), by))
    assert {one["state"] for one in told(files, "duties.json")["duties"]} == {"open"}


def test_personal_and_gated_values_stay_in_the_house(lived: Office) -> None:
    head, sales = lived.by(lived.head), lived.by(lived.sales)
    bundle = asked(head, "2.6.1")
    for by, cost in ((head, True), (sales, False)):
        data = built(bundle, by)
        opened(data)
        assert b"0912345678" not in data
        assert (b"61.234" in data) is cost, "cost is for those who answer for it"
    files = opened(built(asked(head, "2.5.2"), head))
    customer = next(told(files, name) for name in files if name.startswith("records/customers.customer/"))
    (phone,) = [one for one in customer["fields"] if one["name"] == "phone"]
    assert phone["withheld"] == "personal"
    assert len(phone["commitment"]) == 64


def test_where_it_came_from_stays_in_the_house(lived: Office) -> None:
    head = replace(lived.by(lived.head), address="203.0.113.77")
    bundle = act(head, "evidence.bundle.create", None, {"clause": "2.5.2", "first": FIRST, "last": LAST}).record
    data = built(bundle, head)
    assert b"203.0.113.77" not in data
    contexts = [str(one).encode() for one in Entry.objects.values_list("context", flat=True)]
    assert not any(one in data for one in contexts), "all salts are drawn from it"


def an_auditor(lived: Office) -> Actor:
    return actor_of(a_person(Role.AUDITOR, entity=lived.entity))


def noted(files: verify.Files) -> dict[int, dict[str, Any]]:
    """Place -> what the log notes there, of entries whose own words are shut."""
    found = [told(files, name) for name in files if name.startswith("log/")]
    return {one["position"]: one["noted"] for one in found if "noted" in one}


def test_an_auditor_follows_each_duty_into_the_log_and_sees_no_record_that_is_not_theirs(lived: Office) -> None:
    auditor = an_auditor(lived)
    data = built(asked(auditor), auditor)
    files = opened(data)
    duties, log = told(files, "duties.json")["duties"], noted(files)
    assert len(duties) == 8
    assert not any(name.startswith("records/") for name in files)
    assert all(one["log"] and set(one["log"]) <= set(log) for one in duties), "each leads to its entries"
    (done,) = [one for one in duties if one["state"] == "done"]
    deeds = [log[place] for place in done["log"] if log[place]["verb"] == "customers.communication.create"]
    assert deeds
    assert {one["person"] for one in deeds} == {lived.sales.name}, "who made the contact that proves it"
    assert "customers.communication.create" in files["index.html"].decode()


def test_no_value_of_a_record_reaches_an_auditor_by_the_log(lived: Office) -> None:
    auditor = an_auditor(lived)
    data = built(asked(auditor), auditor)
    for value in ("客戶0", "0912345678"):
        assert value.encode() not in data
    for name, content in opened(data).items():
        if name.startswith("log/"):
            parts = json.loads(content)["parts"]
            assert not any("content" in one or "salt" in one for one in parts), "digests only"


def test_an_auditor_has_the_decisions_about_orders_that_they_do_not_see(lived: Office) -> None:
    auditor = an_auditor(lived)
    data = built(asked(auditor, "2.6.1"), auditor)
    files = opened(data)
    (request,) = told(files, "approvals.json")
    assert [one["opinion"] for one in request["decisions"] if one["decision"] == "approved"] == ["老客戶, 同意"]
    assert {name.split("/")[1] for name in files if name.startswith("records/")} == {"approvals.request"}
    assert b"61.234" not in data
    verbs = [one["verb"] for one in noted(files).values()]
    assert {"sales.order.create", "sales.order.submit"} <= set(verbs)


def test_whoever_does_not_read_the_log_has_no_notes_of_what_is_shut(lived: Office) -> None:
    """The control: the same duties, by a head to whom the customers are shut."""
    outsider = replace(lived.by(lived.head), clearance=0)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET secrecy = 2")
    files = opened(built(asked(outsider), outsider))
    assert noted(files) == {}
    assert not any("log" in one for one in told(files, "duties.json")["duties"])


def test_a_duty_that_names_an_entry_which_is_not_there_is_found(lived: Office) -> None:
    auditor = an_auditor(lived)
    files = opened(built(asked(auditor), auditor))

    def change(duties: dict[str, Any]) -> None:
        duties["duties"][0]["log"] = [999_999]

    faults = verify.verify(verify.Bundle(signed_anew(changed(files, "duties.json", change))))
    assert [one.where for one in faults] == ["duties.json"]
    assert "999999" in faults[0].what


def test_a_secret_record_stays_out(lived: Office) -> None:
    by = replace(lived.by(lived.executive), clearance=0)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET secrecy = 2 WHERE name LIKE '客戶0%'")
    data = built(asked(by), by)
    opened(data)
    assert "客戶0".encode() not in data
    assert "客戶1".encode() in data


@pytest.mark.parametrize(
    ("given", "code"),
    [({"clause": "9.9.9"}, "clause"), ({"clause": "1"}, "clause"), ({"last": "2026-09-30"}, "constraint"),
     ({"first": "2027-01-01", "last": "2027-01-31"}, "period"), ({"first": "2025-01-01"}, "period")],
)  # fmt: skip
def test_what_cannot_be_bundled_is_refused(lived: Office, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        act(
            lived.by(lived.head), "evidence.bundle.create", None,
            {"clause": "2.5.2", "first": FIRST, "last": LAST, **given},
        )  # fmt: skip
    assert refused.value.code == code


def test_who_may_take_one(lived: Office) -> None:
    for person in (lived.sales, lived.support):
        with pytest.raises(Refusal):
            asked(lived.by(person))
    for role in (Role.EXECUTIVE, Role.VICE_EXECUTIVE, Role.AUDITOR, Role.HEAD):
        assert asked(actor_of(a_person(role, entity=lived.entity))).pk


def test_more_than_a_bundle_holds_is_refused(lived: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    by = lived.by(lived.head)
    monkeypatch.setattr(gathering, "MOST_ENTRIES", 3)
    with pytest.raises(Refusal, match="too_much"):
        built(asked(by), by)


def work_off() -> Job:
    job = Job.objects.filter(state__in=Job.OPEN).get()
    running.run(job.pk)
    job.refresh_from_db()
    return job


def test_a_press_on_the_clause_starts_a_job_and_the_file_is_its_takers_alone(lived: Office) -> None:
    client = a_client(lived.head)
    page = client.get("/clause/2.5.2/").content.decode()
    assert "Take the bundle" in page
    assert "Take the bundle" not in a_client(lived.sales).get("/clause/2.5.2/").content.decode()
    answer = client.post("/evidence/take/", {"clause": "2.5.2", "first": "2026-10-01", "last": "2026-10-31"})
    assert answer.status_code == 303
    address = answer["Location"]
    assert client.get(address).status_code == 200
    assert work_off().state == Job.State.DONE
    bundle = Bundle.objects.get()
    assert (bundle.state, bundle.duties, bundle.records) == ("made", 8, 5)
    shown = client.get(address).content.decode()
    assert "verify.py" in shown
    data = b"".join(client.get(f"{address}file/"))  # type: ignore[arg-type]
    assert verify.verify_container(data) == []
    executive = a_client(lived.executive)
    assert executive.get(address).status_code == 200, "who took what is known to who oversees"
    assert executive.get(f"{address}file/").status_code == 404
    made = Entry.objects.filter(verb="evidence.bundle.finish").get()
    assert made.changes["sha256"][1] == bundle.sha256
    assert (made.person_id, bundle.clause) == (lived.head.pk, "2.5.2")


def test_it_is_cancelled_between_two_steps_and_says_so(lived: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    by = replace(lived.by(lived.head), source=Source.PAGE)
    bundle = asked(by)
    told = running.Running.progress

    def cancelled(self: running.Running, *given: Any) -> None:
        cancel(self.job)
        told(self, *given)

    monkeypatch.setattr(running.Running, "progress", cancelled)
    assert work_off().state == Job.State.CANCELLED
    bundle.refresh_from_db()
    assert (bundle.state, bundle.blob) == ("ended", None)


def test_the_api_takes_one_as_a_job(lived: Office) -> None:
    client = a_client(lived.head)
    given = {"clause": "2.5.2", "first": "2026-10-01", "last": "2026-10-31"}
    client.get("/")
    answer = client.post("/api/v1/evidence/bundle/", given, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert work_off().state == Job.State.DONE
    shown = client.get(answer["Location"]).json()
    assert (shown["state"], len(shown["sha256"])) == ("made", 64)


def test_only_the_work_says_how_it_ended(lived: Office) -> None:
    by = lived.by(lived.head)
    given = dict.fromkeys(("duties", "records", "entries", "position", "kept_for", "size"), 0) | {"sha256": "00" * 32}
    for one in (by, lived.by(lived.executive).by_way_of(Source.JOB)):
        with pytest.raises(Refusal):
            act(one, "evidence.bundle.finish", asked(by), given)


def test_the_command_makes_one_at_once(lived: Office, monkeypatch: pytest.MonkeyPatch, own_folder: Any) -> None:
    class Opened:
        def __init__(self, var: str | None) -> None: ...

        def opened(self) -> "Opened":
            return self

        def __enter__(self) -> None: ...

        def __exit__(self, *failure: object) -> None: ...

    monkeypatch.setattr(bundle_command, "Installation", Opened)
    account = Account.objects.create_user(username=unique("u"), person=lived.head, language="en")
    to = own_folder / "taken.zip"
    given = ["2.5.2", "--from", "2026-10-01", "--to", "2026-10-31", "--file", str(to), "--as", account.username]
    shown = CliRunner().invoke(bundle_command.command, [*given, "--json"])
    assert shown.exit_code == 0, shown.output
    result = json.loads(shown.output)
    assert (result["duties"], result["to"]) == (8, str(to))
    assert verify.verify_container(to.read_bytes()) == []
    assert CliRunner().invoke(bundle_command.command, ["9.9.9", "--as", account.username]).exit_code == 1


def test_every_clause_has_a_bundle(lived: Office) -> None:
    by = lived.by(lived.executive)
    for code in CLAUSES:
        opened(built(asked(by, code), by))
