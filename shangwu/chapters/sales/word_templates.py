"""What a contract puts into a Word template, by name; files are read and filled in the sandbox (2.6.2)."""

import base64
from collections.abc import Callable, Mapping
from typing import Any

from shangwu.chapters.sales.contract_checks import MANDATORY, USUAL
from shangwu.chapters.sales.contract_goods import addresses, in_words
from shangwu.chapters.sales.contract_papers import when_due
from shangwu.chapters.sales.models import Contract
from shangwu.foundation.files.sandbox import run
from shangwu.foundation.files.storage import Blob, on_disk
from shangwu.foundation.pages import formats

TASKS = "shangwu.chapters.sales.word_filling"
PLAIN = ("title", "amount_words", "currency", "signer_name", *MANDATORY, *USUAL, "departures", "relief")


def _plain(name: str) -> Callable[[Any], str]:
    return lambda contract: str(getattr(contract, name))


def _money(name: str) -> Callable[[Any], str]:
    return lambda contract: formats.money(getattr(contract, name), contract.currency)


def _day(name: str) -> Callable[[Any], str]:
    return lambda contract: formats.day(getattr(contract, name)) if getattr(contract, name) else ""


def _instalments(contract: Any) -> str:
    rows = contract.instalments.all()
    return "\n".join(
        f"{one.position}. {one.purpose} {when_due(one)} {formats.money(one.amount, contract.currency)}" for one in rows
    )


PLACES: Mapping[str, Callable[[Any], str]] = {
    **{name: _plain(name) for name in PLAIN},
    **{name: _money(name) for name in ("amount", "net", "tax", "deposit")},
    **{name: _day(name) for name in ("starts_on", "ends_on")},
    "number": lambda contract: contract.number or "",
    "seller": lambda contract: contract.entity.name if contract.entity is not None else "",
    "buyer": lambda contract: contract.customer_name,
    "buyer_number": lambda contract: contract.customer_number,
    "deposit_kind": lambda contract: str(contract.get_deposit_kind_display()) if contract.deposit else "",
    "originals": lambda contract: str(contract.originals or ""),
    "signer": lambda contract: str(contract.get_signer_display()),
    "delivery_address": lambda contract: "\n".join(addresses(contract)),
    "goods": in_words,
    "orders": lambda contract: ", ".join(str(one.order.number) for one in contract.covered.all()),
    "instalments": _instalments,
    "deliveries": lambda contract: "\n".join(
        f"{one.what} {one.order.number} {one.due_on.isoformat()}" for one in contract.deliveries.all()
    ),
}
"""Name in a template -> what a contract puts there. Nothing else can be asked for."""


def places_in(blob: Blob) -> tuple[list[str], list[str]]:
    """The names in a Word file, and what only looks like one. Raises ValidationError for a file that can't be read."""
    with on_disk(blob) as path:
        found = run(f"{TASKS}:names", path, {})
    return list(found["names"]), list(found["strange"])


def filled(blob: Blob, contract: Contract) -> bytes:
    """The template with the contract's texts in their places. Reads its parts and orders from memory."""
    values = {name: put(contract) for name, put in PLACES.items()}
    with on_disk(blob) as path:
        return base64.b64decode(run(f"{TASKS}:fill", path, {"values": values})["docx"])
