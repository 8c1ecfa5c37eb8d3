"""Sentences that are made where nobody reads, and said where somebody does, in the language of the reader."""

from __future__ import annotations


def message(text: str) -> str:
    """Mark a text that is put into the catalogue here, and said by `routes.outputs.language.tr` when shown.

    Examples
    --------
    >>> message("high pass")
    'high pass'
    """
    return text
