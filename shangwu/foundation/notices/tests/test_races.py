"""Several workers at once: everything is said once, and within the limits."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from shangwu.foundation.notices import mailing, posting, robots
from shangwu.foundation.notices.models import Digest, Dispatch, Pace, Slot
from shangwu.foundation.notices.sending import notify
from shangwu.foundation.notices.tests.chatting import a_reader, a_robot
from shangwu.foundation.notices.tests.conftest import Time
from shangwu.foundation.notices.tests.post_office import PostOffice
from shangwu.foundation.people.roles import Role
from tests.builders import a_person, an_entity

pytestmark = pytest.mark.alone

WORKERS = 4


def together(work: Callable[[], Any]) -> None:
    """Do the same at the same moment in several threads."""
    start = threading.Barrier(WORKERS, timeout=20)

    def run() -> None:
        try:
            start.wait()
            work()
        finally:
            connection.close()

    workers = [threading.Thread(target=run) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_doubled_workers_mail_one_message(committing: None, time: Time, office: PostOffice) -> None:
    one = a_person(entity=an_entity(), email="reader@example.invalid")
    notify([one.pk], "hello")
    notify([one.pk], "urgent", urgent=True)
    time.go("2026-11-23 08:50")

    def work() -> None:
        posting.post()
        mailing.mail_urgent()
        mailing.mail_digests()

    together(work)
    assert len(office.mails) == 2
    assert Digest.objects.filter(slot=Slot.MORNING).count() == 1
    assert not Dispatch.objects.filter(finished_at__isnull=True).exists()


def test_several_workers_share_a_robots_limit(committing: None, time: Time, open_group: Any) -> None:
    time.go("2026-11-23 10:00")
    group = open_group("wecom")
    robot = a_robot(a_person(Role.ADMINISTRATOR, entity=an_entity()), group)
    one = a_reader("wecom")
    Pace.objects.create(robot=robot, spoken=[time.now] * 17)
    for number in range(4):
        notify([one.pk], "Order %(number)s waits for you", {"number": f"SO{number}"})
    posting.post()
    together(robots.speak)
    assert len(group.messages) <= 3
    assert all(group.text.count(f"SO{number}") == 1 for number in range(4))
