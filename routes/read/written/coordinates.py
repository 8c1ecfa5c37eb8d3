"""Coordinates as people write them: degrees and minutes, both in one cell, and the grids of maps.

UTM is read with its zone alone; a position of MGRS is the middle of the square that it names.
"""

from __future__ import annotations

import math
import re

from routes.read.columns import WrongValueError
from routes.read.quoting import show
from routes.read.written.digits import plain
from routes.support.extras import needs

Pair = tuple[str, str]

_DIGITS = 6  # of a degree: a decimetre
_NUMBER = r"\d+(?:[.,]\d+)?"
_SIDES = {"n": "n", "s": "s", "e": "e", "w": "w", "с": "n", "ю": "s", "в": "e", "з": "w", "ش": "n", "ج": "s"}
_RUSSIAN = (("с.ш.", "n"), ("ю.ш.", "s"), ("в.д.", "e"), ("з.д.", "w"), ("с. ш.", "n"), ("в. д.", "e"))
_ANGLE = re.compile(
    rf"([nsew])?\s*([+-]?)\s*({_NUMBER})\s*[°º˚*d:]?\s*"
    rf"(?:({_NUMBER})\s*['′’‘m:]?\s*(?:({_NUMBER})\s*(?:\"|″|”|“|''|′′)?)?)?\s*([nsew])?"
)
_PAIR_SPLIT = (re.compile(r"\s*;\s*"), re.compile(r",\s+"), re.compile(r"\s*/\s*"), re.compile(r"\s*,\s*"))
_AFTER_SIDE = re.compile(r"(?<=[nsew])[\s,;/]+(?=[+-]?\d)")
_BEFORE_SIDE = re.compile(r"(?<=[\d°'′\"″])[\s,;/]+(?=[nsew]\s*\d)")
_TWO = re.compile(r"([+-]?\d{1,3}[.,]\d+)°?\s+([+-]?\d{1,3}[.,]\d+)°?")
_MGRS = re.compile(r"(\d{1,2}[C-HJ-NP-X])\s*([A-HJ-NP-Z]{2})\s*((?:\d\s*){2,10})")
_UTM = re.compile(
    r"(?:UTM\s*)?(?:ZONE\s*)?(\d{1,2})\s*([C-HJ-NP-X])[\s,;:]+(\d{6,7}(?:\.\d+)?)\s*M?\s*E?[\s,;]+(\d{1,8}(?:\.\d+)?)\s*M?\s*N?"
)
_PLUS = re.compile(r"([23456789CFGHJMPQRVWX]{2,8}\+[23456789CFGHJMPQRVWX]{0,7})(.*)")
_WHOLE_PLUS = 8  # digits before the +
_BANDS = "CDEFGHJKLMNPQRSTUVWX"
_METRES = 1_000.0
_LONGEST = 80


def read_pair(lat: str, lon: str) -> Pair:
    """Read latitude and longitude from the two cells, or both from one.

    Parameters
    ----------
    lat, lon : str
        As they were written.

    Returns
    -------
    tuple of two str
        Degrees as numbers are written here.

    Raises
    ------
    WrongValueError
        If they can mean several places, or none; with what to do.

    Examples
    --------
    >>> read_pair("34°31'N", "69°11'E"), read_pair("34.5, 69.2", ""), read_pair("42SWD1234567890", "")
    (('34.516667', '69.183333'), ('34.5', '69.2'), ('34.953462', '69.135214'))
    """
    one = _only(lat, lon)
    if one:
        return _both(one)
    if not (lat and lon):
        given, missing = ("lat", "lon") if lat else ("lon", "lat")
        raise WrongValueError(f"{given} is {show(lat or lon)} and {missing} is empty. Give both or neither.")
    return read_angle(lat, "lat"), read_angle(lon, "lon")


def _only(lat: str, lon: str) -> str:
    """Give the text of both, where it stands in one cell or twice."""
    if not lat or not lon or plain(lat) == plain(lon):
        text = lat or lon
        angle = _ANGLE.fullmatch(_plain(text))
        return "" if angle and not _TWO.fullmatch(_plain(text)) else text
    return ""


def read_angle(text: str, axis: str) -> str:
    """Read an angle in degrees, degrees and minutes, or with seconds; ``axis`` is ``lat`` or ``lon``.

    Raises
    ------
    WrongValueError

    Examples
    --------
    >>> read_angle("34 31 12 N", "lat"), read_angle("E069°30'", "lon"), read_angle("34,5", "lat")
    ('34.52', '69.5', '34.5')
    """
    return _degrees(text, _plain(text), axis)


def _plain(text: str) -> str:
    bare = plain(text[: _LONGEST + 1]).casefold()
    for written, side in _RUSSIAN:
        bare = bare.replace(written, side)
    bare = re.sub(r"\b(north|south|east|west)\b\.?", lambda found: found[0][0], bare)
    return "".join(_SIDES.get(sign, sign) for sign in bare)


def _degrees(text: str, bare: str, axis: str) -> str:
    found = _ANGLE.fullmatch(bare.strip())
    limit = 90 if axis == "lat" else 180
    if found is None or len(bare) > _LONGEST:
        raise WrongValueError(f"wanted degrees, -{limit} to {limit}, got {show(text)}. {_WAYS}")
    before, sign, degrees, minutes, seconds, after = found.groups()
    side = before or after
    if (before and after) or (side and sign == "-"):
        raise WrongValueError(f"{show(text)} says twice on which side it lies. Write it once.")
    if side and side not in ("ns" if axis == "lat" else "ew"):
        raise WrongValueError(f"wanted a {_AXES[axis]}, got {show(text)}. Are lat and lon swapped?")
    values = [float(part.replace(",", ".")) for part in (degrees, minutes, seconds) if part]
    whole = all(value == int(value) for value in values[:-1])
    if any(value >= 60 for value in values[1:]) or not whole:  # noqa: PLR2004 - minutes
        raise WrongValueError(f"wanted degrees, minutes and seconds, got {show(text)}. Correct it.")
    value = sum(part / 60**place for place, part in enumerate(values))
    value = -value if sign == "-" or side in ("s", "w") else value
    if abs(value) >= _METRES:
        raise WrongValueError(
            f"wanted -{limit} to {limit}, got {show(text)}, which looks like metres of a map grid. Write it "
            "with its zone into lat, as in '42S 515000 3820000', or give degrees."
        )
    return _written(value)


_AXES = {"lat": "latitude", "lon": "longitude"}
_WAYS = "Write 34.5167, 34°31'N, MGRS, UTM with its zone, or a Plus code."


def _written(value: float) -> str:
    return f"{round(value, _DIGITS):.{_DIGITS}f}".rstrip("0").rstrip(".")


def _both(text: str) -> Pair:
    bare = plain(text[: _LONGEST + 1])
    if len(bare) > _LONGEST:
        raise WrongValueError(f"wanted a position, got {show(text)}. {_WAYS}")
    upper = bare.upper()
    if found := _MGRS.fullmatch(upper):
        return _mgrs(text, found)
    if found := _UTM.fullmatch(upper):
        return _utm(text, found)
    if found := _PLUS.fullmatch(upper):
        return _plus(text, found[1], found[2])
    parts = _parted(_plain(text))
    if parts is None:
        raise WrongValueError(f"wanted latitude and longitude, got {show(text)}. {_WAYS}")
    if re.search("[ew]", parts[0]) and re.search("[ns]", parts[1]):
        parts = parts[1], parts[0]
    return _degrees(text, parts[0], "lat"), _degrees(text, parts[1], "lon")


def _parted(bare: str) -> tuple[str, str] | None:
    for pattern in (_AFTER_SIDE, _BEFORE_SIDE, *_PAIR_SPLIT):
        parts = pattern.split(bare)
        if len(parts) == 2 and all(map(_ANGLE.fullmatch, parts)):  # noqa: PLR2004 - lat and lon
            return parts[0], parts[1]
    two = _TWO.fullmatch(bare)
    return (two[1], two[2]) if two else None


def _mgrs(text: str, found: re.Match[str]) -> Pair:
    with needs("mgrs", "field"):
        import mgrs

    digits = found[3].replace(" ", "")
    half = len(digits) // 2
    if len(digits) % 2:
        raise WrongValueError(f"wanted as many digits east as north, got {show(text)}. Correct it.")
    middle = "" if half == 5 else "5"  # noqa: PLR2004 - a metre
    square = f"{found[1]}{found[2]}{digits[:half]}{middle}{digits[half:]}{middle}"
    try:
        lat, lon = mgrs.MGRS().toLatLon(square)
    except Exception as error:  # noqa: BLE001 - the library has one kind of error for each fault, and no root
        raise WrongValueError(
            f"there is no such square of MGRS: {show(text)} ({error}). Correct it."
        ) from None
    return _written(lat), _written(lon)


def _utm(text: str, found: re.Match[str]) -> Pair:
    """Read UTM; the letter of the zone is a band if the position lies in it, else a side of the equator."""
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    zone, letter, x, y = int(found[1]), found[2], float(found[3]), float(found[4])
    if not 1 <= zone <= 60:  # noqa: PLR2004 - zones
        raise WrongValueError(f"wanted a zone from 1 to 60, got {show(text)}. Correct it.")
    low = -80 + 8 * _BANDS.index(letter)
    sides = [(600, low >= 0)] if letter not in "NS" else [(600, True), (700, True)]
    for base, as_band in sides:
        if not as_band:
            base = 700  # noqa: PLW2901 - a band south of the equator
        try:
            lon, lat = Transformer.from_crs(32000 + base + zone, 4326, always_xy=True).transform(x, y)
        except ProjError:
            break
        in_band = low - 0.1 <= lat <= low + (12.1 if letter == "X" else 8.1)
        side = (letter == "N" and base == 600) or (letter == "S" and base == 700)  # noqa: PLR2004 - EPSG
        if math.isfinite(lat) and (in_band or side):
            return _written(lat), _written(lon)
    raise WrongValueError(
        f"there is no such position of UTM: {show(text)}. Correct zone, easting or northing."
    )


def _plus(text: str, code: str, rest: str) -> Pair:
    with needs("openlocationcode", "field"):
        from openlocationcode import openlocationcode

    if code.index("+") != _WHOLE_PLUS or rest.strip() or not openlocationcode.isFull(code):
        message = f"{show(text)} is a Plus code that is short or holds a place."
        raise WrongValueError(f"{message} Write the whole code alone, as in '8J6RGP5C+2X'.")
    area = openlocationcode.decode(code)
    return _written(area.latitudeCenter), _written(area.longitudeCenter)
