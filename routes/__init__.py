"""Rank, map and explain precursor inflow corridors into Afghanistan.

The ladder of nouns, one module a rung: seizures, crossings, roads -> network -> crossing graph ->
corridors -> evidence -> ranking -> maps and exports.
"""

__version__ = "0.1.0"
