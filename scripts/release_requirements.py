"""Write requirements-release.txt: what a release installs, each file by its SHA-256.

pip resolves the extras for users under ``constraints.txt`` and reports the files that it would take; nothing
is installed. Files differ by system: run it on each that the release is for, and the hashes of one version
are joined. The file is apart from ``constraints.txt`` because pip wants hashes of all or of none: with one
hash in it, ``pip install -c constraints.txt .`` refuses the checkout itself, which has none::

    python scripts/release_requirements.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[1]
WRITTEN = TOP / "requirements-release.txt"
EXTRAS = "dask,field,geoparquet,osm,pdf,places,postgis,stix,xlsx"
HEAD = f"""\
# What a release installs, each file by its SHA-256; made by scripts/release_requirements.py:
#   pip install --require-hashes --no-deps -r requirements-release.txt
#   pip install --no-deps .
# With the extras {EXTRAS}.
"""
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def resolved() -> dict[str, str]:
    """Ask pip which files it would take: ``name==version`` -> hash."""
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"),
        *("--report", "-", "-c", str(TOP / "constraints.txt"), f"{TOP}[{EXTRAS}]"),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - pip
    report = json.loads(done.stdout[done.stdout.index("{") :])
    return {
        f"{each['metadata']['name']}=={each['metadata']['version']}": archive["hashes"]["sha256"]
        for each in report["install"]
        if (archive := each["download_info"].get("archive_info"))
    }


def known(text: str) -> dict[str, set[str]]:
    """Read the hashes of a file written before."""
    return {
        entry.split()[0]: set(_HASH.findall(entry))
        for entry in text.replace("\\\n", " ").splitlines()
        if entry and not entry.startswith("#")
    }


def joined(files: dict[str, str], before: dict[str, set[str]]) -> str:
    """Lay out the requirements; the hashes of other systems stay where the version does."""
    lines = []
    for pinned in sorted(files, key=str.casefold):
        hashes = sorted({files[pinned]} | before.get(pinned, set()))
        lines.append(" \\\n".join([pinned, *(f"    --hash=sha256:{each}" for each in hashes)]))
    return HEAD + "\n".join(lines) + "\n"


def main() -> None:
    """Write the file."""
    before = known(WRITTEN.read_text(encoding="utf-8")) if WRITTEN.exists() else {}
    WRITTEN.write_text(joined(resolved(), before), encoding="utf-8")


if __name__ == "__main__":
    main()
