"""Results as tables and words for a terminal of 80 columns."""
