"""In which encoding the text of a file is, told from its bytes.

A byte order mark says it; so do the zero bytes of UTF-16, and UTF-8 is too regular to be met by chance. What
remains are the older code pages of the region, told by whether the words come out in one script and by the
letters that its languages use. Where two fit, the file is refused and asked about, not guessed.
"""

from __future__ import annotations

import codecs
import math
import re
from functools import cache
from typing import NamedTuple

from routes.errors import Fault, InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FIRST = 4096  # bytes that are looked at for zero bytes
_MOSTLY_ZERO, _HARDLY_ZERO = 0.4, 0.05

# Letters of a hundred, by how often texts of the language use them; letters that are not listed are rare.
_RUSSIAN = {
    **dict(zip("оеаинтсрвлк", (11, 8.5, 8, 7.4, 6.7, 6.3, 5.5, 4.7, 4.5, 4.4, 3.5), strict=True)),
    **dict(zip("мдпуяыьгзбч", (3.2, 3, 2.8, 2.6, 2, 1.9, 1.7, 1.7, 1.6, 1.6, 1.4), strict=True)),
    **dict(zip("йхжшюцщэфъё", (1.2, 1, 0.9, 0.7, 0.6, 0.5, 0.4, 0.3, 0.3, 0.05, 0.1), strict=True)),
}
_PERSIAN = {
    **dict(zip("ايرندهمتوبسشل", (14, 9.5, 8, 7.5, 7, 6.5, 5.5, 5.2, 6.5, 4, 3.8, 3, 3.5), strict=True)),
    **dict(zip("کكعخزفگقجحپصچ", (1.5, 2, 1.5, 1.6, 2, 1.6, 1.2, 1.3, 1.2, 1, 1, 0.8, 0.6), strict=True)),
    **dict(
        zip(
            "طضذظغثژآىةأئؤإء",
            (0.8, 0.5, 0.4, 0.3, 0.5, 0.3, 0.2, 0.8, 0.3, 0.5, 0.4, 0.4, 0.1, 0.2, 0.2),
            strict=True,
        )
    ),
}
_WESTERN = dict.fromkeys("éèàáâäãåæçêëíîïñóôöõøúûüùßœ", 4.0)
_RARE = 0.02
_WORD = re.compile(r"[^\W\d_]+")
_SURE = 1.0
"""By how much, in log likelihood a letter, the best code page must beat the next."""


class _CodePage(NamedTuple):
    name: str
    letters: dict[str, float]
    own_script: bool
    """Whether words with its letters hold no Latin ones."""


_CODE_PAGES = (
    _CodePage("cp1251", _RUSSIAN, own_script=True),
    _CodePage("cp1256", _PERSIAN, own_script=True),
    _CodePage("cp1252", _WESTERN, own_script=False),
    _CodePage("cp866", _RUSSIAN, own_script=True),
    _CodePage("koi8-r", _RUSSIAN, own_script=True),
)


def text_of(file: str, data: bytes, encoding: str = "") -> tuple[str, str]:
    """Decode a file.

    Parameters
    ----------
    encoding : str
        The encoding it is in; if empty, it is told from the bytes.

    Returns
    -------
    text : str
        Without a byte order mark.
    encoding : str
        What was taken.

    Raises
    ------
    InputError
        If the bytes are no text in it, or no encoding fits, or several do.

    Examples
    --------
    >>> text_of("a.csv", "место;Термез, Хорог".encode("cp1251"))
    ('место;Термез, Хорог', 'cp1251')
    """
    if encoding:
        return _as_told(file, data, encoding), encoding
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _decoded(file, data, name), name.removesuffix("-sig")
    zeros = _utf16(data)
    if zeros:
        return _decoded(file, data, zeros), zeros
    refuse_nul(file, data)
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _old(file, data)


def refuse_nul(file: str, data: bytes) -> None:
    """Refuse bytes that are no text in any encoding of one byte a letter.

    Raises
    ------
    InputError
        With the line of the first zero byte.
    """
    if b"\x00" in data:
        message = "the line holds a NUL byte, so this is not a CSV file."
        raise InputError([Fault(file, message, line_of(data, data.index(b"\x00")))])


def line_of(data: bytes, offset: int) -> int:
    """Tell in which line a byte stands."""
    return len((data[:offset] + b"x").splitlines())


def count_undecodable(data: bytes) -> int:
    """Count the lines that are not UTF-8."""
    return sum("\ufffd" in line.decode("utf-8", "replace") for line in data.splitlines())


def _as_told(file: str, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except (UnicodeError, ValueError) as error:
        at = getattr(error, "start", 0)
        message = f"the file is not in {encoding}: its byte {at + 1:,} is none. Correct reading.encoding."
        raise InputError([Fault(file, message)]) from None
    return text.removeprefix("\ufeff")


def _decoded(file: str, data: bytes, name: str) -> str:
    try:
        return data.decode(name).removeprefix("\ufeff")
    except UnicodeError:
        called = name.removesuffix("-sig").upper()
        message = f"its first bytes say {called}, but it is not. Save it as 'CSV UTF-8'."
        raise InputError([Fault(file, message)]) from None


def _utf16(data: bytes) -> str:
    """Name UTF-16 without a mark: of Latin text every other byte is zero."""
    first = data[: _FIRST - _FIRST % 2]
    if len(first) < 4 or b"\x00" not in first:  # noqa: PLR2004 - two letters
        return ""
    half = len(first) // 2
    even, odd = first[::2].count(0) / half, first[1::2].count(0) / half
    if odd > _MOSTLY_ZERO and even < _HARDLY_ZERO:
        return "utf-16-le"
    return "utf-16-be" if even > _MOSTLY_ZERO and odd < _HARDLY_ZERO else ""


def _old(file: str, data: bytes) -> tuple[str, str]:
    """Take the code page whose words look like words."""
    scores = {page.name: _score(data, page) for page in _CODE_PAGES}
    best, *others = sorted(scores, key=lambda name: -scores[name])
    text = data.decode(best, "replace")
    rivals = [name for name in others if scores[best] - scores[name] < _SURE]
    if scores[best] == -math.inf or any(data.decode(name, "replace") != text for name in rivals):
        message = (
            f"it is not UTF-8 ({count_undecodable(data)} of its lines are not), and it is not clear which"
            " older encoding it is in. Say so in a config file, as in: [reading] encoding = 'cp1251'"
            " (Russian), 'cp1256' (Persian, Arabic) or 'cp1252' (western Europe); or save it as 'CSV UTF-8'."
        )
        raise InputError([Fault(file, message)])
    return _decoded(file, data, best), best


def _score(data: bytes, page: _CodePage) -> float:
    """Mean log likelihood of the letters beyond ASCII; minus infinity where the bytes mean nothing."""
    try:
        text = data[: 2**18].decode(page.name, "strict" if len(data) <= 2**18 else "replace")
    except UnicodeDecodeError:
        return -math.inf
    logs: list[float] = []
    for word in _WORD.findall(text):
        high = sum(not letter.isascii() for letter in word)
        if high:
            mixed = page.own_script and high < len(word)
            mostly = not page.own_script and 2 * high > len(word)
            odd_case = word[0].islower() and not word.islower()
            strange = mixed or mostly or odd_case or len(word) == 1
            logs += [(_RARE_LOG if strange else _log(page.name, x)) for x in word.lower() if not x.isascii()]
    signs = [x for x in text if not x.isascii() and not x.isalpha()]
    logs += [_SIGN_LOG if sign in _COMMON_SIGNS else _RARE_LOG for sign in signs]
    return sum(logs) / len(logs) if logs else -math.inf


_COMMON_SIGNS = "№«»“”„‘’–—…°²³\u00a0\u200c\u200e\u200f،؛؟"
_RARE_LOG = math.log(_RARE / 100)
_SIGN_LOG = math.log(0.03)


def _log(page: str, letter: str) -> float:
    return _logs(page).get(letter, _RARE_LOG)


@cache
def _logs(page: str) -> dict[str, float]:
    letters = next(each.letters for each in _CODE_PAGES if each.name == page)
    return {letter: math.log(share / 100) for letter, share in letters.items()}
