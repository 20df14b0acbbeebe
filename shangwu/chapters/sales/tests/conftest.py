"""The clock that tests set, and a crew in the mainland; shared with the customers' room."""

from shangwu.chapters.customers.tests.conftest import desk, moment, rule

__all__ = ["desk", "moment", "rule"]
