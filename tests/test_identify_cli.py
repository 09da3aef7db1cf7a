"""``openness diff``."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from openness.cli.diff import diff
from openness.errors import UnknownNameError


def own_license(tmp_path: Path, old: str = "", new: str = "", tail: str = "") -> Path:
    """The license that click comes under, with something done to it."""
    (path,) = Path(click.__file__).parent.parent.glob("click-*.dist-info/**/LICENSE*")
    changed = tmp_path / "LICENSE"
    changed.write_text(path.read_text(encoding="utf-8").replace(old, new) + tail, encoding="utf-8")
    return changed


def run(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(diff, [str(argument) for argument in arguments], standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return int(result.return_value), result.output


def test_a_plain_license_ends_with_zero(tmp_path: Path) -> None:
    code, output = run(own_license(tmp_path, "\n\n", "\n\n"))
    assert code == 0
    assert "BSD-3-Clause" in output
    assert "no difference that matters" in output
    assert "\x1b" not in output


def test_differences_are_marked_with_their_clauses(tmp_path: Path) -> None:
    path = own_license(
        tmp_path, "in source and", "in green source and", "\nYou may not use it for commercial purposes.\n"
    )
    code, output = run(path)
    assert code == 1
    assert "{+green+}" in output
    assert "{+You may not use it for commercial purposes.+} <- non-commercial" in output


def test_color_when_asked_for(tmp_path: Path) -> None:
    path = own_license(tmp_path, "in source and", "in green source and")
    _, output = run(path, "--color", "always")
    assert "\x1b[32mgreen\x1b[0m" in output


def test_json_gives_offsets_of_the_file(tmp_path: Path) -> None:
    path = own_license(tmp_path, "in source and", "in green source and")
    code, output = run(path, "bsd-3-clause", "--format", "json")
    data = json.loads(output)
    assert (code, data["license_id"], data["plain"]) == (1, "BSD-3-Clause", False)
    (added,) = [piece for piece in data["pieces"] if piece["kind"] == "added"]
    assert path.read_text(encoding="utf-8")[added["start"] : added["end"]] == added["quote"] == "green"


def test_a_text_that_is_no_license(tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_text("Bread, milk, two apples.\n")
    assert run(path)[0] == 1
    assert run(path, "MIT", "--format", "json")[0] == 1
    with pytest.raises(UnknownNameError, match="MTI"):
        run(path, "MTI")


def test_an_index_of_own_texts_is_written_and_checked(tmp_path: Path) -> None:
    from openness.cli.rules import index_texts
    from openness.identify.engine import Identifier
    from openness.identify.index import Index
    from openness.records import Document

    (tmp_path / "own" / "texts").mkdir(parents=True)
    text = "Whoever finds this umbrella may keep it while it rains, and returns it when the sun comes out again."
    (tmp_path / "own" / "texts" / "umbrella.txt").write_text(text)
    (tmp_path / "own" / "index.jsonl").write_text('{"id": "umbrella", "spdx_or_licenseref": "LicenseRef-Umbrella"}\n')
    output = tmp_path / "new" / "licenses.bin"
    arguments = [str(tmp_path / "own"), "--output", str(output)]
    check = CliRunner().invoke(index_texts, [*arguments, "--check"], standalone_mode=False)
    assert check.return_value == 1
    assert CliRunner().invoke(index_texts, arguments, standalone_mode=False).return_value == 0
    assert CliRunner().invoke(index_texts, [*arguments, "--check"], standalone_mode=False).return_value == 0
    (found,) = Identifier(Index.read(output)).identify(Document(text=text.upper()))
    assert (found.license_id, found.method) == ("LicenseRef-Umbrella", "exact")
