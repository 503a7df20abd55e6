"""Rosters made of whole tours: column generation, for problems whose rules are hard on agents."""
