"""The compiled rulebook on disk, `rules/index/`: generated, committed, and never trusted when it is old.

Five files, each a header line and then one record a line, so that a change of one rule is a change of one
line: ``rules.jsonl`` is all that a cold start reads, ``vocabulary.jsonl``, ``licenses.jsonl`` and
``releases.jsonl`` are opened when somebody asks, ``sources.json`` says from which files they were made.

In a checkout the sources can change under the index. Hashing them all would cost as much as the index
saves, so sizes and times are looked at first and only what is younger than the index is hashed; a file
put in place by renaming an older one has a young change time. In an installed wheel nothing changes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from ..records import Clause, License, Profile, Release
from .catalog import Catalog, catalog_from_lines, catalog_of, sources_from_json
from .compiled import CompiledRule, read_tier, rule_from_json, rule_to_json
from .files import INDEX, digest_of, list_files, sha256_of

if TYPE_CHECKING:
    from .facts import ClauseFacts
    from .folder import Folder

INDEX_FORMAT: Final = 1
"""Raised whenever the form of the files changes: an index of another format is not read."""

RULES: Final = "rules.jsonl"
VOCABULARY: Final = "vocabulary.jsonl"
SOURCES: Final = "sources.json"
_CATALOG_FILES: Final[dict[type, str]] = {License: "licenses.jsonl", Release: "releases.jsonl"}

R = TypeVar("R", bound=License | Release)


class Index(NamedTuple):
    """A rule folder with a usable index. Holds no content: that is read when it is asked for."""

    root: str
    sha256: str

    def facts(self) -> dict[Clause, ClauseFacts]:
        """What each clause kind means."""
        data = self._read(VOCABULARY)
        if data is None:
            return dict(self._from_sources().facts)
        from .facts import ClauseFacts

        facts: dict[Clause, ClauseFacts] = {}
        for held in _records(data):
            clause = Clause(held["clause"])
            held["ceiling"] = read_tier(held["ceiling"])
            held["criteria"] = tuple(held["criteria"])
            held["profile"] = tuple(map(Profile, held["profile"]))
            held["sources"] = sources_from_json(held["sources"])
            facts[clause] = ClauseFacts.model_construct(**{**held, "clause": clause})
        return facts

    def catalog(self, kind: type[R]) -> Catalog[R]:
        """Licenses or releases."""
        data = self._read(_CATALOG_FILES[kind])
        if data is not None:
            return catalog_from_lines(kind, data)[1]
        folder = self._from_sources()
        entries = folder.licenses if kind is License else folder.releases
        return catalog_of(kind, [entry.value for entry in entries])

    def _read(self, name: str) -> bytes | None:
        """A file of the index, unless it was written from other sources than this rulebook."""
        try:
            data = (Path(self.root) / INDEX / name).read_bytes()
            header = json.loads(data.partition(b"\n")[0])
        except (OSError, ValueError):
            return None
        return data if _is_ours(header) and header["sha256"] == self.sha256 else None

    def _from_sources(self) -> Folder:
        from .book import all_in_one
        from .folder import read_folder

        faults: list[Any] = []
        folder = read_folder(self.root, faults, base=True)
        if faults:
            raise all_in_one(faults)
        return folder


def read_index(root: Path, *, trusted: bool) -> tuple[Index, dict[str, Any], tuple[CompiledRule, ...]] | None:
    """The index of a rule folder, the header of its rules, and the rules.

    Args:
        root: The rule folder.
        trusted: Whether nobody can have changed the sources since, as in an installed wheel.

    Returns:
        None when there is no index, or it is of another format, broken, or older than its sources.
    """
    folder = root / INDEX
    try:
        data = (folder / RULES).read_bytes()
        head, _, body = data.partition(b"\n")
        header = json.loads(head)
        if not _is_ours(header) or not (trusted or _is_fresh(root, header["sha256"])):
            return None
        rules = tuple([rule_from_json(held) for held in _lines(body)])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Index(str(root), header["sha256"]), header, rules


def index_files(
    *,
    version: str,
    sources: dict[str, bytes],
    rules: Iterable[CompiledRule],
    terms: dict[str, str],
    facts: Iterable[ClauseFacts],
    licenses: Iterable[License],
    releases: Iterable[Release],
) -> dict[str, bytes]:
    """Name and content of every file of the index. The same sources give the same bytes."""
    digests = {name: sha256_of(data) for name, data in sources.items()}
    head = {"format": INDEX_FORMAT, "generated": "by `openness rules compile`", "sha256": digest_of(digests)}
    files = {name: [len(data), digests[name]] for name, data in sorted(sources.items())}
    listed = ",\n".join(f"{json.dumps(name)}: {json.dumps(held)}" for name, held in files.items())
    return {
        RULES: _jsonl({**head, "version": version, "terms": terms}, map(rule_to_json, rules)),
        VOCABULARY: _jsonl(head, [held.model_dump(mode="json") for held in facts]),
        _CATALOG_FILES[License]: catalog_of(License, licenses).to_lines(head),
        _CATALOG_FILES[Release]: catalog_of(Release, releases).to_lines(head),
        SOURCES: f'{{"format": {INDEX_FORMAT}, "files": {{\n{listed}\n}}}}\n'.encode(),
    }


def write_index(folder: Path, files: dict[str, bytes]) -> list[Path]:
    """Write the files of an index, each in one step, ``sources.json`` last. Gives back their paths."""
    import tempfile

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, data in files.items():
        target = folder / name
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        written.append(target)
    return written


def _is_fresh(root: Path, sha256: str) -> bool:
    """Whether the sources are still those from which the index was made."""
    path = root / INDEX / SOURCES
    held: dict[str, list[Any]] = json.loads(path.read_bytes())["files"]
    written = path.stat().st_mtime_ns
    found = list_files(root)
    if found.keys() != held.keys() or digest_of({name: known[1] for name, known in held.items()}) != sha256:
        return False
    for name, stat in found.items():
        size, digest = held[name]
        if stat.st_size != size:
            return False
        young = max(stat.st_mtime_ns, stat.st_ctime_ns) >= written
        if young and sha256_of((root / name).read_bytes()) != digest:
            return False
    return True


def _is_ours(header: Any) -> bool:
    return isinstance(header, dict) and header.get("format") == INDEX_FORMAT


def _jsonl(head: dict[str, Any], records: Iterable[Any]) -> bytes:
    lines = (json.dumps(held, ensure_ascii=False, separators=(",", ":")) for held in (head, *records))
    return "".join(f"{line}\n" for line in lines).encode()


def _records(data: bytes) -> list[Any]:
    return _lines(data.partition(b"\n")[2])


def _lines(body: bytes) -> list[Any]:
    """All lines at once: one call of the JSON parser instead of hundreds."""
    held: list[Any] = json.loads(b"[" + body.rstrip(b"\n").replace(b"\n", b",") + b"]")
    return held
