"""The library's store: one schema for SQLite and PostgreSQL, its migrations, ledger, search and backup."""
