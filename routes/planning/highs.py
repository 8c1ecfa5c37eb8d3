"""The solver HiGHS, quiet and exact enough."""

from __future__ import annotations

import highspy

TOLERANCE = 1e-9


class _QuietHighs(highspy.Highs):
    """HiGHS that prints nothing: its constructor would greet on standard output.

    The greeting comes with the first call that is not an option, which is this one.
    """

    def enableCallbacks(self) -> None:  # noqa: N802 - the solver's own name
        self.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own interface
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def quiet_highs() -> highspy.Highs:
    """Make a solver that says nothing, works in one thread and keeps to `TOLERANCE`."""
    highs = _QuietHighs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("primal_feasibility_tolerance", TOLERANCE)
    highs.setOptionValue("dual_feasibility_tolerance", TOLERANCE)
    highs.setOptionValue("threads", 1)
    return highs
