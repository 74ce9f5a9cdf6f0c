"""Database backend: Django's own for PostgreSQL, plus the scope at the start of each transaction."""
