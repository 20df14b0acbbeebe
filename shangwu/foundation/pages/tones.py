"""Which pill a state wears: the word says what, the shape says how far. A page may say otherwise (`tones=`)."""

from collections.abc import Mapping

TONES: dict[str, str] = {
    **dict.fromkeys(("draft", "new", "lead", "received", "idea", "open", "none"), "draft"),
    **dict.fromkeys(
        ("submitted", "review", "pending", "requested", "waiting", "held", "potential", "prepared"), "wait"
    ),
    **dict.fromkeys(
        ("accepted", "reviewed", "confirmed", "scheduled", "active", "prospect", "approved", "ready", "running"), "run"
    ),
    **dict.fromkeys(("part_shipped", "shipped", "sent", "partial", "lent", "invoiced"), "special"),
    **dict.fromkeys(("delivered", "done", "closed", "paid", "won", "finished", "returned", "signed"), "done"),
    **dict.fromkeys(("rejected", "refused", "lost", "failed", "blacklisted", "overdue", "suspended"), "bad"),
    **dict.fromkeys(("cancelled", "void", "expired", "left", "dormant", "ended", "stopped", "retired"), "void"),
}


def tone_of(state: str, own: Mapping[str, str] | None = None) -> str:
    """The kind of pill for a state's value; neutral for one that is not known."""
    return (own or {}).get(state) or TONES.get(state, "")
