"""One file a step, from the empty book to today's."""
