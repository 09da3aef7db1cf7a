"""Fixtures that all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent
NO_SHARED = "the shared corpus is not here (set OPENNESS_SHARED, or lay it beside the repository as `shared`)"

# The same examples in every run: a change that fails must fail for everybody. `HYPOTHESIS_PROFILE=explore`
# looks for new ones.
settings.register_profile("ci", derandomize=True, database=None, deadline=None, print_blob=True)
settings.register_profile("explore", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.fixture(scope="session")
def repository() -> Path:
    """Top folder of the repository."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with the third-party corpus and facts, which are not part of the repository."""
    named = os.environ.get("OPENNESS_SHARED")
    folder = Path(named) if named else REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip(NO_SHARED)
    return folder


@pytest.fixture(scope="session")
def clean_environment() -> dict[str, str]:
    """Environment for child processes, without what points Python at this run's packages."""
    dropped = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "VIRTUAL_ENV", "PYTEST_ADDOPTS", "COVERAGE_FILE")
    return {
        name: value for name, value in os.environ.items() if name not in dropped and not name.startswith("COV_CORE")
    }


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left untested for want of the shared corpus."""
    missed = sorted(
        report.nodeid
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple) and NO_SHARED in report.longrepr[2]
    )
    if missed:
        terminalreporter.section("not tested: " + NO_SHARED)
        for nodeid in missed:
            terminalreporter.write_line(nodeid)
