"""Where the texts of an index come from: a corpus folder, SPDX's license-list-data, LicenseDB's data folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from openness.errors import SourceNotFoundError, SourceUnreadableError


class KnownText(NamedTuple):
    """One text of a known license."""

    source: str
    """Name of the collection it comes from."""
    name: str
    """Its name there."""
    license_id: str
    """SPDX id, or ``LicenseRef-…``."""
    text: str


def read_sources(sources: list[Path]) -> list[KnownText]:
    """Read all texts of some collections, in an order that does not depend on the file system.

    Each of ``sources`` is a folder that holds: texts with an ``index.jsonl`` beside them (or a
    ``<folder>.jsonl`` beside the folder), or a checkout of SPDX's license-list-data, or LicenseDB's
    ``*.LICENSE`` files.

    Raises:
        SourceNotFoundError: A folder does not exist.
        SourceUnreadableError: A folder holds none of these, or a file in it cannot be read.
    """
    found: list[KnownText] = []
    for source in sources:
        if not source.is_dir():
            raise SourceNotFoundError("no such folder", path=str(source))
        before = len(found)
        try:
            found.extend(_texts_of(source))
        except (OSError, ValueError, KeyError) as error:
            raise SourceUnreadableError(f"not a collection of license texts: {error}", path=str(source)) from error
        if len(found) == before:
            raise SourceUnreadableError(
                "no license texts found", path=str(source),
                hint="expected texts with an index.jsonl, SPDX's license-list-data, or LicenseDB's *.LICENSE files",
            )  # fmt: skip
    return found


def _texts_of(source: Path) -> Iterator[KnownText]:
    if (source / "json" / "licenses.json").is_file():
        yield from _license_list_data(source)
    elif (source / "index.jsonl").is_file():
        yield from _indexed(source.name, source / "index.jsonl", source / "texts")
    elif source.with_suffix(".jsonl").is_file():
        yield from _indexed(source.name, source.with_suffix(".jsonl"), source)
    elif any(source.glob("*.LICENSE")):
        yield from _license_db(source)
    else:
        for listing in sorted(source.glob("*.jsonl")):
            yield from _indexed(listing.stem, listing, source / listing.stem)


def _indexed(name: str, listing: Path, folder: Path) -> Iterator[KnownText]:
    """A JSON line for each text: its ``id``, its ``file``, and what it is called."""
    for line in listing.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            continue
        row: dict[str, Any] = json.loads(line)
        license_id = row.get("spdx_or_licenseref") or row.get("expected_spdx") or row.get("licenseref")
        path = folder / row.get("file", f"{row['id']}.txt")
        if license_id and path.is_file():
            yield KnownText(name, row["id"], license_id, _read(path))


def _license_list_data(source: Path) -> Iterator[KnownText]:
    listed = json.loads((source / "json" / "licenses.json").read_text(encoding="utf-8"))["licenses"]
    for row in sorted(listed, key=lambda row: row["licenseId"]):
        path = source / "text" / f"{row['licenseId']}.txt"
        if path.is_file() and not row.get("isDeprecatedLicenseId"):
            yield KnownText("spdx", row["licenseId"], row["licenseId"], _read(path))


def _license_db(source: Path) -> Iterator[KnownText]:
    """LicenseDB: YAML between two lines of dashes, then the text."""
    for path in sorted(source.glob("*.LICENSE")):
        _, head, text = _read(path).split("---\n", 2)
        fields = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line and line[0] != " ")
        license_id = fields.get("spdx_license_key", f"LicenseRef-scancode-{path.stem}").strip("'\" ")
        if text.strip() and fields.get("is_deprecated") != "yes":
            yield KnownText("licensedb", path.stem, license_id, text)


def _read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")
