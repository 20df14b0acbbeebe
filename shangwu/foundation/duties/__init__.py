"""Duties: who must do what by when, and which record proves it. Nobody ticks a box: the work itself is the evidence.

A chapter declares a rule (`rules`) with its deadline (`deadlines`) and, once a record can prove it, a pure function of
that record. `events` judges records as actions change them, `ticking` judges them again by the clock, and both come to
the same rows, which `engine` alone writes.
"""
