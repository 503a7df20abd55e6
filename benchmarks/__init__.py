"""Ratios against peers and proofs, each in one run on one machine."""
