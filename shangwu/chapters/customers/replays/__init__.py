"""What other values of chapter 2.5 would have done to the records of the last twelve months, clause by clause."""
