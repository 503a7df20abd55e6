"""The way from any earlier book to today's."""
