"""QGIS styles (QML): what makes a layer open drawn.

Only what QGIS needs is written: a renderer, symbols, labels. Lines are graduated by share with the colours
and widths of `routes.outputs.palette`; places are sized by the square root of their share; seizures differ
by whether the ranking used them.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

from routes.outputs.palette import PAGE, share_classes
from routes.outputs.symbols import PLACES, SEIZURES
from routes.outputs.text import capital

if TYPE_CHECKING:
    from routes.outputs.export.layers import Layer

_MM_A_PIXEL = 0.26
_SHARE_OF = {"corridors": "posterior_share", "legs": "share", "patrol": "chance"}
DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"


def layer_qml(layer: Layer) -> str:
    """Write the style of a layer."""
    root = ET.Element(
        "qgis", version="3.22.0", styleCategories="Symbology|Labeling|Fields", labelsEnabled="1"
    )
    if layer.name in _SHARE_OF:
        _graduated(root, layer, _SHARE_OF[layer.name])
    elif layer.name == "seizures":
        _seizures(root)
    elif layer.name == "borders":
        _countries(root)
    else:
        _places(root, layer.name)
        _labels(root)
    aliases = ET.SubElement(root, "aliases")
    for number, field in enumerate(layer.fields):
        ET.SubElement(aliases, "alias", field=field.name, index=str(number), name=field.title)
    ET.indent(root, " ")
    return DOCTYPE + ET.tostring(root, encoding="unicode")


def _graduated(root: ET.Element, layer: Layer, field: str) -> None:
    classes = share_classes(max((row[field] for row in layer.rows), default=0.0))
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        type="graduatedSymbol",
        attr=field,
        graduatedMethod="GraduatedColor",
        symbollevels="1",
        enableorderby="1",
    )
    ranges = ET.SubElement(renderer, "ranges")
    symbols = ET.SubElement(renderer, "symbols")
    for number, look in enumerate(classes):
        ET.SubElement(
            ranges,
            "range",
            lower=repr(look.low),
            upper=repr(look.high),
            symbol=str(number),
            label=look.label,
            render="true",
        )
        symbol = _symbol(symbols, str(number), "line")
        _layer(
            symbol,
            "SimpleLine",
            number,
            line_color=_rgba(look.colour),
            line_width=f"{look.width * _MM_A_PIXEL:.2f}",
            line_width_unit="MM",
            capstyle="round",
            joinstyle="round",
            customdash="5;2",
            use_custom_dash="0",
        )
    order = ET.SubElement(renderer, "orderby")
    clause = ET.SubElement(order, "orderByClause", asc="1", nullsFirst="1")
    clause.text = f'"{field}"'


def _by_rules(root: ET.Element, kind: str, key: str, rules: dict[str, str]) -> list[ET.Element]:
    """Let conditions over the attributes choose among symbols of a kind, each by the label of its rule."""
    renderer = ET.SubElement(root, "renderer-v2", type="RuleRenderer", symbollevels="0")
    listed = ET.SubElement(renderer, "rules", key="all")
    symbols = ET.SubElement(renderer, "symbols")
    for number, (label, condition) in enumerate(rules.items()):
        told = {"key": f"{key}-{number}", "symbol": str(number), "label": label, "filter": condition}
        ET.SubElement(listed, "rule", told)
    return [_symbol(symbols, str(number), kind) for number in range(len(rules))]


def _countries(root: ET.Element) -> None:
    rules = {"modelled country": '"modelled"', "other country": 'not "modelled"'}
    symbols = _by_rules(root, "fill", "country", rules)
    for symbol, colour in zip(symbols, (PAGE["white"], PAGE["faint"]), strict=True):
        _layer(
            symbol,
            "SimpleFill",
            0,
            color=_rgba(colour),
            style="solid",
            outline_color=_rgba(PAGE["ink"]),
            outline_width="0.26",
            outline_width_unit="MM",
            outline_style="solid",
        )


def _places(root: ET.Element, name: str) -> None:
    renderer = ET.SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0")
    symbols = ET.SubElement(renderer, "symbols")
    symbol = _symbol(symbols, "0", "marker")
    part = _layer(
        symbol,
        "SimpleMarker",
        0,
        name=PLACES[name].shape,
        color=_rgba(PLACES[name].colour),
        outline_color=_rgba(PAGE["ink"]),
        outline_width="0.2",
        size="2",
        size_unit="MM",
    )
    fill = (
        f"if(\"status\" = 'closed', '{_rgba(PAGE['white'])}', '{_rgba(PLACES[name].colour)}')"  # hollow: shut
    )
    _data_defined(part, {"size": 'max(1.4, 11 * sqrt("posterior_share"))', "fillColor": fill})


def _seizures(root: ET.Element) -> None:
    rules = {
        capital(look.name): f"\"ranking_use\" {'=' if used else '<>'} 'evidence'"
        for used, look in SEIZURES.items()
    }
    symbols = _by_rules(root, "marker", "use", rules)
    for symbol, (used, look) in zip(symbols, SEIZURES.items(), strict=True):
        _layer(
            symbol,
            "SimpleMarker",
            0,
            name="circle",
            color=_rgba(look.colour if used else PAGE["white"], 220),  # what is not used is a ring
            outline_color=_rgba(PAGE["white"] if used else look.colour),
            outline_width="0.3" if used else "0.5",
            size="2.4",
            size_unit="MM",
        )


def _symbol(parent: ET.Element, name: str, kind: str) -> ET.Element:
    return ET.SubElement(parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0")


def _layer(symbol: ET.Element, kind: str, level: int, **options: str) -> ET.Element:
    """Add the one layer of a symbol; `level` puts larger shares on top."""
    attributes = {"class": kind, "enabled": "1", "locked": "0", "pass": str(level)}
    part = ET.SubElement(symbol, "layer", attributes)
    listed = ET.SubElement(part, "Option", type="Map")
    for name, value in options.items():
        ET.SubElement(listed, "Option", name=name, type="QString", value=value)
    return part


def _data_defined(part: ET.Element, expressions: dict[str, str]) -> None:
    """Let expressions over the attributes decide on properties of a symbol."""
    outer = ET.SubElement(ET.SubElement(part, "data_defined_properties"), "Option", type="Map")
    ET.SubElement(outer, "Option", name="name", type="QString", value="")
    properties = ET.SubElement(outer, "Option", name="properties", type="Map")
    ET.SubElement(outer, "Option", name="type", type="QString", value="collection")
    for name, expression in expressions.items():
        one = ET.SubElement(properties, "Option", name=name, type="Map")
        ET.SubElement(one, "Option", name="active", type="bool", value="true")
        ET.SubElement(one, "Option", name="expression", type="QString", value=expression)
        ET.SubElement(one, "Option", name="type", type="int", value="3")


def _labels(root: ET.Element) -> None:
    labeling = ET.SubElement(root, "labeling", type="simple")
    settings = ET.SubElement(labeling, "settings", calloutType="simple")
    style = ET.SubElement(
        settings,
        "text-style",
        fieldName='if("posterior_share" >= 0.01, "place_name", \'\')',
        isExpression="1",
        fontSize="8",
        fontSizeUnit="Point",
        textColor=_rgba(PAGE["ink"]),
        namedStyle="Regular",
    )
    ET.SubElement(
        style,
        "text-buffer",
        bufferDraw="1",
        bufferSize="0.8",
        bufferSizeUnits="MM",
        bufferColor=_rgba(PAGE["white"]),
    )
    # Round the symbol, whose size is the share, not round its middle.
    ET.SubElement(
        settings, "placement", placement="6", offsetType="1", dist="1", distUnits="MM", priority="5"
    )
    ET.SubElement(settings, "rendering", obstacle="1", drawLabels="1", scaleVisibility="0")


def _rgba(rgb: str, opacity: int = 255) -> str:
    """Write #rrggbb as QGIS does.

    Examples
    --------
    >>> _rgba("#440154")
    '68,1,84,255'
    """
    return f"{int(rgb[1:3], 16)},{int(rgb[3:5], 16)},{int(rgb[5:7], 16)},{opacity}"
