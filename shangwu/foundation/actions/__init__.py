"""Actions: the one door. Every change to a record is a named verb with its rights, states, inputs and trace.

`act` does one, `act_many` does a set by the same body. Pages, API, imports and jobs are drawn from the registry.
"""
