"""Files to validated tables; every fault of a file in one error.

Reading is strict: a reader either returns a table that holds what its column specification promises, or
raises one :class:`~routes.errors.InputError` that names each fault with its line, column and value, says
what was wanted, and what to do.
"""

from typing import TYPE_CHECKING

from routes.support.lazy import names_of

if TYPE_CHECKING:
    from routes.read.columns import (
        FAULTS_SHOWN,
        Column,
        Table,
        date_span,
        input_error,
        parse_table,
        read_table,
    )
    from routes.read.countries import COUNTRY_NAMES, ISO_ALPHA_2, country_label
    from routes.read.csvfile import read_raw
    from routes.read.disputed import read_disputed
    from routes.read.formats import is_there, read_rows, shown_name
    from routes.read.mapping import Mapping, apply_mapping, read_mapping
    from routes.read.paths import bundled
    from routes.read.records import SeizureRecords, read_records, read_seizures
    from routes.read.reference import (
        CROSSING_COLUMNS,
        HIGHWAY_COLUMNS,
        OPERATION_COLUMNS,
        PLACE_COLUMNS,
        STATUS_COLUMNS,
        as_borders,
        read_area_weights,
        read_borders,
        read_country_shapes,
        read_crossing_status,
        read_crossings,
        read_highways,
        read_operations,
        read_places,
        read_posts,
    )
    from routes.read.region import Ratio, Region, read_densities, read_region
    from routes.read.rows import RawTable
    from routes.read.seizures import (
        PLACE_KINDS,
        QUALITY_FLAGS,
        SEIZURE_COLUMNS,
        SOURCE_GRADES,
        check_seizures,
    )
    from routes.read.units import KNOWN_UNITS, kg_per_litre, normalise_quantity

__all__ = [
    "COUNTRY_NAMES",
    "CROSSING_COLUMNS",
    "FAULTS_SHOWN",
    "HIGHWAY_COLUMNS",
    "ISO_ALPHA_2",
    "KNOWN_UNITS",
    "OPERATION_COLUMNS",
    "PLACE_COLUMNS",
    "PLACE_KINDS",
    "QUALITY_FLAGS",
    "SEIZURE_COLUMNS",
    "SOURCE_GRADES",
    "STATUS_COLUMNS",
    "Column",
    "Mapping",
    "Ratio",
    "RawTable",
    "Region",
    "SeizureRecords",
    "Table",
    "apply_mapping",
    "as_borders",
    "bundled",
    "check_seizures",
    "country_label",
    "date_span",
    "input_error",
    "is_there",
    "kg_per_litre",
    "normalise_quantity",
    "parse_table",
    "read_area_weights",
    "read_borders",
    "read_country_shapes",
    "read_crossing_status",
    "read_crossings",
    "read_densities",
    "read_disputed",
    "read_highways",
    "read_mapping",
    "read_operations",
    "read_places",
    "read_posts",
    "read_raw",
    "read_records",
    "read_region",
    "read_rows",
    "read_seizures",
    "read_table",
    "shown_name",
]

__getattr__, __dir__ = names_of(
    __name__,
    {
        "columns": (
            "FAULTS_SHOWN",
            "Column",
            "Table",
            "date_span",
            "input_error",
            "parse_table",
            "read_table",
        ),
        "countries": ("COUNTRY_NAMES", "ISO_ALPHA_2", "country_label"),
        "csvfile": ("read_raw",),
        "disputed": ("read_disputed",),
        "formats": ("is_there", "read_rows", "shown_name"),
        "mapping": ("Mapping", "apply_mapping", "read_mapping"),
        "paths": ("bundled",),
        "records": ("SeizureRecords", "read_records", "read_seizures"),
        "reference": (
            "CROSSING_COLUMNS",
            "HIGHWAY_COLUMNS",
            "OPERATION_COLUMNS",
            "PLACE_COLUMNS",
            "STATUS_COLUMNS",
            "as_borders",
            "read_area_weights",
            "read_borders",
            "read_country_shapes",
            "read_crossing_status",
            "read_crossings",
            "read_highways",
            "read_operations",
            "read_places",
            "read_posts",
        ),
        "region": ("Ratio", "Region", "read_densities", "read_region"),
        "rows": ("RawTable",),
        "seizures": ("PLACE_KINDS", "QUALITY_FLAGS", "SEIZURE_COLUMNS", "SOURCE_GRADES", "check_seizures"),
        "units": ("KNOWN_UNITS", "kg_per_litre", "normalise_quantity"),
    },
)
