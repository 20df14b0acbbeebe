"""Robots speak in their group, within its limits, about what is not secret; what is wrong with them is said."""

import datetime
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from shangwu.foundation.access.actors import actor_of
from shangwu.foundation.actions.door import Refusal, act
from shangwu.foundation.notices import posting, robots
from shangwu.foundation.notices.models import Channel, Dispatch, Pace, Platform, Robot
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.notices.tests.chatting import a_reader, a_robot
from shangwu.foundation.notices.tests.conftest import Time
from shangwu.foundation.people.roles import Role
from tests.builders import HOUSE, a_department, a_person

pytestmark = pytest.mark.django_db

CANARY = "canary-7f3a"
EVERY = [str(one) for one in Platform]


def speak() -> int:
    posting.post()
    return robots.speak()


@pytest.mark.parametrize("platform", EVERY)
def test_a_signed_message_arrives_and_calls_its_reader(platform: str, time: Time, open_group: Any, keeper: Any) -> None:
    time.go("2026-11-23 10:00")
    group = open_group(platform, secret="" if platform == "wecom" else "SECdemo")
    a_robot(keeper, group)
    one = a_reader(platform)
    notify([one.pk], "Order %(number)s waits for you", {"number": "SO1"})
    assert speak() == 1
    assert "SO1" in group.text
    assert f"user-{one.pk}" in group.text
    assert "https://" in group.text or "http://localhost" in group.text
    assert (speak(), len(group.messages)) == (0, 1)


@pytest.mark.parametrize("platform", EVERY)
def test_what_the_group_demands_is_given(platform: str, time: Time, open_group: Any, keeper: Any) -> None:
    time.go("2026-11-23 10:00")
    group = open_group(platform, keyword="商務")
    a_robot(keeper, group)
    one = a_reader(platform)
    for count in (1, 7):
        for _each in range(count):
            notify([one.pk], "hello")
        assert speak() == 1
    assert not group.refused


@pytest.mark.clause("3.4.2")
@pytest.mark.parametrize("platform", EVERY)
def test_nothing_secret_and_no_personal_data_leaves_the_house(
    platform: str, time: Time, open_group: Any, keeper: Any
) -> None:
    time.go("2026-11-23 10:00")
    group = open_group(platform)
    a_robot(keeper, group)
    one = a_reader(platform)
    secret, person = a_department(name=CANARY), a_person(name=CANARY)
    secret.secrecy = 2
    for count in (1, 6):  # single, and merged
        for _each in range(count):
            notify([one.pk], "“%(title)s” waits", {"title": CANARY}, about=secret)
            notify([one.pk], "“%(title)s” waits", {"title": CANARY}, about=person, urgent=True)
        assert speak() > 0
    assert CANARY not in group.text
    assert "項待辦" in group.text
    notify([one.pk], "“%(title)s” waits", {"title": CANARY}, about=a_department())
    speak()
    assert CANARY in group.text, "the canary would not sing"


def test_a_robot_speaks_for_its_department_and_those_below(time: Time, open_group: Any, keeper: Any) -> None:
    time.go("2026-11-23 10:00")
    sales = a_department()
    below, elsewhere = a_department(sales), a_department()
    of_sales, of_all = open_group("wecom"), open_group("wecom")
    a_robot(keeper, of_sales, department=sales)
    a_robot(keeper, of_all, name="全公司")
    notify([a_reader("wecom", department=below).pk], "from below")
    notify([a_reader("wecom", department=elsewhere).pk], "from elsewhere")
    assert speak() == 2
    assert "from below" in of_sales.text
    assert "from elsewhere" not in of_sales.text
    assert "from elsewhere" in of_all.text


def test_from_five_on_all_is_one_message(time: Time, open_group: Any, keeper: Any) -> None:
    time.go("2026-11-23 10:00")
    group = open_group("dingtalk")
    a_robot(keeper, group)
    people = [a_reader("dingtalk") for _each in range(2)]
    notify([one.pk for one in people], "first")
    notify([one.pk for one in people], "second")
    speak()
    assert len(group.messages) == 4
    for number in range(3):
        notify([one.pk for one in people], "Order %(number)s waits for you", {"number": f"SO{number}"})
    speak()
    assert len(group.messages) == 5
    assert group.messages[-1]["msgtype"] == "markdown"
    assert sorted(group.messages[-1]["at"]["atUserIds"]) == sorted(f"user-{one.pk}" for one in people)


def test_nobody_exceeds_twenty_a_minute_whatever_comes(time: Time, open_group: Any, keeper: Any) -> None:
    group = open_group("dingtalk")
    a_robot(keeper, group)
    one = a_reader("dingtalk")
    start = datetime.datetime(2026, 11, 23, 10)  # noqa: DTZ001 -- read as local time by the clock
    for second in range(0, 300, 5):
        time.go(str(start + datetime.timedelta(seconds=second)))
        notify([one.pk] * 1, "a")
        notify([one.pk] * 1, "b")
        speak()
        assert group.heard_lately <= 20
    time.go(str(start + datetime.timedelta(seconds=400)))
    speak()
    assert not group.refused
    assert not Dispatch.objects.filter(finished_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("platform", "trouble", "pause"),
    [
        ("dingtalk", (130101, "send too fast, exceed 20 times per minute"), 10),
        ("wecom", (45009, "api freq out of limit"), 1),
        ("feishu", (11232, "frequency limited psm"), 1),
        ("feishu", (9499, "too many request"), 1),
    ],
)
def test_a_platforms_limit_is_waited_out(
    platform: str, trouble: tuple[int, str], pause: int, time: Time, open_group: Any, keeper: Any
) -> None:
    time.go("2026-11-23 10:00:00")
    group = open_group(platform)
    a_robot(keeper, group)
    one = a_reader(platform)
    group.trouble = trouble
    for _each in range(3):
        notify([one.pk], "hello")
    assert speak() == 0
    assert len(group.refused) == 1, "it went on knocking"
    group.trouble = None
    time.go(f"2026-11-23 10:{pause - 1:02}:59")
    assert speak() == 0
    time.go(f"2026-11-23 10:{pause:02}:00")
    assert speak() == 3


@pytest.mark.parametrize(
    ("platform", "trouble"),
    [
        ("dingtalk", (310000, "sign not match")),
        ("wecom", (93000, "invalid webhook url")),
        ("feishu", (19021, "sign match fail or timestamp is not within one hour from current time")),
    ],
)
def test_a_robot_that_is_refused_is_stopped_and_says_why(
    platform: str, trouble: tuple[int, str], time: Time, open_group: Any, keeper: Any
) -> None:
    time.go("2026-11-23 10:00")
    group = open_group(platform)
    robot = a_robot(keeper, group)
    group.trouble = trouble
    notify([a_reader(platform).pk], "hello")
    speak()
    assert not robot.fresh.active
    assert trouble[1] in Pace.objects.get(robot=robot).trouble
    time.go("2026-11-23 11:00")
    speak()
    assert len(group.refused) == 1


def test_what_one_message_is_refused_for_stops_no_other(time: Time, open_group: Any, keeper: Any) -> None:
    time.go("2026-11-23 10:00")
    group = open_group("wecom")
    robot = a_robot(keeper, group)
    one = a_reader("wecom")
    group.trouble = (40058, "content exceed max length")
    notify([one.pk], "hello")
    speak()
    group.trouble = None
    notify([one.pk], "again")
    assert speak() == 1
    assert robot.fresh.active
    assert Dispatch.objects.filter(trouble__startswith="40058").count() == 1


def test_a_platform_that_is_away_is_asked_again_later_and_at_last_given_up(
    time: Time, open_group: Any, keeper: Any
) -> None:
    time.go("2026-11-23 10:00")
    group = open_group("wecom")
    a_robot(keeper, group)
    group.status = 503
    notify([a_reader("wecom").pk], "hello", urgent=True)
    for hour in range(24):
        for minute in range(0, 60, 5):
            time.go(f"2026-11-24 {hour:02}:{minute:02}")
            speak()
    assert len(group.refused) == 7
    assert Dispatch.objects.get().trouble == "HTTP 503"


def test_a_robot_is_silent_in_its_readers_quiet_hours(time: Time, open_group: Any, keeper: Any) -> None:
    group = open_group("feishu")
    a_robot(keeper, group)
    one = a_reader("feishu")
    time.go("2026-11-23 21:00")
    notify([one.pk], "calm")
    assert speak() == 0
    notify([one.pk], "burning", urgent=True)
    assert speak() == 1
    time.go("2026-11-24 08:49")
    assert speak() == 0
    time.go("2026-11-24 08:50")
    assert speak() == 1


def test_a_worker_that_slept_into_the_night_does_not_wake_the_group(time: Time, open_group: Any, keeper: Any) -> None:
    group = open_group("feishu")
    a_robot(keeper, group)
    time.go("2026-11-23 15:00")
    notify([a_reader("feishu").pk], "calm")
    posting.post()
    time.go("2026-11-23 22:00")
    assert speak() == 0
    time.go("2026-11-24 08:50")
    assert speak() == 1


# The record


def test_address_and_secret_are_kept_sealed_and_shown_to_nobody(open_group: Any, keeper: Any) -> None:
    group = open_group("dingtalk", secret="SECdemo")
    robot = a_robot(keeper, group)
    with connection.cursor() as cursor:
        for table in ("notices_robot", "notices_robothistory", "audit_entry", "actions_answer"):
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%%access_token%%' OR t::text LIKE %s",
                ["%SECdemo%"],
            )
            assert cursor.fetchone() == (0,), table
    moved = open_group("dingtalk", secret="SECother")
    given = {"address": moved.address, "secret": moved.secret}
    act(actor_of(keeper), "notices.robot.readdress", robot, given)
    act(actor_of(keeper), "notices.robot.test", robot.fresh)
    assert robots.speak() == 1
    assert (len(group.messages), len(moved.messages)) == (0, 1)


@pytest.mark.parametrize("address", ["http://10.0.0.1/x", "https://169.254.169.254/", "javascript:1", "https://a b"])
def test_an_address_that_we_would_not_call_is_refused(
    address: str, open_group: Any, keeper: Any, settings: Settings
) -> None:
    settings.OUTGOING_LOOPBACK = False
    given = {"name": "x", "platform": "wecom", "address": address}
    if address.startswith("https://169"):
        robot = act(actor_of(keeper), "notices.robot.create", None, given).record
        act(actor_of(keeper), "notices.robot.test", robot)
        robots.speak()
        assert Pace.objects.get(robot=robot).trouble == "private"
        return
    with pytest.raises(Refusal) as caught:
        act(actor_of(keeper), "notices.robot.create", None, given)
    assert caught.value.code == "url"


def test_only_the_administrator_keeps_robots(open_group: Any, keeper: Any) -> None:
    group = open_group("wecom")
    robot = a_robot(keeper, group)
    head = a_person(Role.HEAD, department=a_department())
    with pytest.raises(Refusal):
        a_robot(head, group)
    assert not Robot.objects.visible_to(actor_of(head)).filter(pk=robot.pk).exists()
    act(HOUSE, "notices.robot.suspend", robot)
    with pytest.raises(Refusal) as caught:
        act(actor_of(keeper), "notices.robot.test", robot.fresh)
    assert caught.value.code == "suspended"
    assert Channel.WECOM == Platform.WECOM
