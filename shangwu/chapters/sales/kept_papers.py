"""What an erasure does to the papers of sales, and what the law keeps (2.5.1; PIPL 47, DOMAIN 2.4 and 3.3.3).

What was agreed stays as it was agreed: orders with all that hangs on them, offers that were accepted, contracts that
were signed. A contract on its way to being signed waits, since the person wants it concluded (`pending_erasures`).
What binds nobody has no such reason: an offer that nobody accepted, the draft of a contract, one that was declared void
before anybody signed. There the person's name goes from words, former texts and history, and the paper that bears it
goes too.
"""

from collections.abc import Collection, Iterable
from pathlib import PurePath
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.customers.free_words import erase_beside, erase_in, redact_sheets
from shangwu.chapters.customers.models import Contact
from shangwu.chapters.customers.papers_elsewhere import Gone, Kept, forgets_papers, keeps_papers
from shangwu.chapters.sales.models import Contract, Order, PendingErasure, Quotation, QuotationRevision
from shangwu.chapters.sales.quotation_texts import redacted
from shangwu.foundation.actions.door import Row, act_many
from shangwu.foundation.audit.erasing import erase
from shangwu.foundation.exchange.forgetting import forget_file, forget_files
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.records.actors import Source, system
from shangwu.foundation.records.history import history_models
from shangwu.foundation.records.models import Record

UNANSWERED = ~Q(state=Quotation.State.ACCEPTED)
UNSIGNED = Q(state__in=[Contract.State.DRAFT, Contract.State.VOID], signed_at__isnull=True)
ON_ITS_WAY = Q(signed_at__isnull=True) & ~UNSIGNED
ERASED = "a person's data are erased wherever they lie, whoever attached the paper"


@forgets_papers
def forget_what_binds_nobody(gone: Gone) -> None:
    """Take a person out of the offers and drafts of these customers, and drop the papers that name them."""
    offers = list(Quotation.objects.filter(UNANSWERED, customer__in=gone.files).order_by("pk"))
    drafts = list(Contract.objects.filter(UNSIGNED, customer__in=gone.files).order_by("pk"))
    erase_in(Quotation, offers, tuple(Quotation.classes), gone.pattern, gone.mask)
    _erase_texts(offers, gone)
    if gone.whole:
        for offer in offers:
            forget_files(offer)
    erase_beside({Quotation: [one.pk for one in offers]}, gone.pattern, gone.mask)
    forget_unsigned(drafts, gone)
    wait_for(Contract.objects.filter(ON_ITS_WAY, customer__in=gone.files), gone)
    kinds: tuple[type[Record], ...] = (Order, Quotation, Contract)
    for model in kinds:  # a hand-over sheet is no paper that the law keeps, whatever it lists
        rows: Any = model._default_manager
        theirs = list(rows.filter(customer__in=gone.files).values_list("pk", flat=True))
        redact_sheets(model, theirs, gone.pattern, gone.mask)


def forget_unsigned(contracts: list[Contract], gone: Gone) -> None:
    """Take a person out of contracts that nobody signs any more: their words, their papers, what was said of them."""
    named = erase_in(Contract, contracts, tuple(Contract.classes), gone.pattern, gone.mask)
    _drop_papers([one for one in contracts if gone.whole or one.pk in named])
    if gone.whole:
        for paper in contracts:
            forget_files(paper)
    erase_beside({Contract: [one.pk for one in contracts]}, gone.pattern, gone.mask)


def wait_for(contracts: Iterable[Contract], gone: Gone) -> None:
    """Note what is to go out of these once it is known that nobody signs them."""
    rows = [PendingErasure(contract=one, pattern=gone.pattern, whole=gone.whole) for one in contracts]
    PendingErasure.objects.bulk_create(rows)


def _erase_texts(offers: list[Quotation], gone: Gone) -> None:
    former = QuotationRevision.objects.filter(quotation__in=offers).order_by("pk")
    named = {one.pk: one.quotation_id for one in former if redacted(one.text, gone.pattern, "") != one.text}
    rows = [
        Row({"pattern": gone.pattern, "mask": gone.mask}, one)
        for one in Quotation.objects.filter(pk__in=set(named.values())).order_by("pk")
    ]
    if rows:
        act_many(system(Source.EVENT), "sales.quotation.redact_texts", rows, whole=True)
    for one in QuotationRevision.objects.filter(pk__in=list(named)):
        erase(one, {"text": one.text}, [])


def _drop_papers(drafts: list[Contract]) -> None:
    """The text that was to be signed, in every edition and form, and letters of authority."""
    bearing = [one for one in drafts if one.document_id is not None or one.authority_letter_id is not None]
    papers = [file for one in drafts for file in _papers_of(one)]
    if bearing:
        fresh = Contract.objects.filter(pk__in=[one.pk for one in bearing]).order_by("pk")
        act_many(system(Source.EVENT), "sales.contract.drop_papers", [Row(target=one) for one in fresh], whole=True)
    for file in papers:
        forget_file(file)


def _papers_of(draft: Contract) -> list[StoredFile]:
    """Files that were ever the text or the letter, and those of the same name: the text as a Word file."""
    former: Any = history_models[Contract]._default_manager.filter(pgh_obj_id=draft.pk)
    ever = {key for row in former.values_list("document_id", "authority_letter_id") for key in row}
    rows: Any = StoredFile.objects.unscoped(reason=ERASED)
    hung = rows.filter(record_type=Contract._meta.label_lower, record_id=draft.pk).exclude(sha256="")
    called = {PurePath(file.name).stem for file in hung if file.pk in ever}
    return [file for file in hung if file.pk in ever or PurePath(file.name).stem in called]


@keeps_papers
def what_the_law_keeps(contact: Contact, files: Collection[int]) -> Iterable[Kept]:
    """What a private person has agreed on with us; of somebody at a company, what was agreed on through them."""
    theirs = Q(customer__in=list(files)) if files else Q(contact=contact)
    yield Kept(
        _("Orders, with deliveries, invoices and payments"), Order.objects.filter(theirs).count(),
        _("What was bought is a contract and its vouchers: they are kept as accounts, for thirty years."),
    )  # fmt: skip
    yield Kept(
        _("Quotations that were accepted"), Quotation.objects.exclude(UNANSWERED).filter(theirs).count(),
        _("An accepted offer is a part of the contract, and is kept with it."),
    )  # fmt: skip
    if files:
        contracts = Contract.objects.filter(theirs)
        yield Kept(
            _("Contracts that were signed"), contracts.filter(signed_at__isnull=False).count(),
            _("A signed contract is kept for ten years after its end at least."),
        )  # fmt: skip
        yield Kept(
            _("Contracts on their way to being signed"),
            contracts.filter(ON_ITS_WAY).count(),
            _(
                "They are needed to conclude the contract (PIPL 13, 2). What is rejected, taken back or declared void "
                "forgets the person by itself."
            ),
        )  # fmt: skip
