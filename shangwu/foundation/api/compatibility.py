"""What a later release may change in the API: fields are only added. Compares two OpenAPI documents."""

from collections.abc import Iterator, Mapping
from typing import Any

Document = Mapping[str, Any]


def broken_promises(former: Document, present: Document) -> list[str]:
    """What programs written for `former` would miss in `present`; empty when nothing."""
    return [*_operations(former, present), *_components(former, present)]


def _operations(former: Document, present: Document) -> Iterator[str]:
    for path, methods in former["paths"].items():
        for method, was in methods.items():
            place = f"{method.upper()} {path}"
            now = present["paths"].get(path, {}).get(method)
            if now is None:
                yield f"{place} is gone"
                continue
            yield from _parameters(place, was, now)
            yield from _lost(f"{place} answer", _keys(was["responses"]), _keys(now["responses"]))
            yield from _inputs(f"{place} body", _body(was), _body(now))
            if was.get("x-event") != now.get("x-event"):
                yield f"{place}: event {was.get('x-event')} is now called {now.get('x-event')}"
            yield from _lost(f"{place} refusal", was.get("x-refusals", ()), now.get("x-refusals", ()))


def _keys(found: Mapping[Any, Any]) -> list[str]:
    return [str(name) for name in found]


def _lost(place: str, was: Any, now: Any) -> Iterator[str]:
    for name in sorted(set(was) - set(now)):
        yield f"{place} {name} is gone"


def _body(operation: Document) -> Document:
    content = operation.get("requestBody", {}).get("content", {})
    schema: Document = content.get("application/json", {}).get("schema", {})
    return schema


def _named(operation: Document) -> dict[str, Document]:
    found = {}
    for one in operation.get("parameters", ()):
        found[one.get("name") or one["$ref"].rpartition("/")[2]] = one
    return found


def _parameters(place: str, was: Document, now: Document) -> Iterator[str]:
    former, present = _named(was), _named(now)
    yield from _lost(f"{place} parameter", former, present)
    for name, one in present.items():
        if name in former:
            yield from _kind(f"{place} parameter {name}", former[name].get("schema", {}), one.get("schema", {}))
        elif one.get("required"):
            yield f"{place} parameter {name} is new and required"


def _inputs(place: str, was: Document, now: Document) -> Iterator[str]:
    """Inputs may be added if they are optional; none may go, become required, or change their kind."""
    former, present = was.get("properties", {}), now.get("properties", {})
    yield from _lost(f"{place} input", former, present)
    for name in sorted(set(now.get("required", ())) - set(was.get("required", ()))):
        yield f"{place} input {name} is now required"
    for name in sorted(set(former) & set(present)):
        inner = f"{place} input {name}"
        yield from _kind(inner, former[name], present[name])
        yield from _lost(f"{inner} choice", _plain(former[name].get("enum")), _plain(present[name].get("enum")))
        yield from _inputs(inner, former[name].get("items", former[name]), present[name].get("items", present[name]))


def _plain(values: Any) -> list[str]:
    return [str(value) for value in values or () if value is not None]


def _components(former: Document, present: Document) -> Iterator[str]:
    """Fields of answers may be added; none may go or change its kind."""
    schemas, now = former["components"]["schemas"], present["components"]["schemas"]
    yield from _lost("record", schemas, now)
    for name in sorted(set(schemas) & set(now)):
        yield from _fields(name, schemas[name], now[name])


def _fields(place: str, was: Document, now: Document) -> Iterator[str]:
    former, present = was.get("properties", {}), now.get("properties", {})
    yield from _lost(f"{place} field", former, present)
    for name in sorted(set(former) & set(present)):
        inner = f"{place}.{name}"
        yield from _kind(inner, former[name], present[name], answered=True)
        yield from _fields(inner, former[name].get("items", {}), present[name].get("items", {}))


def _kind(place: str, was: Document, now: Document, *, answered: bool = False) -> Iterator[str]:
    """A kind may widen in what is taken, and narrow in what is given: null may come to an input, or go from a field."""
    former, present = _kinds(was), _kinds(now)
    missing = present - former if answered else former - present
    if missing:
        yield f"{place} was {'|'.join(sorted(former))} and is {'|'.join(sorted(present))}"


def _kinds(schema: Document) -> set[str]:
    if "anyOf" in schema:
        return {kind for one in schema["anyOf"] for kind in _kinds(one)}
    if "$ref" in schema:
        return {schema["$ref"]}
    found = schema.get("type", ())
    return set(found) if isinstance(found, list) else {found} if found else set()
