"""Is it any good: held-out scores, calibration, simulation, explanation, comparison, sensitivity."""
