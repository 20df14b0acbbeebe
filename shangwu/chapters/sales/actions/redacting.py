"""Clause 2.5.1 in the papers of sales: an erased person goes out of what binds nobody; only an erasure does this."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.models import Contract, Quotation
from shangwu.chapters.sales.quotation_texts import redacted
from shangwu.foundation.access.predicates import nobody
from shangwu.foundation.actions.door import Ask, action, edit
from shangwu.foundation.records.actors import Actor

for model in (Quotation, Contract):
    edit(
        model, clause="2.5.1", may=nobody, fields=tuple(model.classes), verb="redact",
        label=_("Take a person's name out"), undo=False, shown=False, archive_too=True, own=False,
    )  # fmt: skip


@action(
    Quotation, "redact_texts", clause="2.5.1", label=_("Take a person's name out of former texts"), may=nobody,
    locks=["revisions"], shown=False, bulk=True, archive_too=True,
)  # fmt: skip
def redact_texts(
    quotation: Quotation,
    by: Actor,
    *,
    pattern: Annotated[str, Ask(_("What names the person"), multiline=True)],
    mask: Annotated[str, Ask(_("What stands in its place"))],
) -> None:
    """2.5.1: the former texts of an offer that nobody accepted name an erased person no more; the offer stays."""
    for one in quotation.revisions.all():
        one.text = redacted(one.text, pattern, mask)


@action(
    Contract, "drop_papers", clause="2.5.1", label=_("Drop the text that names a person"), may=nobody, shown=False,
    bulk=True, archive_too=True, event="sales.contract.papers_dropped",
)  # fmt: skip
def drop_papers(contract: Contract, by: Actor) -> None:
    """2.5.1: the text of a contract that nobody signed names an erased person, and so does a letter of authority: both
    go. A draft is written anew from what stands in it now."""
    contract.document = contract.authority_letter = None
    contract.document_sha256, contract.document_pages = "", None
    contract.document_written = contract.document_numbered = False


@action(
    Contract, "erase", clause="2.5.1", label=_("Carry an erasure through"), may=nobody, shown=False, bulk=True,
    archive_too=True,
)  # fmt: skip
def erase(contract: Contract, by: Actor) -> None:
    """2.5.1: when a person's data were erased this contract was on its way to being signed. It is signed by now, and
    kept by law; or nobody signs it any more, and the person goes out of it (`pending_erasures`)."""
