"""What callers keep: in SQLite files here, or in a PostgreSQL database that servers share."""
