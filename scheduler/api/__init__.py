"""The HTTP door for programs: JSON for rosters, requirement and requests; calendar feeds."""
