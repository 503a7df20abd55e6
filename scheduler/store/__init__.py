"""The roster book: what a team keeps, in SQLite or PostgreSQL."""
