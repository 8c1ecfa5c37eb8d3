"""The order of the rungs."""

from __future__ import annotations

RUNGS = (
    "errors",
    "_version",
    "support",
    "results",
    "kinds",
    "limits",
    "parameters",
    "question",
    "roads",
    "read",
    "network",
    "drafting",
    "corridors",
    "evidence",
    "ranking",
    "analysis",
    "trust",
    "planning",
    "outputs",
    "cli",
    "__main__",
)
