"""One file a rule, each rule stated twice: for the solver and without it."""
