"""The trunk roads as the package gives them: nodes (lat, lon), and neighbours of each in kilometres."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from types import SimpleNamespace

_PACKED = Path(__file__).with_suffix(".json.gz")
_READ = json.loads(gzip.decompress(_PACKED.read_bytes()))
_GRAPH: list[dict[int, float]] = [{} for _ in _READ["nodes"]]
for _u, _v, _km in _READ["edges"]:
    _GRAPH[_u][_v] = _GRAPH[_v][_u] = _km
world_highways_geograph = SimpleNamespace(nodes=_READ["nodes"], graph=_GRAPH)
