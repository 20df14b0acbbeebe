"""Audit: who did which verb, when, why and from where; chained and sealed so that a change is found."""
