"""What a command calls once Django is ready: found by name, and its refusals told in one sentence."""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator
from typing import Any

from shangwu.cli.trouble import Trouble


def engine(module: str, name: str) -> Any:
    """The function `name` of `module`. Raises Trouble when this build does not have it."""
    try:
        return getattr(importlib.import_module(module), name)
    except ModuleNotFoundError as error:
        if error.name is None or not module.startswith(error.name):
            raise
        raise Trouble(f"This build of Shangwu can't do that: {error.name} is missing.") from error


@contextlib.contextmanager
def told_to_people() -> Iterator[None]:
    """Refusals, broken rules, a lost database, a file out of reach become a Trouble; the rest are bugs with a trace."""
    from django.core.exceptions import ValidationError
    from django.db import OperationalError
    from django.utils import translation

    from shangwu.foundation.records.refusals import Refusal

    try:
        with translation.override(_language()):
            yield
    except Refusal as refusal:
        with translation.override(_language()):
            details = [str(said) for sentences in refusal.fields.values() for said in sentences]
            raise Trouble(" ".join(dict.fromkeys([refusal.sentence, *details]))) from refusal
    except ValidationError as error:
        raise Trouble(" ".join(error.messages)) from error
    except OperationalError as error:
        reason = str(error).strip().splitlines()[0]
        raise Trouble(f"The database went away ({reason}): try again when it answers.") from error
    except FileNotFoundError as error:
        raise Trouble(f"{error.filename} is not there: check the name.") from error
    except (PermissionError, IsADirectoryError, NotADirectoryError) as error:
        raise Trouble(f"{error.filename} can't be opened ({error.strerror}): choose another place.") from error


def _language() -> str:
    """The language of the terminal, of those that we have."""
    told = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if not told.startswith("zh"):
        return "en"
    return "zh-hans" if told.startswith(("zh_CN", "zh_SG")) else "zh-hant"
