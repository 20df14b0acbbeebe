"""Clause 2.5.2: texts that are used again, with named places."""

from shangwu.chapters.customers.filling import check
from shangwu.chapters.customers.mail_access import keeps_templates
from shangwu.chapters.customers.models import MailTemplate
from shangwu.foundation.actions.door import keep
from shangwu.foundation.records.actors import Actor


def complete(template: MailTemplate, by: Actor) -> None:
    """2.5.2: every place of a template can be filled in. Refuses `place`, naming the one that is unknown."""
    check(template.subject, "subject")
    check(template.text, "text")


keep(MailTemplate, clause="2.5.2", may=keeps_templates, fields=["name", "purpose", "subject", "text"], body=complete)
