"""Signs that mean the same: digits of other scripts, and the many hyphens, spaces and quotes."""

from __future__ import annotations

import re
import unicodedata

_DIGITS = {
    ord(sign): str(number) for signs in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩") for number, sign in enumerate(signs)
}
_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\t\n\r"), " ")
_MARKS = dict.fromkeys(
    map(ord, "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069\ufeff"), ""
)
_MINUS = dict.fromkeys(map(ord, "\u2212\u2010\u2011"), "-")
_PLAIN = {**_DIGITS, **_SPACES, **_MARKS, **_MINUS, ord("٫"): ".", ord("٬"): "'", ord("،"): ","}
_LETTERS = {ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک", ord("ة"): "ه", ord("ё"): "е", ord("Ё"): "Е"}
DECIMAL_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:[. ']\d{3})+,\d+|\d{4,},\d+|\d+,(?:\d{1,2}|\d{4,})|0,\d+)")
"""A number, its digits and spaces made plain, whose comma cannot part thousands: 1,200 is none."""


def ascii_digits(text: str) -> str:
    """Write digits of the Persian and Arabic scripts as 0 to 9; nothing else is changed.

    Examples
    --------
    >>> ascii_digits("۱۴۰۲/۰۵/۱۲")
    '1402/05/12'
    """
    return text if text.isascii() else text.translate(_DIGITS)


def plain(text: str) -> str:
    """Write digits, spaces, minus signs and decimal signs of all scripts in one way, marks left out.

    Examples
    --------
    >>> plain("۱۲٫۵"), plain("−34.5"), plain("1\u202f200")
    ('12.5', '-34.5', '1 200')
    """
    return text.strip() if text.isascii() else text.translate(_PLAIN).strip()


def folded(text: str) -> str:
    """Fold what does not make another word: case, accents, forms of a letter, dots, and runs of spaces.

    Examples
    --------
    >>> folded(" Тонн. "), folded("Litrès"), folded("كيلوگرم")
    ('тонн', 'litres', 'کیلوگرم')
    """
    letters = unicodedata.normalize("NFKD", plain(text).translate(_LETTERS))
    bare = "".join(sign for sign in letters if not unicodedata.combining(sign))
    return " ".join(unicodedata.normalize("NFC", bare).casefold().rstrip(".").split())
