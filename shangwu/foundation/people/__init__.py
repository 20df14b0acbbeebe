"""People: legal entities, departments, posts, persons, accounts, roles and who stands in for whom."""
