"""Contesting a grade and deciding about it: who may. Pure."""

COUNTY_AND_ABOVE = frozenset({"county", "city", "province"})
