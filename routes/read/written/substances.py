"""Names of substances in English, Russian and Persian, with what labels and lists put behind them."""

from __future__ import annotations

import re

from routes.read.written.digits import folded

_NAMES = {
    "acetic anhydride": "aa|ac2o|acetic anhydrid|acetic acid anhydride|acetyl oxide|acetic oxide|ethanoic"
    " anhydride|"
    "acetanhydride|уксусный ангидрид|ангидрид уксусной кислоты|ангидрид уксусный|уксусного ангидрида|"
    "انیدرید استیک|اسید استیک انیدرید|انهیدرید استیک|استیک انیدرید|انیدرید اسید استیک|انیدرید استیک اسید",
    "acetyl chloride": "хлористый ацетил|ацетилхлорид|хлорангидрид уксусной кислоты|استیل کلرید|کلرید استیل",
    "acetic acid": "glacial acetic acid|ethanoic acid|уксусная кислота|ледяная уксусная кислота|اسید"
    " استیک|استیک اسید|"
    "اسید سرکه",
    "ammonium chloride": "sal ammoniac|nawshadar|хлористый аммоний|хлорид аммония|аммоний хлористый|нашатырь|"
    "کلرید آمونیوم|آمونیوم کلراید|آمونیم کلرید|نوشادر",
    "sodium carbonate": "soda ash|washing soda|карбонат натрия|углекислый натрий|кальцинированная"
    " сода|کربنات سدیم",
    "sodium bicarbonate": "baking soda|бикарбонат натрия|гидрокарбонат натрия|пищевая сода|بی کربنات سدیم|"
    "بیکربنات سدیم",
    "ammonium sulphate": "ammonium sulfate|сульфат аммония|سولفات آمونیوم",
    "sulphuric acid": "sulfuric acid|серная кислота|اسید سولفوریک|سولفوریک اسید",
    "hydrochloric acid": "muriatic acid|соляная кислота|хлористоводородная кислота|اسید کلریدریک|اسید"
    " هیدروکلریک|"
    "هیدروکلریک اسید",
    "acetone": "propanone|ацетон|استون",
    "unidentified heroin precursors": "unspecified precursors|precursors unspecified|неустановленные"
    " прекурсоры",
}
_KNOWN = {folded(name): ours for ours, names in _NAMES.items() for name in (ours, *names.split("|"))}
_BEHIND = re.compile(
    r"\s*(?:\((?:aa|ac2o|cas[^)]*|precursor[^)]*|прекурсор[^)]*|table i+|список [^)]*|\d{2,7}-\d{2}-\d)\)"
    r"|,?\s*(?:\d{1,3}(?:[.,]\d+)?\s*%|cas\s*(?:no\.?)?\s*:?\s*\d{2,7}-\d{2}-\d|\d{2,7}-\d{2}-\d"
    r"|technical(?: grade)?|tech\.?|pure|reagent(?: grade)?|liquid|[x]?ч|хч))$"
)
_LONGEST = 120


def substance_named(text: str) -> str | None:
    """Name a substance as it is named here; None for what is not known.

    Examples
    --------
    >>> substance_named("Acetic Anhydride (AA)"), substance_named("уксусный ангидрид 99 %")
    ('acetic anhydride', 'acetic anhydride')
    >>> substance_named("motor oil")
    """
    if len(text) > _LONGEST:
        return None
    name = folded(text)
    while name not in _KNOWN and (found := _BEHIND.search(name)):
        name = name[: found.start()].strip()
    return _KNOWN.get(name)
