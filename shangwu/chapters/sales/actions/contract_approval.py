"""Clause 2.6.2: head, finance and legal review in turn; who approves in the end follows from amount and terms."""

import contextlib
import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.actions.contracts import Bound, bound, require_free, settle_rate
from shangwu.chapters.sales.contract_access import keeps_contracts
from shangwu.chapters.sales.contract_checks import findings
from shangwu.chapters.sales.contract_papers import paper
from shangwu.chapters.sales.models import Contract
from shangwu.foundation.actions.door import Ask, Refusal, action, newborn
from shangwu.foundation.actions.writing import reserve
from shangwu.foundation.approvals.access import by_decision
from shangwu.foundation.approvals.kinds import Fact, StepSpec, approvable
from shangwu.foundation.approvals.opening import Opening, opening
from shangwu.foundation.files import storage
from shangwu.foundation.files.intake import Taken, take
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.names import safe_name
from shangwu.foundation.files.paging import pages_of
from shangwu.foundation.numbering.series import Reset, Series
from shangwu.foundation.people.roles import Role
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.records.models import Record
from shangwu.foundation.regulation.attached import attached_to, file_of

CONTRACTS = Series("contract", "HT-XS-%Y-{n:04d}", _("Sales contract"), Reset.YEAR)

State = Contract.State
APPROVAL = "sales.contract.approval"
SPECIAL = {
    "cost": _("below cost"), "credit": _("beyond the credit limit"), "departures": _("terms that are not standard"),
}  # fmt: skip
"""What only the executive approves, whatever the amount."""
_ANY = " ".join(SPECIAL)


def special(contract: Contract) -> list[str]:
    """Why the executive must approve: what the reviews of its orders found, and departures from the template."""
    orders = [one.order for one in contract.covered.all()]
    found = {why for order in orders for why in (*order.special_because, *order.covered_because)}
    return sorted(found & {"cost", "credit"} | ({"departures"} if contract.departures.strip() else set()))


approvable(
    APPROVAL,
    model=Contract,
    label=_("Approval of a contract"),
    clause="2.6.2",
    facts={"special": Fact(_("Special because"), special, SPECIAL)},
    amount=lambda contract: contract.base_amount,
    currency=lambda contract: contract.base_currency,
    title=lambda contract: f"{contract.title} {contract.customer_name}",
    on_approved="sales.contract.approve",
    on_rejected="sales.contract.reject",
    on_returned="sales.contract.return",
    on_withdrawn="sales.contract.take_back",
    resubmitted_by="sales.contract.submit",
    route=[
        StepSpec(name=_("Head of department"), role=Role.HEAD, from_above=True),
        StepSpec(name=_("Finance"), role=Role.FINANCE),
        StepSpec(name=_("Law"), role=Role.LEGAL),
        StepSpec(
            name=_("Executive in charge"), role=Role.VICE_EXECUTIVE, from_above=True,
            when=[
                ("amount", "above", "{contract.head}"), ("amount", "up_to", "{contract.vice}"),
                ("special", "lacks", _ANY),
            ],
        ),
        StepSpec(
            name=_("Executive"), role=Role.EXECUTIVE, link="beside", when=[("amount", "above", "{contract.vice}")],
        ),
        StepSpec(
            name=_("Executive, for special terms"), role=Role.EXECUTIVE, link="beside",
            when=[("amount", "up_to", "{contract.vice}"), ("special", "has", _ANY)],
        ),
    ],
)  # fmt: skip


class Papers:
    """Files that hang on the contracts of a run, and how many pages those have that an action names."""

    model: type[Record] = Contract

    def __init__(self, contracts: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> None:
        self.attached = attached_to(self.model)(contracts, by, inputs)
        self.pages: dict[str, int] = {}
        for contract, given in zip(contracts, inputs, strict=True):
            file = self.attached.get((contract.pk, str(given.get("file", "")).strip()))
            if file is not None and file.kind == "pdf" and storage.whole(file.blob):
                with contextlib.suppress(ValidationError):  # whose pages can't be counted is refused by `pdf`
                    self.pages[file.sha256] = pages_of(file.blob)

    def pdf(self, contract: Any, named: object) -> tuple[StoredFile, int]:
        """The PDF of the contract that is called so, and its pages. Refuses `file`, `pdf`."""
        file = file_of(contract, named, self.attached)
        pages = self.pages.get(file.sha256)
        if pages is None:
            said = _("Choose a PDF that can be read: its pages are counted.")
            raise Refusal("pdf", said, fields={"file": [said]})
        return file, pages

    def signed(self, contract: Any, named: object, signed_on: datetime.date, by: Actor) -> tuple[StoredFile, int]:
        """The scan of what both have signed, held beside the document that was approved.

        Refuses `file`, `pdf`, `document`, `unsigned`, `pages`, `future`.
        """
        scan, pages = self.pdf(contract, named)
        if contract.document.sha256 != contract.document_sha256:
            raise Refusal("document", _("The document is not the one that was approved. Declare it void."))
        if scan.sha256 == contract.document_sha256:
            said = _("This is the approved document itself. Choose the scan of the paper that both have signed.")
            raise Refusal("unsigned", said, fields={"file": [said]})
        if pages != contract.document_pages:
            said = _("The scan has %(scan)s pages, the approved document %(document)s. Scan all of them, each once.")
            params = {"scan": pages, "document": contract.document_pages}
            raise Refusal("pages", said, params, fields={"file": [str(said) % params]})
        if signed_on > contract.changed_at.astimezone(by.zone).date():
            said = _("This day has not come yet.")
            raise Refusal("future", said, fields={"signed_on": [said]})
        return scan, pages


@action(
    Contract, "name_document", clause="2.6.2", label=_("Name the document"), may=keeps_contracts, source=State.DRAFT,
    prepare=Papers, icon="file-text", event="sales.contract.document_named",
)  # fmt: skip
def name_document(
    contract: Contract, by: Actor, papers: Papers, *, file: Annotated[uuid.UUID, Ask(_("File of this contract (PDF)"))]
) -> None:
    """2.6.2: which file is the text that will be approved and signed. Refuses `file`, `pdf`."""
    contract.document, contract.document_pages = papers.pdf(contract, file)


Written = Mapping[int, tuple[Taken, int]]
"""Contract -> its text as taken in, and the key in store for the file."""


def written(contracts: Sequence[Contract], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Written:
    """The text of each contract as a PDF that was taken in."""
    keys = reserve({StoredFile: len(contracts)}).get(StoredFile, [])
    found = {}
    for one in contracts:
        made = paper(one, one.entity.name if one.entity is not None else "")
        taken = take([made], f"{safe_name(one.title)}.pdf", entity=one.entity_id or 0)
        found[one.pk] = taken, keys.pop()
    return found


@action(
    Contract, "write_document", clause="2.6.2", label=_("Write the document"), may=keeps_contracts, source=State.DRAFT,
    reads=["entity", "instalments", "covered.order", "deliveries.order"], prepare=written, icon="file-text",
    event="sales.contract.document_written",
)  # fmt: skip
def write_document(contract: Contract, by: Actor, known: Written) -> list[models.Model]:
    """2.6.2: the house writes the text from the draft as it stands, as PDF on the contract; it is the document then."""
    (blob, report), key = known[contract.pk]
    file: StoredFile = newborn(StoredFile, by, contract.changed_at)
    file.pk = key
    file.record_type, file.record_id = contract._meta.label_lower, contract.pk
    file.name, file.kind, file.notices = report.name, report.kind.code, " ".join(report.notices)
    file.kept_for, file.sha256, file.size = blob
    file.entity_id, file.department_id, file.secrecy = contract.entity_id, contract.department_id, contract.secrecy
    contract.document, contract.document_pages = file, pages_of(blob)
    return [file]


@action(
    Contract, "name_authority", clause="2.6.2", label=_("Name the letter of authority"), may=keeps_contracts,
    source=State.DRAFT, prepare=attached_to(Contract), icon="certificate", event="sales.contract.authority_named",
)  # fmt: skip
def name_authority(
    contract: Contract, by: Actor, attached: Any, *, file: Annotated[uuid.UUID, Ask(_("File of this contract"))]
) -> None:
    """2.6.2: which file lets the agent sign for the customer. Refuses `file`."""
    contract.authority_letter = file_of(contract, file, attached)


def bound_and_opening(
    contracts: Sequence[Contract], by: Actor, inputs: Sequence[Mapping[str, Any]]
) -> tuple[Bound, Opening]:
    """What putting forward needs: which contracts bind the same orders, and the route."""
    return bound(contracts, by, inputs), opening(APPROVAL)(contracts, by, inputs)


@action(
    Contract, "submit", clause="2.6.2", label=_("Put forward"), may=keeps_contracts, source=State.DRAFT,
    target=State.APPROVAL, locks=["covered.order"], reads=["customer", "document", "instalments"], series=CONTRACTS,
    prepare=bound_and_opening, primary=True, icon="send",
)  # fmt: skip
def submit(contract: Contract, by: Actor, known: tuple[Bound, Opening]) -> Iterable[models.Model]:
    """2.6.2: put it forward; it gets its number, and its text stands. Refuses `incomplete` with all that is to be
    mended, `bound`, `rate` and `route`."""
    others, opened = known
    require_free(contract, others)
    settle_rate(contract, by)
    lacking = [one for one in findings(contract, contract.changed_at.astimezone(by.zone).date()) if one.blocks]
    if lacking:
        said = _("Not yet: %(said)s %(todo)s (%(count)s to mend in all)")
        params = {"said": lacking[0].said, "todo": lacking[0].todo, "count": len(lacking)}
        raise Refusal("incomplete", said, params, details={"findings": [one._asdict() for one in lacking]})
    assert contract.document is not None
    contract.document_sha256 = contract.document.sha256
    return opened.request(contract, by)


@action(
    Contract, "approve", clause="2.6.2", label=_("Approve"), may=by_decision, source=State.APPROVAL,
    target=State.APPROVED, icon="thumb-up", persons_only=True, shown=False,
)  # fmt: skip
def approve(contract: Contract, by: Actor) -> None:
    """2.6.2: the contract may be sealed. Only a decision does this."""


@action(
    Contract, "reject", clause="2.6.2", label=_("Reject"), may=by_decision, source=State.APPROVAL, target=State.VOID,
    icon="thumb-down", needs_reason=True, persons_only=True, shown=False,
)  # fmt: skip
def reject(contract: Contract, by: Actor) -> None:
    """2.6.2: this contract is not made; its number is kept as void with the reason. Only a decision does this."""


@action(
    Contract, "return", clause="2.6.2", label=_("Return"), may=by_decision, source=State.APPROVAL, target=State.DRAFT,
    icon="arrow-back", needs_reason=True, persons_only=True, shown=False, event="sales.contract.returned",
)  # fmt: skip
def return_(contract: Contract, by: Actor) -> None:
    """2.6.2: back to who drafted it, to be mended and put forward again under its number. Only a decision does this."""


@action(
    Contract, "take_back", clause="2.6.2", label=_("Take back from approval"), may=by_decision, source=State.APPROVAL,
    target=State.DRAFT, icon="arrow-back", persons_only=True, shown=False,
)  # fmt: skip
def take_back(contract: Contract, by: Actor) -> None:
    """2.6.2: the request was withdrawn; it is a draft again and keeps its number. Only a decision does this."""
