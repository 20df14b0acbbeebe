"""Numbering (DOMAIN §2.2): unique for ever per series, drawn last, gapless within the transaction."""
