"""One door for every kind of source: whatever it is, it becomes rows of text with their places.

What is understood of a cell is decided afterwards and for all sources alike, by
`routes.read.columns.parse_table`.
"""

from routes.read.formats.address import Address, shown_name
from routes.read.formats.chooser import ENDINGS, is_there, kind_of, read_rows

__all__ = ["ENDINGS", "Address", "is_there", "kind_of", "read_rows", "shown_name"]
