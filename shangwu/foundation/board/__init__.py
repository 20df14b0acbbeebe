"""Where duties are seen: My day, beside a record and a clause, the list, the board, the report on paper."""
