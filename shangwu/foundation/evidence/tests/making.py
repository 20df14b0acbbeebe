"""Bundles as tests make them: asked for, built, opened, changed, and signed anew by one who has the key."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from shangwu.foundation.actions.door import act
from shangwu.foundation.audit import heads
from shangwu.foundation.evidence import verify
from shangwu.foundation.evidence.building import build
from shangwu.foundation.evidence.models import Bundle
from shangwu.foundation.evidence.tests.conftest import FIRST, LAST
from shangwu.foundation.records import gate
from shangwu.foundation.records.actors import Actor


def asked(by: Actor, clause: str = "2.5.2", **days: Any) -> Bundle:
    """A bundle that was asked for."""
    return act(by, "evidence.bundle.create", None, {"clause": clause, "first": FIRST, "last": LAST, **days}).record  # type: ignore[no-any-return]


def built(bundle: Bundle, by: Actor) -> bytes:
    """Its bytes, made as a job makes them."""
    with gate.request_code():
        return build(bundle, by, lambda done, total, said: None)[0]


def opened(data: bytes) -> verify.Files:
    """The files of a sound bundle."""
    assert verify.verify_container(data) == []
    return verify.unpacked(data)[0]


def changed(files: verify.Files, name: str, change: Callable[[Any], None]) -> verify.Files:
    """The files with the JSON of one changed, nothing else."""
    told = json.loads(files[name])
    change(told)
    return {**files, name: json.dumps(told, ensure_ascii=False).encode()}


def signed_anew(files: verify.Files, **said: Any) -> verify.Files:
    """The files with a manifest and a statement that fit: what one does who holds the signing key."""
    rest = {name: data for name, data in files.items() if name not in (verify.MANIFEST, verify.STATEMENT)}
    listed = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in rest.items()}
    manifest = verify.canonical(listed)
    told = {**json.loads(files[verify.STATEMENT]), "manifest": hashlib.sha256(manifest).hexdigest(), **said}
    del told["signature"]
    signature = heads.signing_key().sign(verify.SIGNED + verify.canonical(told)).hex()
    statement = verify.canonical({**told, "signature": signature})
    return {**rest, verify.MANIFEST: manifest, verify.STATEMENT: statement}


def first_of(files: verify.Files, folder: str) -> str:
    """The first file below a folder."""
    return next(name for name in sorted(files) if name.startswith(f"{folder}/"))
