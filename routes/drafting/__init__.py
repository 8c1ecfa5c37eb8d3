"""A new region: borders, roads, crossing candidates and blank tables, to be filled in."""
