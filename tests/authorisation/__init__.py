"""Who may see and do what, compared with verdicts that a person has written (tests/authorisation.csv)."""
