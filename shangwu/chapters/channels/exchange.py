"""Channels come in by file (2.4.1)."""

from shangwu.chapters.channels.models import Channel
from shangwu.foundation.exchange.declarations import importing

importing(Channel, clause="2.4.1", key=["number", "identity_number"])
