"""Records: what the department keeps.

A record is a row with a public id, a version, an owner and a trace. This room holds the abstract
models, the state field, the reading gate that every queryset passes, and the registries that the
floors above fill at start-up. It knows neither people nor rights: it only asks.
"""
