"""Own fields that a house adds to a record type: their definitions, read once per edition and kept in memory."""
