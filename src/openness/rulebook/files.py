"""The files of a rule folder, and one digest for all of them. Light: every cold start in a checkout comes here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

INDEX: Final = "index"
_SUFFIXES: Final = (".yaml", ".yml")


def list_files(root: Path) -> dict[str, os.stat_result]:
    """YAML files below a folder by path inside it, sorted; hidden folders and the index are left out."""
    found: dict[str, os.stat_result] = {}
    waiting = [("", str(root))]
    while waiting:
        prefix, folder = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    if prefix or entry.name != INDEX:
                        waiting.append((f"{prefix}{entry.name}/", entry.path))
                elif entry.name.endswith(_SUFFIXES):
                    found[prefix + entry.name] = entry.stat()
    return dict(sorted(found.items()))


def digest_of(digests: Mapping[str, str]) -> str:
    """One SHA-256 for many files, from their paths and their own digests."""
    total = hashlib.sha256()
    for path, digest in sorted(digests.items()):
        total.update(f"{path}\0{digest}\n".encode())
    return total.hexdigest()


def sha256_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
