"""The one kind of failure that the command shows to a person."""


class Trouble(Exception):
    """What went wrong and what to do about it, as one clear sentence; the command ends with code 1."""


class Damaged(Trouble):
    """A backup is truncated, changed, or not one of ours."""
