"""Requirement, people and rules to a roster."""
