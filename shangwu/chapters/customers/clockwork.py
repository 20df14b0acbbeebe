"""What customers' rooms do by the clock. Each derives its work from the tables, so it may be missed and repeated."""

from django.conf import settings

from shangwu.chapters.customers import (
    asking,
    dormancy,
    gathering,
    learning_chances,
    mail_sending,
    pooling,
    positions,
    reminding,
    retention,
)
from shangwu.chapters.customers.scanning import SCAN
from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.jobs.starting import start
from shangwu.foundation.records import actors
from shangwu.foundation.records.refusals import Refusal

every("7 * * * *", "customers.pool")(pooling.look_after)
every("23 2 * * *", "customers.dormancy")(dormancy.look_after)
every("47 2 * * *", "customers.chances")(learning_chances.look_after)
every("* * * * *", "customers.send_mail")(mail_sending.send_waiting)
every("13 8-17 * * *", "customers.ask_the_year")(asking.ask_the_year)
every("33 * * * *", "customers.expire_surveys")(asking.expire)
every("53 3 * * *", "customers.positions")(positions.look_after)
every("11 4 * * *", "customers.retention")(retention.look_after)
every("*/10 * * * *", "customers.gather")(gathering.look_after)
every("41 * * * *", "customers.remind")(reminding.remind)


def has_mailbox() -> bool:
    """Whether the operator has named a mailbox: only then a process with the library that reads it is started."""
    return bool(settings.MAILBOX_HOST)


@every("* * * * *", "customers.fetch_mail", apart_when=has_mailbox)
def fetch_mail() -> None:
    """Take in what customers have written."""
    from shangwu.chapters.customers import mail_fetching

    mail_fetching.fetch()


@every("41 2 * * 0", "customers.compare_files_weekly")
def compare_files() -> None:
    """All files are compared each week."""
    try:
        start(actors.system(), SCAN, {}, once="all")
    except Refusal:
        return  # somebody has just asked for it
