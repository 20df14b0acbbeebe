"""Lists of codes as people read them: in the words that a chapter has for each code."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as _

from shangwu.foundation.records.refusals import Sentence

_WORDS: dict[tuple[type[models.Model], str], Mapping[Any, Sentence]] = {}


def words_of(model: type[models.Model], name: str, words: Mapping[Any, Sentence]) -> None:
    """Say what each code of a list column means. Raises FieldDoesNotExist for a misspelt name, TypeError for a column
    that is no list."""
    if not isinstance(model._meta.get_field(name), ArrayField):
        raise TypeError(f"{model._meta.label}.{name} is no list")
    _WORDS[model, name] = words


def listed(found: models.Field[Any, Any] | None, values: Iterable[Any]) -> str:
    """A list in one line, each code in its words; what has none stands as it is."""
    words = _WORDS.get((found.model, found.name), {}) if found is not None else {}
    return _(", ").join(str(words.get(one, one)) for one in values)
