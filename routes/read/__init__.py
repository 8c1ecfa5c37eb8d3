"""Files to validated tables; every fault of a file in one error.

Reading is strict: a reader either returns a table that holds what its column specification promises, or
raises one :class:`~routes.errors.InputError` that names each fault with its line, column and value, says
what was wanted, and what to do.
"""

from typing import TYPE_CHECKING

from routes.support.lazy import names_of

if TYPE_CHECKING:
    from routes.read.borders import as_borders as as_borders
    from routes.read.borders import read_borders as read_borders
    from routes.read.borders import read_country_shapes as read_country_shapes
    from routes.read.columns import FAULTS_SHOWN as FAULTS_SHOWN
    from routes.read.columns import Column as Column
    from routes.read.columns import Table as Table
    from routes.read.columns import date_span as date_span
    from routes.read.columns import input_error as input_error
    from routes.read.columns import parse_table as parse_table
    from routes.read.columns import read_table as read_table
    from routes.read.countries import COUNTRY_NAMES as COUNTRY_NAMES
    from routes.read.countries import ISO_ALPHA_2 as ISO_ALPHA_2
    from routes.read.countries import country_label as country_label
    from routes.read.csvfile import read_raw as read_raw
    from routes.read.disputed import read_disputed as read_disputed
    from routes.read.formats import is_there as is_there
    from routes.read.formats import read_rows as read_rows
    from routes.read.formats import shown_name as shown_name
    from routes.read.mapping import Mapping as Mapping
    from routes.read.mapping import apply_mapping as apply_mapping
    from routes.read.mapping import read_mapping as read_mapping
    from routes.read.paths import bundled as bundled
    from routes.read.records import SeizureRecords as SeizureRecords
    from routes.read.records import read_records as read_records
    from routes.read.records import read_seizures as read_seizures
    from routes.read.reference import CROSSING_COLUMNS as CROSSING_COLUMNS
    from routes.read.reference import HIGHWAY_COLUMNS as HIGHWAY_COLUMNS
    from routes.read.reference import OPERATION_COLUMNS as OPERATION_COLUMNS
    from routes.read.reference import PLACE_COLUMNS as PLACE_COLUMNS
    from routes.read.reference import STATUS_COLUMNS as STATUS_COLUMNS
    from routes.read.reference import read_area_weights as read_area_weights
    from routes.read.reference import read_crossing_status as read_crossing_status
    from routes.read.reference import read_crossings as read_crossings
    from routes.read.reference import read_highways as read_highways
    from routes.read.reference import read_operations as read_operations
    from routes.read.reference import read_places as read_places
    from routes.read.reference import read_posts as read_posts
    from routes.read.region import Ratio as Ratio
    from routes.read.region import Region as Region
    from routes.read.region import read_densities as read_densities
    from routes.read.region import read_region as read_region
    from routes.read.rows import RawTable as RawTable
    from routes.read.seizures import PLACE_KINDS as PLACE_KINDS
    from routes.read.seizures import QUALITY_FLAGS as QUALITY_FLAGS
    from routes.read.seizures import SEIZURE_COLUMNS as SEIZURE_COLUMNS
    from routes.read.seizures import SOURCE_GRADES as SOURCE_GRADES
    from routes.read.seizures import check_seizures as check_seizures
    from routes.read.units import KNOWN_UNITS as KNOWN_UNITS
    from routes.read.units import kg_per_litre as kg_per_litre
    from routes.read.units import normalise_quantity as normalise_quantity

__getattr__, __dir__ = names_of(
    __name__,
    {
        "borders": ("as_borders", "read_borders", "read_country_shapes"),
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
            "read_area_weights",
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
