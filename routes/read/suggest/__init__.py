"""A config file guessed from a source: which column is which of ours, how values are written."""
