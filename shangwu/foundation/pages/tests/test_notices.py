"""Pages of notices: reading and confirming, receipts for the sender alone, wishes, browsers, the calendar address."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import act
from shangwu.foundation.api.tests.support import an_account
from shangwu.foundation.notices.browsers.encrypting import CURVE, encoded, point
from shangwu.foundation.notices.models import Browser, Choice, Feed, Manner, Notice
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person, an_entity

pytestmark = pytest.mark.django_db


def visitor(person: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(an_account(person, language="en"), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def person() -> Any:
    return a_person(entity=an_entity(), email="me@example.invalid")


def test_the_bell_counts_and_opening_a_notice_marks_it_read(person: Any) -> None:
    client = visitor(person)
    notify([person.pk, a_person().pk], "Order %(number)s waits for you", {"number": "SO1"})
    assert "Notices: 1 unread" in client.get("/notices/").content.decode()
    notice = Notice.objects.get(person=person)
    assert client.get(f"/notices/{notice.pk}/").status_code == 302
    assert "Notices: 0 unread" in client.get("/notices/").content.decode()
    other = Notice.objects.exclude(person=person).get()
    assert client.get(f"/notices/{other.pk}/").status_code == 404


def test_older_notices_are_a_page_further(person: Any) -> None:
    for number in range(60):
        notify([person.pk], "Order %(number)s waits for you", {"number": f"SO{number:03}"})
    client = visitor(person)
    text = client.get("/notices/").content.decode()
    assert "SO059" in text
    assert "SO009" not in text
    oldest = Notice.objects.get(params__number="SO010").pk
    assert f"?before={oldest}" in text
    assert "SO009" in client.get(f"/notices/?before={oldest}").content.decode()
    assert client.get("/notices/?before=x'").status_code == 200


def test_what_must_be_read_is_confirmed_and_its_sender_sees_by_whom(person: Any) -> None:
    sender, other = a_person(name="發文人"), a_person(name="未讀者")
    notify([person.pk, other.pk], "Read this", about=a_department(), must_read_by=sender.pk)
    reader, issuer = visitor(person), visitor(sender)
    notice = Notice.objects.get(person=person)
    reader.post("/notices/")
    assert Notice.objects.get(person=person).read_at is None, "all at once is no reading of what must be read"
    assert "I have read it" in reader.get("/notices/").content.decode()
    for _twice in range(2):
        reader.post(f"/notices/{notice.pk}/confirm/")
    assert "confirmed" in reader.get("/notices/").content.decode()
    assert "1 of 2 have confirmed" in issuer.get("/notices/sent/").content.decode()
    receipts = issuer.get(f"/notices/sent/{notice.issue}/").content.decode()
    assert receipts.index("未讀者") < receipts.index("王小明")
    assert reader.get(f"/notices/sent/{notice.issue}/").status_code == 404


def test_nobody_confirms_for_another(person: Any) -> None:
    notify([person.pk], "Read this", must_read_by=a_person().pk)
    notice = Notice.objects.get()
    assert visitor(a_person()).post(f"/notices/{notice.pk}/confirm/").status_code == 404
    assert Notice.objects.get().confirmed_at is None


def test_wishes_are_kept_and_only_what_differs(person: Any) -> None:
    client = visitor(person)
    page = client.get("/notices/settings/").content.decode()
    assert "20:00–08:00" in page
    assert 'name="duty.mail"' in page
    given = {"quiet_from": "21:00", "quiet_until": "07:30", "duty.mail": "on", "duty.wecom": "on", "wecom": "wang.ming"}
    assert client.post("/notices/settings/", given).status_code == 302
    manner = Manner.objects.get(person=person)
    assert (f"{manner.quiet_from:%H:%M}", manner.rest_days, manner.wecom) == ("21:00", False, "wang.ming")
    chosen = {(one.kind, one.channel): one.wanted for one in Choice.objects.filter(person=person)}
    assert chosen[("duty", "wecom")] is True
    assert chosen[("approval", "mail")] is False
    assert ("duty", "mail") not in chosen
    client.post("/notices/settings/", {"approval.mail": "on"})
    assert Choice.objects.get(person=person, kind="approval", channel="mail").wanted


@pytest.mark.parametrize(
    "given",
    [
        {"quiet_from": "21:00"}, {"quiet_until": "25:99"}, {"wecom": "x" * 200},
        {"quiet_from": "08:00", "quiet_until": "20:00"},
    ],
)  # fmt: skip
def test_a_bad_wish_is_said_and_changes_nothing(person: Any, given: dict[str, str]) -> None:
    response = visitor(person).post("/notices/settings/", given)
    assert response.status_code == 422
    assert not Manner.objects.exists()
    assert not Choice.objects.exists()


def test_a_browser_is_kept_with_real_keys_only_and_can_be_forgotten(person: Any) -> None:
    client = visitor(person)
    keys = {"public_key": encoded(point(ec.generate_private_key(CURVE))), "secret": encoded(bytes(16))}
    for bad in (
        {"endpoint": "https://push.example/1", "public_key": "x", "secret": "y"},
        {"endpoint": "http://127.0.0.1/", **keys},
        {"endpoint": "https://push.example/" + "x" * 1000, **keys},
        {},
    ):
        assert client.post("/notices/browsers/", bad).status_code == 422, bad
    for _twice in range(2):
        assert client.post("/notices/browsers/", {"endpoint": "https://push.example/1", **keys}).status_code == 302
    browser = Browser.objects.get(person=person)
    visitor(a_person()).post("/notices/browsers/", {"forget": browser.pk})
    assert Browser.objects.exists()
    client.post("/notices/browsers/", {"forget": browser.pk})
    assert not Browser.objects.exists()


def test_the_workers_script_may_run_under_our_policy() -> None:
    response = Client().get("/push-worker.js")
    assert response.status_code in (200, 404)  # 404 where the front end was not built
    assert "worker-src 'self'" in Client().get("/accounts/login/").headers["Content-Security-Policy"]


# The calendar address


@pytest.fixture
def feed(person: Any) -> Any:
    an_account(person)
    return act(actor_of(person), "notices.feed.create", None, {"name": "Phone"}).record


def path_of(feed: Any) -> str:
    return "/" + feed.disclosed["address"].split("/", 3)[3]


def test_the_address_opens_without_a_sign_in_and_says_when_nothing_is_new(feed: Any) -> None:
    response = Client().get(path_of(feed))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.content.startswith(b"BEGIN:VCALENDAR\r\n")
    etag = response.headers["ETag"]
    assert Client().get(path_of(feed), headers={"if-none-match": etag}).status_code == 304
    assert Client().get(path_of(feed), headers={"if-none-match": '"other"'}).status_code == 200


def test_the_key_is_not_kept_and_a_closed_address_is_no_longer_there(feed: Any, person: Any) -> None:
    key = path_of(feed).split("/")[-1].removesuffix(".ics")
    assert key not in str(Feed.objects.unscoped(reason="test").values_list())
    assert Client().get("/calendar/none.ics").status_code == 404
    act(actor_of(person), "notices.feed.revoke", feed)
    assert Client().get(path_of(feed)).status_code == 404


def test_who_has_left_has_no_calendar_any_more(feed: Any, person: Any) -> None:
    act(HOUSE, "people.person.leave", person, {"left_on": "2026-01-31"})
    assert Client().get(path_of(feed)).status_code == 404


def test_an_administrator_closes_anothers_address_and_reads_none(feed: Any) -> None:
    keeper = a_person(Role.ADMINISTRATOR)
    act(actor_of(keeper), "notices.feed.revoke", feed)
    assert Client().get(path_of(feed)).status_code == 404
