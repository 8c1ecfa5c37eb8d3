"""Which files an analysis reads: the bundled ones, but for those that others stand in for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from routes.errors import RoutesError

if TYPE_CHECKING:
    from routes.read.mapping import Mapping

_PACKAGE = Path(__file__).resolve().parents[1]
_FOLDERS = (_PACKAGE / "data", _PACKAGE.parent / "data")
"""Inside an installed wheel, and at the top of a checkout."""

FILES = (
    "roads.npz",
    "borders.geojson",
    "crossings.csv",
    "places.csv",
    "area_weights.csv",
    "crossing_status.csv",
    "region.toml",
    "seizures.csv",
)
"""What an analysis reads."""
BESIDE = ("highways.csv", "operations.csv", "posts.csv")
"""What single commands read besides."""
REGION_FILES = ("region.toml", "borders.geojson")
"""Who has both has a region of its own."""
_MAY_MISS = ("area_weights.csv", "crossing_status.csv", *BESIDE)
"""A region of one's own may do without."""


def bundled(name: str) -> Path:
    """Find a bundled data file, in an installed package or in a checkout.

    Parameters
    ----------
    name : str
        File name, such as ``crossings.csv``.

    Raises
    ------
    RoutesError
        If there is no such file.

    Examples
    --------
    >>> bundled("seizures.csv").name
    'seizures.csv'
    """
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder / name
    raise RoutesError(
        f"the bundled file {name} is missing from this installation. Install the package again."
    )


@dataclass(frozen=True, slots=True)
class Source:
    """Where the files are.

    Parameters
    ----------
    roads : Path, optional
        A road file, as ``routes network build`` writes it.
    folder : Path, optional
        Files in it stand in for the bundled ones of the same name (`FILES`, `BESIDE`). A folder with a
        ``region.toml`` and a ``borders.geojson`` is a region of its own: nothing bundled is taken.
    cache : Path, optional
        Folder in which large networks are kept once they are built. Default: none are.
    mapping : Mapping, optional
        Where the columns of seizures come from that are not the bundled ones. Default: from those of the
        same names.
    resolve_places : bool
        Whether seizures that name a place and give no coordinates get those of the place.

    Examples
    --------
    >>> from pathlib import Path
    >>> Source(roads=Path("mine.npz")).file("roads.npz").name
    'mine.npz'
    >>> Source().file("places.csv").name
    'places.csv'
    """

    roads: Path | None = None
    folder: Path | None = None
    cache: Path | None = None
    mapping: Mapping | None = None
    resolve_places: bool = False

    def own(self) -> list[str]:
        """Names of the files in the folder that stand in for bundled ones.

        Raises
        ------
        RoutesError
            If there is none.
        """
        if self.folder is None:
            return []
        every = (*FILES, *BESIDE)
        found = [name for name in every if (self.folder / name).is_file()]
        if not found:
            raise RoutesError(
                f"{self.folder}: wanted a folder with at least one of {', '.join(every)}, found none."
            )
        return found

    @property
    def whole(self) -> bool:
        """Whether the folder holds a region of its own."""
        return self.folder is not None and {*REGION_FILES} <= {*self.own()}

    def files(self) -> dict[str, Path]:
        """Every file that is read, by its name.

        The bundled weights of processing areas are those of the bundled places: places of one's own come with
        the weights that stand in them, or with an area_weights.csv of their own. What a region of its own may
        do without is left out where it is not there, seizures among it, which may be elsewhere.
        """
        own = self.own()
        weights = "area_weights.csv" in own or "places.csv" not in own
        names = [name for name in FILES if weights or name != "area_weights.csv"]
        if self.whole:
            names = [name for name in names if name in own or name not in (*_MAY_MISS, "seizures.csv")]
        return {name: self.file(name) for name in names}

    def file(self, name: str) -> Path:
        """Find a file by the name that the bundled one has.

        Raises
        ------
        RoutesError
            If a region of its own lacks it.
        """
        if name == "roads.npz" and self.roads is not None:
            return self.roads
        if self.folder is not None and name in self.own():
            return self.folder / name
        if self.whole:
            raise RoutesError(
                f"{self.folder}: there is no {name}. The folder has a region of its own "
                f"({', '.join(REGION_FILES)}), so that nothing is taken from the bundled one. Add the file."
            )
        return bundled(name)

    def optional(self, name: str) -> Path | None:
        """Find a file that a region of its own may do without; None where it does."""
        return None if self.whole and name in _MAY_MISS and name not in self.own() else self.file(name)
