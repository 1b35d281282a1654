"""The revisions of the tables, for Alembic: one more file in `versions` for each change."""
