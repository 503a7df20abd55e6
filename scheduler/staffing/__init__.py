"""The staffing room: from a forecast to the agents each interval needs."""
