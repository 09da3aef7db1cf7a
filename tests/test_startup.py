"""Start-up stays light: what is heavy is imported when it is needed, and not before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("spdx_tools", "numpy", "pandas", "polars", "pyarrow", "rdflib")

REPORT = "\nimport sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"

CARD = """---
license: apache-2.0
base_model: mistralai/Mistral-7B-v0.1
---

# A model

Released under the Apache License 2.0.
"""


def modules_after(code: str, *arguments: str, cwd: Path, env: dict[str, str]) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", code + REPORT, *arguments],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "README.md"
    path.write_text(CARD, "utf-8")
    return path


def test_import_is_light(tmp_path: Path, clean_environment: dict[str, str]) -> None:
    loaded = modules_after("import openness", cwd=tmp_path, env=clean_environment)
    assert "openness" in loaded
    assert not loaded & {*HEAVY, "re2", "rapidfuzz", "yaml", "license_expression", "click"}


def test_classifying_a_card_is_light(card: Path, clean_environment: dict[str, str]) -> None:
    code = "import sys, openness; assert openness.classify_card(sys.argv[1]).tier is openness.Tier.OSI"
    loaded = modules_after(code, str(card), cwd=card.parent, env=clean_environment)
    assert not loaded & set(HEAVY)


def test_command_line_on_a_card_is_light(card: Path, clean_environment: dict[str, str]) -> None:
    code = (
        "import sys\n"
        "from openness.cli import main\n"
        "try:\n"
        "    main(['classify', sys.argv[1]])\n"
        "except SystemExit as end:\n"
        "    assert not end.code, end.code\n"
    )
    loaded = modules_after(code, str(card), cwd=card.parent, env=clean_environment)
    assert not loaded & set(HEAVY)
