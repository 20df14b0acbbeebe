"""Clause 2.7.2: the sales report: frozen figures, findings that cite them, proposals that somebody answers for."""
