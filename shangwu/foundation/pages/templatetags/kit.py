"""Template tags of the kit: what a message says besides its words."""

from typing import Any

from django import template
from django.contrib.messages import WARNING

register = template.Library()

UNDO = "undo:"


@register.filter
def undo_address(message: Any) -> str:
    """The address at which what a message tells can be taken back; "" when it can't."""
    tags = str(getattr(message, "extra_tags", "") or "")
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.filter
def is_warning(message: Any) -> bool:
    """Whether a message tells of something refused: it stands on the page, never in a toast."""
    return int(getattr(message, "level", 0)) >= WARNING
