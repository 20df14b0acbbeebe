"""Clause 2.6.2: contracts are drafted from a Word template that legal has released; only names are filled in."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shangwu.chapters.sales.actions.contract_documents import hung
from shangwu.chapters.sales.contract_access import drafts_templates, keeps_contracts, releases_templates
from shangwu.chapters.sales.contract_goods import with_goods
from shangwu.chapters.sales.models import Contract, ContractTemplate
from shangwu.chapters.sales.word_templates import PLACES, filled, places_in
from shangwu.foundation.actions.door import Ask, Refusal, action, create, edit
from shangwu.foundation.files.intake import Taken, take
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.files.names import safe_name
from shangwu.foundation.records.actors import Actor
from shangwu.foundation.regulation.attached import attached_to, file_of

State = ContractTemplate.State
FIELDS = ["name", "kind"]

create(ContractTemplate, clause="2.6.2", may=drafts_templates, fields=FIELDS, label=_("New template"))
edit(ContractTemplate, clause="2.6.2", may=drafts_templates, fields=FIELDS, source=State.DRAFT)


class Read(NamedTuple):
    """What a file of a template holds; None where it is no Word file that can be read."""

    attached: Any
    places: dict[str, tuple[list[str], list[str]]]


def read(templates: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Read:
    """The files that hang on the templates, and the places in those that are named."""
    found = Read(attached_to(ContractTemplate)(templates, by, inputs), {})
    for template, given in zip(templates, inputs, strict=True):
        file = found.attached.get((template.pk, str(given.get("word_file", "")).strip()))
        if file is not None and file.kind == "docx" and not file.notices:
            try:
                found.places[file.sha256] = places_in(file.blob)
            except ValidationError:
                continue  # the body refuses what has no places
    return found


@action(
    ContractTemplate, "name_file", clause="2.6.2", label=_("Name the Word file"), may=drafts_templates,
    source=State.DRAFT, prepare=read, primary=True, icon="file-text", event="sales.contracttemplate.file_named",
)  # fmt: skip
def name_file(
    template: ContractTemplate,
    by: Actor,
    known: Read,
    *,
    word_file: Annotated[uuid.UUID, Ask(_("File of this template (Word)"))],
) -> None:
    """2.6.2: which file is the template; it is looked through. Refuses `file`, `word` for a file with macros, fields
    that start programs or links, and `places` for what a contract can't fill in."""
    found = file_of(template, word_file, known.attached)
    if found.sha256 not in known.places:
        said = _("Choose a plain Word file (.docx), without macros, links and embedded files.")
        raise Refusal("word", said, fields={"word_file": [said]})
    names, strange = known.places[found.sha256]
    if wrong := [*strange, *(f"{{{{{one}}}}}" for one in names if one not in PLACES)]:
        said = _("A contract can't fill in %(wrong)s. Names that it knows: %(known)s.")
        params = {"wrong": ", ".join(wrong[:5]), "known": ", ".join(sorted(PLACES))}
        raise Refusal("places", said, params, fields={"word_file": [str(said) % params]})
    template.file, template.places = found, names


@action(
    ContractTemplate, "release", clause="2.6.2", label=_("Release"), may=releases_templates, source=State.DRAFT,
    target=State.RELEASED, icon="circle-check", persons_only=True, event="sales.contracttemplate.released",
)  # fmt: skip
def release(template: ContractTemplate, by: Actor) -> None:
    """2.6.2: legal has read it; contracts may be drafted from it, and its file stands. Refuses `file`."""
    if template.file_id is None:
        raise Refusal("file", _("Attach the Word file, and name it first."))


@action(
    ContractTemplate, "withdraw", clause="2.6.2", label=_("Withdraw"), may=drafts_templates | releases_templates,
    source=[State.DRAFT, State.RELEASED], target=State.WITHDRAWN, icon="x", needs_reason=True,
    event="sales.contracttemplate.withdrawn",
)  # fmt: skip
def withdraw(template: ContractTemplate, by: Actor) -> None:
    """2.6.2: no contract is drafted from it any more; those that were stay as they are."""


def fill(contracts: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> dict[int, Taken]:
    """The template that each names, filled and taken in like any file."""
    with_goods(contracts)
    found: dict[int, Taken] = {}
    files = StoredFile.objects.in_bulk([given["template"].file_id for given in inputs if given["template"].file_id])
    for contract, given in zip(contracts, inputs, strict=True):
        file = files.get(given["template"].file_id)
        if file is not None and given["template"].state == State.RELEASED:
            made = filled(file.blob, contract)
            found[contract.pk] = take([made], f"{safe_name(contract.title)}.docx", entity=contract.entity_id or 0)
    return found


@action(
    Contract, "fill_template", clause="2.6.2", label=_("Draft the text from a template"), may=keeps_contracts,
    source=Contract.State.DRAFT, reads=["entity", "instalments", "covered.order", "deliveries.order"], prepare=fill,
    icon="file-text", event="sales.contract.template_filled",
)  # fmt: skip
def fill_template(
    contract: Contract,
    by: Actor,
    taken: dict[int, Taken],
    *,
    template: Annotated[ContractTemplate, Ask(_("Template"))],  # type: ignore[valid-type]  # the plugin reads notes itself
) -> list[models.Model]:
    """2.6.2: a Word file of the contract, made from a released template, hangs on it then. Refuses `template`."""
    if contract.pk not in taken:
        said = _("This template is not released. Choose another, or ask legal.")
        raise Refusal("template", said, fields={"template": [said]})
    contract.template = template
    return [hung(contract, taken[contract.pk], by)]
