"""Verdicts for machines: JSON with a version of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from ..errors import OpennessError
from ..records import Verdict

SCHEMA = 1
"""Raised when a reader of the last version could be misled. New fields do not raise it."""


_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def verdict_data(verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain data, ``schema`` first."""
    return {"schema": SCHEMA, **verdict.model_dump(mode="json")}


def error_data(error: OpennessError, *, subject: str | None = None) -> dict[str, Any]:
    """An error as plain data."""
    return {
        "subject": subject,
        "code": error.code,
        "message": error.message,
        "path": error.path,
        "line": error.line,
        "column": error.column,
        "hint": error.hint,
    }


def render_verdict(verdict: Verdict) -> str:
    """One verdict as one JSON object."""
    return render_data(verdict_data(verdict))


def render_run(verdicts: Sequence[Verdict], errors: Sequence[dict[str, Any]]) -> str:
    """A run over several inputs as one JSON object: ``verdicts`` in the order given, ``errors`` beside them."""
    data = {
        "schema": SCHEMA,
        "verdicts": [verdict_data(verdict) for verdict in verdicts],
        "errors": list(errors),
    }
    return render_data(data)


def render_data(data: dict[str, Any]) -> str:
    """Data as JSON that can be written anywhere.

    Names of files can hold half characters (bytes that are no UTF-8), which no encoding writes, and
    texts the control characters above ASCII, which JSON lets pass and terminals obey.
    """
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(data, indent=2, ensure_ascii=False))
