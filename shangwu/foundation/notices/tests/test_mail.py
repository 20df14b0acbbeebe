"""Mail by a real server: urgent things at once, everything else in two digests a working day, nothing twice."""

import datetime
from typing import Any

import pytest

from shangwu.foundation.administration.calendar_years import seed_calendars
from shangwu.foundation.notices import mailing, outstanding, posting, schedule
from shangwu.foundation.notices.models import Digest, Kind, Manner, Notice
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.notices.tests.conftest import TAIPEI, Time
from shangwu.foundation.notices.tests.post_office import PostOffice
from tests.builders import HOUSE, a_department, a_person, an_entity

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3a"


def reader(**values: Any) -> Any:
    entity = values.pop("entity", None) or an_entity()
    return a_person(**{"entity": entity, "email": "reader@example.invalid"} | values)


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[outstanding.Open]:
    """What is open today, as a room above would say it."""
    found: list[outstanding.Open] = []
    source = lambda people, until: [one for one in found if one.person_id in people and one.due_at <= until]  # noqa: E731
    monkeypatch.setattr(outstanding, "_sources", [source])
    return found


def test_the_digest_comes_in_the_morning_and_once(time: Time, office: PostOffice) -> None:
    notify([reader().pk], "“%(title)s” waits", {"title": "a matter"})
    for minute in ("08:00", "08:49", "08:50", "08:51", "09:30"):
        time.go(f"2026-11-23 {minute}")
        schedule.mail()
        assert len(office.mails) == (minute >= "08:50")
    (mail,) = office.mails
    assert (mail["To"], mail["Auto-Submitted"]) == ("reader@example.invalid", "auto-generated")
    assert "a matter" in mail.get_content()


def test_what_comes_later_waits_for_the_evening(time: Time, office: PostOffice) -> None:
    one = reader()
    time.go("2026-11-23 09:10")
    schedule.mail()
    notify([one.pk], "later")
    time.go("2026-11-23 09:11")
    schedule.mail()
    assert not office.mails
    time.go("2026-11-23 17:00")
    schedule.mail()
    assert len(office.mails) == 1


@pytest.mark.clause("1")
def test_at_five_people_hear_what_is_left_of_today(
    time: Time, office: PostOffice, tasks: list[outstanding.Open]
) -> None:
    one = reader()
    due = datetime.datetime(2026, 11, 23, 18, tzinfo=TAIPEI)
    tasks += [
        outstanding.Open(one.pk, Kind.DUTY, "交貨日通知", due),
        outstanding.Open(one.pk, Kind.DUTY, CANARY, due, stays_inside=True),
        outstanding.Open(one.pk, Kind.DUTY, "tomorrow", due + datetime.timedelta(days=1)),
    ]
    time.go("2026-11-23 17:00")
    schedule.mail()
    (text,) = office.texts
    assert "今日未結" in office.mails[0]["Subject"]
    assert "2" in office.mails[0]["Subject"]
    assert "交貨日通知" in text
    assert "tomorrow" not in text
    assert CANARY not in text


def test_what_must_be_read_is_in_every_digest_until_it_is_confirmed(time: Time, office: PostOffice) -> None:
    one = reader()
    notify([one.pk], "Read this", about=a_department(), must_read_by=a_person().pk)
    for count, moment in enumerate(("2026-11-23 08:50", "2026-11-23 17:00", "2026-11-24 08:50"), start=1):
        time.go(moment)
        schedule.mail()
        assert len(office.mails) == count
    Notice.objects.update(read_at=time.now, confirmed_at=time.now)
    time.go("2026-11-24 17:00")
    schedule.mail()
    assert len(office.mails) == 3


def test_who_has_nothing_open_gets_no_mail(time: Time, office: PostOffice, tasks: list[outstanding.Open]) -> None:
    reader()
    for moment in ("2026-11-23 08:50", "2026-11-23 17:00"):
        time.go(moment)
        schedule.mail()
    assert not office.mails
    assert Digest.objects.filter(finished_at__isnull=False).count() == 2


def test_in_quiet_hours_only_what_is_urgent_goes(time: Time, office: PostOffice) -> None:
    one = reader()
    time.go("2026-11-23 23:10")
    notify([one.pk], "calm")
    notify([one.pk], "urgent", urgent=True)
    schedule.mail()
    (text,) = office.texts
    assert "urgent" in text
    assert "calm" not in text
    time.go("2026-11-24 08:50")
    schedule.mail()
    assert "calm" in office.texts[1]
    assert "urgent" not in office.texts[1]


def test_many_things_are_one_mail_and_what_was_read_inside_is_not_mailed(time: Time, office: PostOffice) -> None:
    one = reader()
    for number in range(30):
        notify([one.pk], "Order %(number)s waits for you", {"number": f"SO{number}"})
    Notice.objects.filter(params__number="SO7").update(read_at=time())
    time.go("2026-11-23 08:50")
    schedule.mail()
    (text,) = office.texts
    assert "29" in office.mails[0]["Subject"]
    assert text.count("SO") == 20
    assert "SO7\n" not in text


@pytest.mark.clause("3.4.2")
def test_nothing_secret_and_no_personal_data_leaves_the_house(time: Time, office: PostOffice) -> None:
    one = reader()
    secret, person = a_department(name=CANARY), a_person(name=CANARY)
    secret.secrecy = 1
    for urgent in (False, True):
        notify([one.pk], "“%(title)s” waits", {"title": CANARY}, about=secret, urgent=urgent)
        notify([one.pk], "“%(title)s” waits", {"title": CANARY}, about=person, urgent=urgent)
    schedule.mail()
    time.go("2026-11-23 08:50")
    schedule.mail()
    assert len(office.mails) == 2
    assert not any(CANARY in text for text in office.texts)
    assert all("2" in mail["Subject"] and "/notices/" not in mail.get_content() for mail in office.mails)
    open_one = a_department(name=CANARY)
    notify([one.pk], "“%(title)s” waits", {"title": CANARY}, about=open_one, urgent=True)
    schedule.mail()
    assert CANARY in office.texts[-1], "the canary would not sing"


def test_each_hears_by_their_own_clock(time: Time, office: PostOffice) -> None:
    zones = ("Asia/Taipei", "America/New_York", "Europe/Berlin")
    people = {zone: reader(entity=an_entity(zone=zone), email=f"{zone[-4:].lower()}@example.invalid") for zone in zones}
    time.go("2026-11-23 00:00", "UTC")  # a Monday
    notify([one.pk for one in people.values()], "hello")
    heard: dict[str, str] = {}
    for minute in ("00:40", "00:50", "01:00", "07:40", "07:50", "08:00", "13:40", "13:50", "14:00", "21:50", "23:50"):
        time.go(f"2026-11-23 {minute}", "UTC")
        schedule.mail()
        for mail in office.mails:
            heard.setdefault(mail["To"], f"{time():%H:%M}")
    assert heard == {"ipei@example.invalid": "00:50", "york@example.invalid": "13:50", "rlin@example.invalid": "07:50"}
    assert len(office.mails) == 3


def test_a_holiday_is_quiet_and_a_saturday_that_makes_up_for_it_is_not(time: Time, office: PostOffice) -> None:
    seed_calendars(HOUSE, [2024], ["CN"])
    one = reader(entity=an_entity(jurisdiction="CN", zone="Asia/Shanghai"))
    time.go("2024-10-01 07:00")
    notify([one.pk], "hello")
    for day in ("2024-10-01", "2024-10-07", "2024-10-08"):
        time.go(f"{day} 09:00")
        schedule.mail()
        assert len(office.mails) == (day == "2024-10-08"), day
    time.go("2024-10-12 07:00")  # a Saturday
    notify([one.pk], "again")
    schedule.mail()
    time.go("2024-10-12 09:00")
    schedule.mail()
    assert len(office.mails) == 2


def test_a_worker_that_slept_over_the_hour_mails_when_it_wakes_but_not_at_night(time: Time, office: PostOffice) -> None:
    one = reader()
    notify([one.pk], "hello")
    posting.post()
    time.go("2026-11-23 11:20")
    schedule.mail()
    assert len(office.mails) == 1
    notify([one.pk], "hello again")
    posting.post()
    time.go("2026-11-23 23:20")
    schedule.mail()
    assert len(office.mails) == 1
    time.go("2026-11-24 08:50")
    schedule.mail()
    assert len(office.mails) == 2


def test_one_may_choose_other_quiet_hours(time: Time, office: PostOffice) -> None:
    one = reader()
    Manner.objects.create(person=one, quiet_from=datetime.time(16), quiet_until=datetime.time(10))
    notify([one.pk], "hello")
    for moment in ("2026-11-23 08:50", "2026-11-23 09:59", "2026-11-23 17:00"):
        time.go(moment)
        schedule.mail()
    assert not office.mails


def test_a_refused_mail_is_tried_again_and_comes_once(time: Time, office: PostOffice) -> None:
    one = reader()
    notify([one.pk], "hello")
    notify([one.pk], "urgent", urgent=True)
    office.refuses = True
    time.go("2026-11-23 08:50")
    schedule.mail()
    assert not office.mails
    office.refuses = False
    time.go("2026-11-23 08:52")
    schedule.mail()
    assert len(office.mails) == 1  # the urgent one
    time.go("2026-11-23 08:56")
    schedule.mail()
    schedule.mail()
    assert len(office.mails) == 2


def test_without_the_claim_two_workers_would_send_twice(
    time: Time, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the claim is good for."""
    from django.db.models import Q

    notify([reader().pk], "urgent", urgent=True)
    posting.post()
    monkeypatch.setattr("shangwu.foundation.notices.claiming.free", lambda now: Q())
    sent: list[int] = []

    def again(message: object) -> str:
        sent.append(1)
        if len(sent) == 1:
            mailing.mail_urgent()
        return ""

    monkeypatch.setattr(mailing, "hand_in", again)
    mailing.mail_urgent()
    assert len(sent) == 2
