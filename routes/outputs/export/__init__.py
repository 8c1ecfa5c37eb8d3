"""An analysis in the formats that other programs read.

``layers`` lays a whole analysis out as tables and shapes, and one module a format writes them; ``formats``
has a line for each, and `export_file`, the door to all. Every export carries the handling mark, the
assumptions and the provenance; the same input and seed give the same bytes.
"""

from typing import TYPE_CHECKING

from routes.support.lazy import names_of

if TYPE_CHECKING:
    from routes.outputs.export.formats import FORMATS, Format, export_file
    from routes.outputs.export.graph import graph_graphml
    from routes.outputs.export.layers import Dataset, Layer, dataset, seizure_layer

__all__ = [
    "FORMATS",
    "Dataset",
    "Format",
    "Layer",
    "dataset",
    "export_file",
    "graph_graphml",
    "seizure_layer",
]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "formats": ("FORMATS", "Format", "export_file"),
        "graph": ("graph_graphml",),
        "layers": ("Dataset", "Layer", "dataset", "seizure_layer"),
    },
)
