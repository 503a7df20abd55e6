"""One screen a file, named by the noun the user sees."""
