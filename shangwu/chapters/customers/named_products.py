"""The product that a complaint's words name (2.5.3). This room knows no products: who keeps them says which it is."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from shangwu.chapters.customers.models import Complaint
from shangwu.foundation.records.actors import Actor

Products = Mapping[str, int]
"""Words -> key of the one product that they name."""

Find = Callable[[Collection[str]], Products]
_ways: list[Find] = []


def products_named(find: Find) -> Find:
    """Register who knows of products: words -> the product of that code or whole name, the others left out. A
    decorator."""
    _ways.append(find)
    return find


def products_of(words: Collection[str]) -> Products:
    """Words -> the product that they name. One query for each way."""
    return {said: key for find in _ways for said, key in find(words).items()} if words else {}


def products_named_anew(complaints: Sequence[Any], by: Actor, inputs: Sequence[Mapping[str, Any]]) -> Products:
    """The `prepare` of registering and editing: what the words mean that are new. Who takes a product away from words
    that stay has decided."""
    return products_of({
        said
        for one, given in zip(complaints, inputs, strict=True)
        if (said := (given.get("product") or "").strip()) and (one._state.adding or said != one.product)
    })  # fmt: skip


def name_product(complaint: Complaint, products: Products) -> None:
    """Words that are a product's code or whole name stand for the product, and stay. What was chosen stays too."""
    if complaint.article_id is None:
        complaint.article_id = products.get(complaint.product)
