"""What lists of seizures call their columns, in English, Russian and Persian."""

from __future__ import annotations

import re

from routes.read.seizures import SEIZURE_COLUMNS
from routes.read.written.digits import folded

_WORDS = {
    "seizure_id": "id|no|n|nr|number|case no|case number|case id|cen case no|record id|record no|ref|ref no|"
    "reference|reference no|serial no|sr no|s no|seizure no|№|номер|номер дела|№ п п|п п|ид|ردیف|شماره|"
    "شماره پرونده|کد",
    "event_id": "event|incident id|incident no|incident number|event no",
    "date": "seizure date|date of seizure|date seized|date of incident|incident date|event date|day|"
    "дата изъятия|дата|дата задержания|дата события|дата выявления|تاریخ|تاریخ کشف|تاریخ ضبط|تاریخ کشفیات|"
    "نیته",
    "country": "country of seizure|seizing country|seizure country|country name|reporting country|страна|"
    "страна изъятия|государство|کشور|کشور کشف|کشور محل کشف|هیواد",
    "place": "place of seizure|seizure place|location|location of seizure|seizure location|place name|"
    "locality|city|town|site|checkpoint|border point|border crossing|port of entry|место|место изъятия|"
    "место задержания|населенный пункт|город|пункт|пункт пропуска|محل|محل کشف|مکان|شهر|موقعیت|ځای",
    "lat": "latitude|lat dd|y|coordinates|coords|coordinate|position|lat lon|lat long|gps|mgrs|utm|grid|"
    "grid reference|plus code|широта|координаты|عرض|عرض جغرافیایی|مختصات",
    "lon": "long|lng|longitude|lon dd|x|долгота|طول|طول جغرافیایی",
    "substance": "drug name|drug|commodity|commodity name|chemical|chemical name|precursor|precursor name|"
    "product|goods|item|substance name|substance seized|вещество|наименование вещества|прекурсор|"
    "наименование|вид вещества|наименование прекурсора|ماده|نام ماده|نوع ماده|پیش ساز|مواد|نوع مواد",
    "quantity_reported": "quantity|amount|amount of drug|amount seized|quantity seized|seized quantity|qty|"
    "weight|volume|net weight|gross weight|количество|кол во|вес|масса|объем|изъято|مقدار|میزان|وزن|حجم|"
    "اندازه",
    "unit_reported": "unit|units|drug unit|unit of measure|unit of measurement|uom|measure|quantity unit|"
    "ед изм|ед|единица|единица измерения|единицы измерения|واحد|واحد اندازه گیری",
    "source": "source of information|information source|reported by|agency|reporting agency|seizing agency|"
    "источник|источник информации|орган|ведомство|منبع|گزارش دهنده|اداره",
    "place_kind": "customs location type|location type|place type|type of place|type of location|тип места|"
    "вид места|نوع محل",
    "operation": "operation name|операция|عملیات",
    "direction_note": "direction|route|направление|маршрут|مسیر",
    "quality_note": "remarks|remark|notes|note|comment|comments|примечание|примечания|ملاحظات|توضیحات",
    "source_grade": "grade|admiralty grade|reliability",
}
ELSEWHERE = re.compile(
    "departure|destination|origin|transit|route|nationality|provenance|отправлен|назначен|происхожд|транзит|"
    "граждан|مقصد|مبدا|مبدأ|تابعیت|ترانزیت"
)
"""In the name of a column: its countries and places are not where the seizure was made."""

PLACE_KINDS = {
    "port": "seaport|sea port|port|harbour|harbor|container terminal|морской порт|порт|بندر",
    "crossing": "land border|border|border crossing|land boundary|bcp|border post|land frontier|граница|"
    "пункт пропуска|сухопутная граница|مرز|گذرگاه مرزی",
    "airport": "air port|air|airport terminal|аэропорт|فرودگاه|میدان هوایی",
    "road": "highway|inland road|checkpoint|road check|дорога|трасса|جاده",
    "city": "town|inland|market|urban|город|شهر",
    "laboratory": "lab|clandestine laboratory|clandestine lab|лаборатория|لابراتوار|آزمایشگاه",
    "storage": "warehouse|depot|stash|store|склад|گدام|انبار",
}
_UNIT = re.compile(r"[\[(,/]\s*([^\W\d_]+)\.?\s*[\])]?\s*$")


def spoken(name: str) -> str:
    """Fold a name of a column to its words.

    Examples
    --------
    >>> spoken("CEN Case No."), spoken("DATE_OF_SEIZURE"), spoken("Ед. изм.")
    ('cen case no', 'date of seizure', 'ед изм')
    """
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.sub(r"[^\w№]+|_", " ", folded(parted)).split())


_COLUMN_OF = {spoken(name): ours for ours, names in _WORDS.items() for name in names.split("|")} | {
    spoken(column.name): column.name for column in SEIZURE_COLUMNS
}
_KIND_OF = {folded(name): kind for kind, names in PLACE_KINDS.items() for name in (kind, *names.split("|"))}


def column_called(name: str) -> str:
    """Give the column of ours that a header calls so, or empty; a unit behind it does not matter.

    Examples
    --------
    >>> column_called("Place of Seizure"), column_called("Количество, кг"), column_called("Departure Country")
    ('place', 'quantity_reported', '')
    """
    ours = _COLUMN_OF.get(spoken(name)) or ""
    bare = _UNIT.sub("", name)
    return ours or (_COLUMN_OF.get(spoken(bare)) or "" if bare != name else "")


def unit_called(name: str) -> str:
    """Give the word that stands behind the name of a column as a unit: ``Weight (kg)``; or empty."""
    found = _UNIT.search(name.strip())
    return found[1] if found else ""


def place_kind_named(text: str) -> str:
    """Give the kind of place of ours that a text names, or empty."""
    return _KIND_OF.get(folded(text), "")
