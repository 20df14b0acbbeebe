"""The clockwork of notices: each round derives its work from the tables, and may be missed or doubled."""

from datetime import timedelta

from shangwu.foundation.jobs.schedule import every
from shangwu.foundation.notices import mailing
from shangwu.foundation.notices.models import Channel, Digest, Dispatch
from shangwu.foundation.notices.posting import post
from shangwu.foundation.records import clock

KEPT = timedelta(days=90)


@every("* * * * *", "notices.mail")
def mail() -> None:
    """Mail what is urgent, and the digests whose time it is."""
    post()
    mailing.mail_urgent()
    mailing.mail_digests()


def _waits(*channels: Channel) -> bool:
    """Whether something waits to be sealed and sent: only then a process with the library that seals is started."""
    return Dispatch.objects.filter(channel__in=channels, due_at__lte=clock.now(), finished_at__isnull=True).exists()


@every("* * * * *", "notices.robots", apart_when=lambda: _waits(Channel.WECOM, Channel.DINGTALK, Channel.FEISHU))
def speak() -> None:
    """Let the robots speak, within their platforms' limits."""
    from shangwu.foundation.notices import robots

    post()
    robots.speak()


@every("* * * * *", "notices.push", apart_when=lambda: _waits(Channel.PUSH))
def push() -> None:
    """Wake the browsers that asked for it."""
    from shangwu.foundation.notices import browsers

    post()
    browsers.push()


@every("10 3 * * *", "notices.sweep")
def sweep() -> None:
    """Forget what went outside long ago; the notices themselves stay."""
    before = clock.now() - KEPT
    Dispatch.objects.filter(finished_at__lt=before).delete()
    Digest.objects.filter(day__lt=before.date()).delete()
