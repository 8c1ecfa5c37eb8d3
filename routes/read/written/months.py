"""Names of months in English, Russian and Persian, and of the solar calendar of Iran and Afghanistan."""

from __future__ import annotations

from routes.read.written.digits import folded

_ENGLISH = (
    *("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul"),
    *("august aug", "september sep sept", "october oct", "november nov", "december dec"),
)
_RUSSIAN = (
    *("январь января янв", "февраль февраля фев февр", "март марта мар", "апрель апреля апр", "май мая"),
    *("июнь июня июн", "июль июля июл", "август августа авг", "сентябрь сентября сен сент"),
    *("октябрь октября окт", "ноябрь ноября ноя нояб", "декабрь декабря дек"),
)
_PERSIAN = (
    *("ژانویه جنوری", "فوریه فبروری", "مارس مارچ", "آوریل اپریل", "مه می", "ژوئن جون", "ژوئیه جولای جولایی"),
    *("اوت اگست آگوست", "سپتامبر سپتمبر", "اکتبر اکتوبر", "نوامبر نومبر", "دسامبر دسمبر"),
)
_SOLAR = (
    *("فروردین حمل farvardin hamal", "اردیبهشت ثور ordibehesht sawr saur", "خرداد جوزا khordad jawza"),
    *("تیر سرطان tir saratan", "مرداد امرداد اسد mordad asad", "شهریور سنبله shahrivar sonbola sunbula"),
    *("مهر میزان mehr mizan", "آبان عقرب aban aqrab", "آذر قوس azar qaws", "دی جدی dey jadi"),
    *("بهمن دلو bahman dalw", "اسفند حوت esfand hut hoot"),
)


def _numbers(*lists: tuple[str, ...]) -> dict[str, int]:
    return {
        folded(name): number
        for names in lists
        for number, each in enumerate(names, 1)
        for name in each.split()
    }


MONTHS = _numbers(_ENGLISH, _RUSSIAN, _PERSIAN)
"""Number of a month by its folded name."""
SOLAR_MONTHS = _numbers(_SOLAR)
"""The same in the solar calendar, which begins with the year of spring."""
