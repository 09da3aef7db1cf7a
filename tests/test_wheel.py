"""The built package, installed where nothing of the repository can be seen, does the main job."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.wheel


def run(*command: str | Path, cwd: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{command} exited with {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def build_wheel(source: Path, out: Path, env: dict[str, str]) -> Path:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        out,
        source,
    ]
    run(*command, cwd=out.parent, env=env)
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Path:
    """Wheel built from the repository."""
    return build_wheel(repository, tmp_path_factory.mktemp("wheel") / "out", clean_environment)


@pytest.fixture(scope="module")
def sdist(repository: Path, tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Path:
    """Source distribution built from the repository."""
    out = tmp_path_factory.mktemp("sdist")
    run(
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "-t",
        "sdist",
        "-d",
        out,
        cwd=repository,
        env=clean_environment,
    )
    (archive,) = out.glob("*.tar.gz")
    return archive


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory, clean_environment: dict[str, str]) -> Path:
    """Folder of the programs of a fresh virtual environment that holds the wheel and what it needs."""
    home = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", home / "venv", cwd=home, env=clean_environment)
    programs = home / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    run(
        programs / "python",
        "-m",
        "pip",
        "install",
        "-q",
        "--no-compile",
        wheel,
        cwd=home,
        env=clean_environment,
    )
    return programs


def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_carries_rules_and_type_marker(repository: Path, wheel: Path) -> None:
    rules = {
        f"openness/rules/{path.relative_to(repository / 'rules').as_posix()}"
        for path in (repository / "rules").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    assert any(name.startswith("openness/rules/clauses/") for name in rules)
    assert any(name.startswith("openness/rules/licenses/") for name in rules)
    assert rules <= members(wheel)
    assert "openness/py.typed" in members(wheel)


def test_wheel_carries_license_and_notice(wheel: Path) -> None:
    texts = {name.rsplit("/", 1)[1] for name in members(wheel) if ".dist-info/licenses/" in name}
    assert texts == {"LICENSE", "NOTICE"}


def test_wheel_from_sdist_is_the_same(
    wheel: Path, sdist: Path, tmp_path: Path, clean_environment: dict[str, str]
) -> None:
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = (path for path in tmp_path.iterdir() if path.is_dir())
    assert members(build_wheel(source, tmp_path / "out", clean_environment)) == members(wheel)


def test_version_is_told(repository: Path, installed: Path, tmp_path: Path, clean_environment: dict[str, str]) -> None:
    names: dict[str, str] = runpy.run_path(str(repository / "src" / "openness" / "version.py"))
    told = run(installed / "openness", "--version", cwd=tmp_path, env=clean_environment)
    assert names["__version__"] in told.split()


@pytest.mark.parametrize(
    "example, declared, tier",
    [
        ("llama-finetune", "osi", "open"),
        ("modified-mit", "open", "open"),
        ("plain-apache", "osi", "osi"),
    ],
)
def test_main_job_outside_the_repository(
    repository: Path,
    installed: Path,
    tmp_path: Path,
    clean_environment: dict[str, str],
    example: str,
    declared: str,
    tier: str,
) -> None:
    shutil.copytree(repository / "examples" / example, tmp_path / example)
    told = run(
        installed / "openness", "classify", f"{example}/README.md", "--format", "json",
        cwd=tmp_path, env=clean_environment,
    )  # fmt: skip
    answer = json.loads(told)
    assert answer["schema"] == 1
    verdict = answer.get("verdict", answer)
    assert (verdict["declared_tier"], verdict["tier"]) == (declared, tier)
