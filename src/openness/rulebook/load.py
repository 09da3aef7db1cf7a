"""Load the rulebook: the project's own rules, from their index if it can be used, and users' own on top."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import RulebookError
from .book import Rulebook
from .files import INDEX
from .index import RULES, index_files, read_index, write_index

if TYPE_CHECKING:
    from .assembly import Assembly
    from .examples import Finder


def rules_folder() -> tuple[Path, bool]:
    """The project's own rule folder, and whether it is an installed one that nobody edits.

    A wheel carries it inside the package. An editable install and a checkout do not: there it stands at
    the top of the repository.

    Raises:
        RulebookError: It is in neither place.
    """
    package = Path(__file__).resolve().parent.parent
    installed = package / "rules"
    if (installed / "vocabulary.yaml").is_file():
        return installed, True
    checkout = package.parent.parent / "rules"
    if (checkout / "vocabulary.yaml").is_file():
        return checkout, False
    raise RulebookError(
        "the rules that belong to openness are missing",
        path=str(installed),
        hint="install openness again: pip install --force-reinstall openness",
    )


def load_rulebook(
    paths: Iterable[str | os.PathLike[str]] = (),
    *,
    base: bool = True,
    check: Finder | None = None,
    trust_base: bool = True,
) -> Rulebook:
    """Load the project's rules and users' own.

    Args:
        paths: Users' rule folders and files. Their rules, terms, licenses and models come on top of the
            project's; their ``overrides.yaml`` silences rules or gives them more exceptions. A path
            inside the project's own folder adds nothing.
        base: Whether the project's own rules, licenses and models take part. Its vocabulary and terms
            always do.
        check: A finder; every rule in ``paths`` whose examples do not hold under it is a fault.
        trust_base: False reads the project's own rules from their files and not from the index, and
            checks their examples too. `compile_rulebook` and the tests do that for everybody else.

    Raises:
        RulebookError: Something is wrong in a folder; ``errors`` holds every fault with its place.
        SourceError: A path does not exist or cannot be read.
    """
    wanted = list(paths)
    root, installed = rules_folder()
    if trust_base and base and not wanted:  # the road of a cold start: no YAML, no RE2, no schema
        found = read_index(root, trusted=installed)
        if found is not None:
            index, header, rules = found
            return Rulebook(header["version"], index.sha256, rules, header["terms"], _index=index)
    return assemble(wanted, base=base, check=check, trust_base=trust_base).rulebook()


@functools.cache
def default_rulebook() -> Rulebook:
    """The project's own rulebook, loaded once in a process."""
    return load_rulebook()


def assemble(
    paths: Iterable[str | os.PathLike[str]] = (),
    *,
    base: bool = True,
    check: Finder | None = None,
    trust_base: bool = True,
) -> Assembly:
    """As `load_rulebook`, but gives back the workbench, which still knows the place of every rule."""
    from .assembly import Assembly

    root, installed = rules_folder()
    assembly = Assembly(root, with_rules=base)
    found = read_index(root, trusted=installed) if trust_base else None
    if found is not None:
        assembly.take_index(*found)
    else:
        if (root / INDEX / RULES).exists() and trust_base:
            import logging  # 2 ms that a usable index saves

            logging.getLogger("openness.rulebook").warning(
                "%s is out of date: the rules are read from their files, which takes longer; "
                "run `openness rules compile`",
                root / INDEX,
            )
        assembly.read_base()
    for path in paths:
        if not (base and Path(path).resolve().is_relative_to(root)):
            assembly.read_own(path)
    assembly.finish(check, trust_base=trust_base)
    return assembly


def compile_rulebook(root: Path | None = None, *, check: Finder | None = None) -> list[Path]:
    """Write the index of the project's rules anew.

    Args:
        root: A folder laid out like the project's own, which is the default.
        check: A finder; a rule whose examples do not hold under it is a fault.

    Returns:
        The files written.

    Raises:
        RulebookError: Something is wrong with the rules; the index is left as it was.
    """
    root = rules_folder()[0] if root is None else root
    return write_index(root / INDEX, compiled_files(root, check=check))


def compiled_files(root: Path | None = None, *, check: Finder | None = None) -> dict[str, bytes]:
    """What `compile_rulebook` would write: content by name. Raises as it does."""
    from .assembly import Assembly

    assembly = Assembly(rules_folder()[0] if root is None else root)
    assembly.read_base()
    assembly.finish(check)
    base = assembly.folders[0]
    return index_files(
        version=base.version,
        sources=base.sources,
        rules=assembly.sorted_rules(),
        terms=dict(sorted(assembly.terms.items())),
        facts=base.facts.values(),
        licenses=[entry.value for entry in base.licenses],
        releases=[entry.value for entry in base.releases],
    )
