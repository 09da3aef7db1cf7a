"""Licenses and models by name, each read only when somebody asks for it.

A file of the index holds a header line with all names, then one record a line. A cold start reads the
header; a record is parsed when it is looked up, and without pydantic's validation, which costs 30 ms the
first time: what stands in the index was validated when it was written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, TypeVar

from ..errors import UnknownNameError
from ..records import (
    Clause,
    Component,
    DateValue,
    DisplayName,
    License,
    LicenseClause,
    LicenseTerm,
    MoneyLimit,
    OsiStatus,
    Places,
    PolicyReference,
    Profile,
    Reading,
    Record,
    Release,
    Scope,
    Source,
    UserLimit,
)
from .compiled import read_tier
from .names import fold_hub_id, fold_name, matches_hub_pattern

R = TypeVar("R", bound=License | Release)
Build = Callable[[Any], Any]


class Catalog(Mapping[str, R]):
    """Records by key (the id of a license, the name of a release), and a search over all their names."""

    def __init__(
        self,
        kind: type[R],
        *,
        raw: Mapping[str, bytes],
        names: dict[str, list[str]],
        hub: dict[str, list[str]],
        patterns: list[tuple[str, str]],
    ) -> None:
        self._kind = kind
        self._raw = raw
        self._names = names
        self._hub = hub
        self._patterns = patterns
        self._made: dict[str, R] = {}

    def __getitem__(self, key: str) -> R:
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = record_from_json(self._kind, json.loads(self._raw[key]))
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)

    def __repr__(self) -> str:
        return f"<Catalog of {len(self)} {self._kind.__name__.lower()}s>"

    def find(self, name: str) -> tuple[R, ...]:
        """Records that go by this name, best first: id or name, then hub ids, then other spellings.

        Case, punctuation and blanks do not count. Empty when nobody goes by it. Several when a name
        does not tell versions apart: the caller decides what that means.
        """
        return tuple(self[key] for key in self._names.get(fold_name(name), ()))

    def find_hub_id(self, hub_id: str) -> tuple[R, ...]:
        """Releases that a hub repository (``organization/model``) belongs to.

        A repository that is named outright comes before patterns, a longer pattern before a shorter one.
        """
        folded = fold_hub_id(hub_id)
        keys = dict.fromkeys(self._hub.get(folded, ()))
        if not keys:
            keys.update((key, None) for pattern, key in self._patterns if matches_hub_pattern(folded, pattern))
        return tuple(self[key] for key in keys)

    def get_one(self, name: str) -> R:
        """The record with this key or, failing that, the best of `find`.

        Raises:
            UnknownNameError: Nobody goes by this name; the hint holds the most similar one.
        """
        if name in self._raw:
            return self[name]
        keys = self._names.get(fold_name(name))
        if keys:
            return self[keys[0]]
        from .patterns import did_you_mean

        what = self._kind.__name__.lower()
        raise UnknownNameError(f"no {what} is called {name!r}", hint=did_you_mean(name, self) if self._raw else None)

    def joined(self, records: Iterable[R]) -> Catalog[R]:
        """This catalog with more records; their keys must be new."""
        more = catalog_of(self._kind, records)
        return Catalog(
            self._kind,
            raw={**self._raw, **more._raw},
            names=_joined(self._names, more._names),
            hub=_joined(self._hub, more._hub),
            patterns=sorted([*self._patterns, *more._patterns], key=_specific),
        )

    def to_lines(self, head: Mapping[str, Any]) -> bytes:
        """The form in which the index keeps a catalog."""
        header = {
            **head,
            "keys": list(self._raw),
            "names": self._names,
            "hub": self._hub,
            "patterns": self._patterns,
        }
        return b"\n".join([_json(header), *self._raw.values(), b""])


def catalog_of(kind: type[R], records: Iterable[R]) -> Catalog[R]:
    """A catalog of records held in memory."""
    raw: dict[str, bytes] = {}
    ranked: dict[str, list[tuple[int, str]]] = {}
    hub: dict[str, list[str]] = {}
    patterns: list[tuple[str, str]] = []
    for record in records:
        key = record_key(record)
        by_rank: tuple[tuple[str | None, ...], ...]
        raw[key] = _json(record_to_json(record))
        if isinstance(record, License):
            by_rank = ((key, record.spdx_id), record.hub_ids, (record.name, *record.aliases))
        else:
            by_rank = ((key,), (), record.aliases)
            for hub_id in map(fold_hub_id, record.hub_ids):
                if "*" in hub_id:
                    patterns.append((hub_id, key))
                else:
                    hub.setdefault(hub_id, []).append(key)
        for rank, names in enumerate(by_rank):
            for name in filter(None, map(fold_name, filter(None, names))):
                ranked.setdefault(name, []).append((rank, key))
    return Catalog(
        kind,
        raw=raw,
        names={
            name: list(dict.fromkeys(key for _, key in sorted(held, key=lambda pair: pair[0])))
            for name, held in sorted(ranked.items())
        },
        hub=dict(sorted(hub.items())),
        patterns=sorted(patterns, key=_specific),
    )


def catalog_from_lines(kind: type[R], data: bytes) -> tuple[dict[str, Any], Catalog[R]]:
    """Read what `Catalog.to_lines` wrote: the header and the catalog."""
    head, *lines = data.split(b"\n")
    header = json.loads(head)
    catalog: Catalog[R] = Catalog(
        kind,
        raw=dict(zip(header["keys"], lines, strict=False)),
        names=header["names"],
        hub=header["hub"],
        patterns=[(pattern, key) for pattern, key in header["patterns"]],
    )
    return header, catalog


def record_key(record: License | Release) -> str:
    """What a record is filed under: the id of a license, the name of a release."""
    return record.id if isinstance(record, License) else record.name


def record_to_json(record: License | Release) -> dict[str, Any]:
    """A record as plain JSON, without what is at its default."""
    held = record.model_dump(mode="json", exclude_defaults=True)
    if isinstance(record, License):
        for clause, written in zip(record.clauses, held.get("clauses", ()), strict=True):
            for value, fields in zip(clause.values, written.get("values", ()), strict=True):
                fields["kind"] = value.kind  # a default, but it says which type the rest is
    return held


def record_from_json(kind: type[R], held: dict[str, Any]) -> R:
    """A record from its own JSON, without validating it again."""
    return _BUILD[kind](held)  # type: ignore[no-any-return]


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()


def _specific(pair: tuple[str, str]) -> tuple[int, str, str]:
    return -len(pair[0].replace("*", "")), *pair


def _joined(base: dict[str, list[str]], more: dict[str, list[str]]) -> dict[str, list[str]]:
    return {**base, **{name: [*base.get(name, ()), *keys] for name, keys in more.items()}}


# --- building without validation ---------------------------------------------------------------------


def _builder(kind: type[Record], **fields: Build) -> Build:
    """A function from JSON to ``kind``: ``fields`` convert what JSON cannot hold, lists become tuples."""

    def build(held: dict[str, Any]) -> Record:
        values = {}
        for name, value in held.items():
            if value is not None and name in fields:
                values[name] = fields[name](value)
            else:
                values[name] = tuple(value) if type(value) is list else value
        return kind.model_construct(**values)

    return build


def _each(build: Build) -> Build:
    return lambda held: tuple([build(item) for item in held])


_BY_KIND: Final[dict[str, Build]] = {
    "users": _builder(UserLimit),
    "money": _builder(MoneyLimit),
    "date": _builder(DateValue, on=date.fromisoformat),
    "places": _builder(Places),
    "name": _builder(DisplayName),
    "policy": _builder(PolicyReference),
}
_readings = _each(_builder(Reading, ceiling=read_tier))
sources_from_json = _each(_builder(Source, read=date.fromisoformat))
_policies = _each(_BY_KIND["policy"])
_values = _each(lambda held: _BY_KIND[held["kind"]](held))
_profile = _each(Profile)

_BUILD: Final[dict[type, Build]] = {
    License: _builder(
        License,
        released=date.fromisoformat,
        osi=_builder(OsiStatus, as_of=date.fromisoformat),
        ceiling=read_tier,
        profile=_profile,
        clauses=_each(
            _builder(
                LicenseClause,
                clause=Clause,
                scope=Scope,
                ceiling=read_tier,
                values=_values,
                readings=_readings,
            )
        ),
        policies=_policies,
        sources=sources_from_json,
    ),
    Release: _builder(
        Release,
        released=date.fromisoformat,
        terms=_each(_builder(LicenseTerm, since=date.fromisoformat, until=date.fromisoformat)),
        components=_each(_builder(Component)),
        readings=_readings,
        sources=sources_from_json,
    ),
}
