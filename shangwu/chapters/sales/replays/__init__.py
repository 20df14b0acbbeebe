"""What other values of chapter 2.6 would have done to the records of the last twelve months, clause by clause."""
