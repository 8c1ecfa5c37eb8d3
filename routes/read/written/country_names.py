"""Names of countries in English, Russian and Persian, and their codes, in whatever case."""

from __future__ import annotations

from routes.read.countries import COUNTRY_NAMES, country_of
from routes.read.written.digits import folded

_OTHERS = {
    "AFG": "афганистан|исламская республика афганистан|افغانستان|islamic republic of afghanistan",
    "IRN": "иран|исламская республика иран|ایران|جمهوری اسلامی ایران|iran, islamic republic of|iran"
    " (islamic rep of)|"
    "iran islamic republic of",
    "KAZ": "казахстан|республика казахстан|рк|قزاقستان|republic of kazakhstan",
    "KGZ": "кыргызстан|киргизия|киргизстан|кыргызская республика|кр|قرقیزستان|قرغیزستان",
    "PAK": "пакистан|پاکستان|islamic republic of pakistan",
    "TJK": "таджикистан|республика таджикистан|рт|تاجیکستان|republic of tajikistan",
    "TKM": "туркменистан|туркмения|ترکمنستان",
    "UZB": "узбекистан|республика узбекистан|руз|ازبکستان|اوزبیکستان|republic of uzbekistan",
    "CHN": "китай|кнр|چین|people's republic of china",
    "RUS": "россия|российская федерация|рф|روسیه",
    "TUR": "турция|ترکیه",
    "ARE": "оаэ|объединенные арабские эмираты|امارات|امارات متحده عربی|u.a.e",
    "IND": "индия|هند|هندوستان",
    "IRQ": "ирак|عراق",
    "AZE": "азербайджан|آذربایجان",
    "GEO": "грузия|گرجستان",
    "ARM": "армения|ارمنستان",
    "KOR": "южная корея|республика корея|کره جنوبی|korea, republic of",
    "DEU": "германия|آلمان",
    "OMN": "оман|عمان",
}
_KNOWN = {folded(name): code for code, names in _OTHERS.items() for name in names.split("|") if name}


def country_named(text: str) -> str | None:
    """Give the code of a country by one of its names or codes; None for what is not known.

    Examples
    --------
    >>> country_named("Афганистан"), country_named("IR"), country_named("Iran, Islamic Republic of")
    ('AFG', 'IRN', 'IRN')
    >>> country_named("Afganistan")
    """
    if text in COUNTRY_NAMES:
        return text
    name = folded(text)
    return _KNOWN.get(name) or country_of(name)
