"""Staffing and rosters for customer-care teams."""
