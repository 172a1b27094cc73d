"""Events: who was counted and which alerts rang, kept in a database. Needs SQLAlchemy, which the API does without."""
