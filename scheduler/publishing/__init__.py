"""From a roster to published shifts: what changes, what may still change, what agents ask for."""
