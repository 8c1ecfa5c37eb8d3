"""The crossing graph with its seizures as GraphML, which every graph tool reads."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

from routes.outputs.handling import ASSUMPTIONS, ATTRIBUTION
from routes.outputs.symbols import PLACES
from routes.outputs.text import clean

if TYPE_CHECKING:
    import networkx as nx

    from routes.outputs.export.layers import Dataset


def graph_graphml(graph: nx.DiGraph[str]) -> str:
    """Write a graph as GraphML, one type to an attribute; characters that XML forbids are replaced."""
    import networkx as nx

    text = io.BytesIO()
    nx.write_graphml_xml(_printable(graph), text, infer_numeric_types=True)
    return text.getvalue().decode().rstrip("\n") + "\n"


def marked_graphml(data: Dataset) -> str:
    """Write the crossing graph with mark, assumptions and provenance as attributes of the graph."""
    graph = data.graph.copy()
    graph.graph.update(
        title=data.title,
        handling=f"{data.mark.label}: {data.mark.meaning}",
        assumptions=" ".join(ASSUMPTIONS),
        attribution=ATTRIBUTION,
        provenance=json.dumps(data.provenance, ensure_ascii=False, sort_keys=True, default=str),
    )
    names = {row["id"]: row["place_name"] for layer in PLACES for row in data.layers[layer].rows}
    for _, cells in graph.nodes(data=True):
        cells["name"] = names.get(clean(cells["place"]), cells["place"])
    for leg in data.layers["legs"].rows:
        if graph.has_edge(leg["start_node"], leg["end_node"]):
            graph.edges[leg["start_node"], leg["end_node"]]["share"] = leg["share"]
    return graph_graphml(graph)


def _printable(graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    import networkx as nx

    names: dict[str, str] = {}
    taken: set[str] = set()
    for node in graph:
        name = clean(node)
        while name in taken:
            name += "_"
        taken.add(name)
        names[node] = name
    copy: nx.DiGraph[str] = nx.relabel_nodes(graph, names)
    for _, cells in copy.nodes(data=True):
        cells.update({key: clean(value) for key, value in cells.items() if isinstance(value, str)})
    for *_, cells in copy.edges(data=True):
        cells.update({key: clean(value) for key, value in cells.items() if isinstance(value, str)})
    return copy
