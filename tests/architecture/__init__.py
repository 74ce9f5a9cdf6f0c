"""Guards: the house rules, checked against the code and against the database it makes."""
