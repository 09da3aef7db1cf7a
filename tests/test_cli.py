"""The command line as somebody at a terminal, a script and a pipe meet it. All texts were written for these tests."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from subprocess import DEVNULL, PIPE, CompletedProcess
from typing import Any

import click
import jsonschema
import pytest
from click.testing import CliRunner, Result

import openness
from openness.cli import cli, main
from openness.cli.exits import Exit

CARD = "---\nlicense: mit\n---\n# Wren\n"
GRANT = "You are hereby granted a royalty-free license to use, copy, change and distribute the model and its weights.\n"
BAN = "You may not use the model for any commercial purpose.\n"

KINDS = "red green blue tin wooden paper round square heavy light old new small large open plain".split()

BALLOONS = """\
id: OWN-001
slug: balloons
since: "1"
clause: field-of-use
message: bars use aboard balloons
why: Criterion 6 of the Open Source Definition.
sources: [{title: Open Source Definition, url: "https://opensource.org/osd", read: 2026-11-21}]
detect:
  in: [license]
  within: sentence
  all: ['\\bnot\\b', '\\bballoons?\\b']
examples:
  match:
    - {text: The model must not be taken aboard a balloon., span: not be taken aboard a balloon}
  no_match:
    - {text: Balloons are welcome., why: welcomes them}
"""
SILENCE = "overrides:\n  - {rule: USE-001, silence: true, reason: we build weapons and know it}\n"


class _Main:
    """`main` in the place where click's runner wants a command: with our way of ending the process."""

    name = "openness"

    def main(self, args: Sequence[str], prog_name: str, **_: object) -> None:
        main(args)


def run(*args: str, stdin: str | bytes | None = None, env: dict[str, str | None] | None = None) -> Result:
    result = CliRunner().invoke(_Main(), args, input=stdin, env=env)  # type: ignore[arg-type]
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    return result


def start(*args: str | bytes, cwd: Path, env: dict[str, str], stdout: Any = PIPE) -> CompletedProcess[bytes]:
    command = [sys.executable, "-m", "openness", *args]
    return subprocess.run(command, cwd=cwd, env=env, stdin=DEVNULL, stdout=stdout, stderr=PIPE, check=False)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def card(here: Path) -> str:
    (here / "README.md").write_text(CARD, "utf-8")
    return "README.md"


def all_commands(group: click.Group = cli, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = [path]
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += all_commands(command, (*path, name))
        else:
            found.append((*path, name))
    return found


class TestHelp:
    @pytest.mark.parametrize("path", all_commands(), ids=" ".join)
    def test_every_command_shows_examples(self, path: tuple[str, ...]) -> None:
        told = run(*path, "--help")
        assert told.exit_code == 0
        assert re.search(r"Examples?:\n", told.stdout)
        assert f"openness {' '.join(path)}".strip() in told.stdout.partition("Example")[2]
        assert run(*path, "-h").stdout == told.stdout
        commands = told.stdout.partition("\nCommands:\n")[2].partition("\n\n")[0]
        assert "..." not in commands, "a sentence is cut off"

    def test_every_option_is_explained(self) -> None:
        command = cli.get_command(click.Context(cli), "classify")
        assert command is not None
        options = [param for param in command.params if isinstance(param, click.Option)]
        assert [option.name for option in options if not option.help] == []

    def test_the_version(self) -> None:
        assert run("--version").stdout == f"openness, version {openness.__version__}\n"

    def test_nothing_asked_shows_the_help(self) -> None:
        told = run()
        assert "Commands:" in told.output

    def test_a_slip_in_a_command_is_put_right(self) -> None:
        told = run("clasify", "x")
        assert told.exit_code == Exit.USAGE
        assert "did you mean classify?" in told.stderr

    def test_an_input_without_a_command_is_told_the_command(self) -> None:
        told = run("LICENSE\x1b[31m")
        assert told.exit_code == Exit.USAGE
        assert r"openness classify LICENSE\x1b[31m" in told.stderr

    def test_an_option_in_place_of_a_command(self) -> None:
        for args in (["--no-such-option\x07"], ["classify", "--color=\x07", "MIT"]):
            told = run(*args)
            assert told.exit_code == Exit.USAGE
            assert r"\x07" in told.stderr
            assert "\x07" not in told.stderr

    @pytest.mark.parametrize(
        "args",
        [
            ["classify"],
            ["classify", "--format", "xml", "MIT"],
            ["classify", "--require", "best", "MIT"],
            ["classify", "--max-text-bytes", "0", "MIT"],
            ["classify", "--as", "poem", "MIT"],
            ["explain"],
            ["schema", "poem"],
            ["completion", "csh"],
        ],
        ids=" ".join,
    )
    def test_wrong_usage(self, args: list[str]) -> None:
        told = run(*args)
        assert told.exit_code == Exit.USAGE
        assert told.stderr.startswith("Usage: openness")
        assert told.stdout == ""


class TestClassify:
    def test_the_verdict_leads(self, card: str) -> None:
        told = run("classify", card)
        assert told.exit_code == Exit.FINE
        lines = told.stdout.splitlines()
        assert lines[0] == "Wren: OSI open source"
        assert "  declared: “mit”  README.md:2:10" in lines
        assert "not legal advice" in lines[-1]

    def test_a_folder_is_its_card(self, card: str) -> None:
        assert run("classify", ".").stdout.splitlines()[0] == "Wren: OSI open source"

    def test_a_text_is_quoted_at_its_place(self, here: Path) -> None:
        (here / "LICENSE").write_text(GRANT + "\n" + BAN, "utf-8")
        told = run("classify", "LICENSE").stdout
        assert told.startswith("LICENSE: open, not OSI open source\n")
        assert "LICENSE:3:1  non-commercial" in told
        assert "“You may not use the model for any commercial purpose.”" in told
        assert "breaks OSD-" in told

    def test_names_of_licenses_and_models(self, here: Path) -> None:
        assert run("classify", "MIT OR CC-BY-NC-4.0").stdout.startswith("MIT OR CC-BY-NC-4.0: OSI open source")
        assert "open, not OSI" in run("classify", "llama3.1").stdout.splitlines()[0]
        assert "open, not OSI" in run("classify", "meta-llama/Llama-3.1-8B").stdout.splitlines()[0]

    def test_a_place_is_named_once_for_all_clauses_known_there(self, here: Path) -> None:
        (here / "README.md").write_text("---\nlicense: llama3.1\n---\n", "utf-8")
        deciding = run("classify", "README.md").stdout.partition("Deciding clauses")[2].partition("\n\n")[0]
        assert deciding.count("README.md:2:10") == 1
        assert "user-cap" in deciding
        assert "military-ban" in deciding

    def test_what_is_no_file_and_no_name_is_said_to_be_neither(self, here: Path) -> None:
        told = run("classify", "no-such-thing-at-all")
        assert told.exit_code == Exit.FINE
        assert told.stdout.startswith("no-such-thing-at-all: undetermined\n")
        assert "there is no file or folder of this name either" in told.stdout
        assert "no file or folder" in run("classify", "nobody/nothing-7b").stdout

    def test_roles_can_be_named(self, here: Path) -> None:
        (here / "text.md").write_text(f"{CARD}\n{BAN}", "utf-8")
        assert run("classify", "text.md", "--as", "card").stdout.startswith("Wren")
        assert run("classify", "text.md", "--as", "license").stdout.startswith("text.md")
        (here / "rules.txt").write_text("You must not use the model for military purposes.\n", "utf-8")
        assert "open, not OSI" in run("classify", "--as", "use-policy", "rules.txt").stdout
        noticed = json.loads(run("classify", "--as", "notice", "rules.txt", "--format", "json").stdout)
        assert {found["role"] for found in noticed["findings"]} == {"notice"}
        (here / "MIT").write_text(BAN, "utf-8")
        assert run("classify", "MIT", "--as", "name").stdout.startswith("MIT: OSI")
        assert "the catalogue has no model 'MIT'" in run("classify", "MIT", "--as", "model").stdout

    def test_standard_input(self, here: Path) -> None:
        assert run("classify", "-", stdin=CARD).stdout.startswith("Wren: OSI open source")
        told = run("classify", "-", stdin=GRANT + BAN)
        assert told.stdout.startswith("<stdin>: open, not OSI open source")
        assert "<stdin>:2:1" in told.stdout
        assert "license_name" not in run("classify", "-", "--as", "license", stdin=CARD).stdout
        empty = run("classify", "-", stdin="")
        assert empty.exit_code == Exit.FINE
        assert "there is no text to read" in empty.stdout
        assert run("classify", "-", stdin=b"\0\1\2").exit_code == Exit.USAGE

    def test_verbose_quotes_the_rest(self, here: Path) -> None:
        (here / "LICENSE").write_text(GRANT + BAN, "utf-8")
        assert "royalty-free" not in run("classify", "LICENSE").stdout
        assert "royalty-free" in run("classify", "-v", "LICENSE").stdout
        assert "royalty-free" in run("classify", "--verbose", "LICENSE").stdout

    def test_html_is_a_page(self, card: str) -> None:
        told = run("classify", "--format", "html", card, "MIT").stdout
        assert told.startswith("<!doctype html>")
        assert told.count("OSI open source") == 2
        assert "<script" not in told


class TestJson:
    def test_one_input_is_one_verdict(self, card: str) -> None:
        told = run("classify", "--format", "json", card)
        assert told.stderr == ""
        data = json.loads(told.stdout)
        assert next(iter(data)) == "schema"
        assert data["schema"] == 1
        assert data["tier"] == data["declared_tier"] == "osi"
        assert data["expression"] == "MIT"
        assert data["claims"][0]["place"]["line"] == 2
        schema = json.loads(run("schema", "verdict").stdout)
        jsonschema.validate({name: value for name, value in data.items() if name != "schema"}, schema)
        again = openness.Verdict.model_validate({name: value for name, value in data.items() if name != "schema"})
        assert again == openness.classify_card(Path(card))

    def test_many_inputs_are_a_run(self, card: str) -> None:
        data = json.loads(run("classify", "--format", "json", card, "CC-BY-NC-4.0").stdout)
        assert list(data) == ["schema", "verdicts", "errors"]
        assert data["schema"] == 1
        assert [held["tier"] for held in data["verdicts"]] == ["osi", "open"]
        assert all(next(iter(held)) == "schema" for held in data["verdicts"])
        assert data["errors"] == []

    def test_a_bad_input_leaves_the_others(self, card: str) -> None:
        told = run("classify", "--format", "json", "gone.md", card, "MIT AND")
        assert told.exit_code == Exit.USAGE
        data = json.loads(told.stdout)
        assert [held["subject"] for held in data["verdicts"]] == ["Wren"]
        gone, half = data["errors"]
        assert gone["subject"] == gone["path"] == "gone.md"
        assert gone["code"] == "source-not-found"
        assert half["code"] == "license-expression"
        assert half["column"] == 8
        assert half["hint"]

    def test_one_bad_input_is_a_run_without_verdicts(self, here: Path) -> None:
        told = run("classify", "--format", "json", "gone.md")
        assert told.exit_code == Exit.USAGE
        data = json.loads(told.stdout)
        assert data["verdicts"] == []
        assert data["errors"][0]["message"] == "there is no such file"

    @pytest.mark.parametrize("name", ["verdict", "license", "release", "model-record"])
    def test_schemas(self, name: str) -> None:
        schema = json.loads(run("schema", name).stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["properties"]


class TestExitCodes:
    def test_the_tier_that_is_required(self, card: str) -> None:
        assert run("classify", "--require", "osi", card, "Apache-2.0").exit_code == Exit.FINE
        assert run("classify", "--require", "open", card, "llama3.1").exit_code == Exit.FINE
        told = run("classify", "--require", "osi", card, "llama3.1", "unheard-of")
        assert told.exit_code == Exit.FOUND
        assert told.stderr.splitlines() == [
            "llama3.1: required OSI open source, but it is open, not OSI open source",
            "unheard-of: required OSI open source, but it is undetermined",
        ]
        assert run("classify", "--require", "open", "GPT-4o").exit_code == Exit.FOUND

    def test_what_cannot_be_read_weighs_more_than_what_was_found(self, here: Path) -> None:
        assert run("classify", "--require", "osi", "llama3.1", "gone.md").exit_code == Exit.USAGE

    def test_the_rest_goes_on(self, card: str) -> None:
        told = run("classify", "gone.md", card, "LICENSE.txt", "MIT")
        assert told.exit_code == Exit.USAGE
        assert re.findall(r"^(\S+): ", told.stdout, re.MULTILINE) == ["Wren", "MIT"]
        assert told.stdout.count("\n\nMIT: ") == 1
        assert "gone.md: there is no such file [source-not-found]" in told.stderr
        assert "LICENSE.txt: there is no such file [source-not-found]" in told.stderr

    def test_a_near_name_is_offered(self, card: str) -> None:
        assert "did you mean 'README.md'?" in run("classify", "READM.md").stderr

    def test_stopping(self, monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
        import openness.road

        def stop(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(openness.road, "classify_name", stop)
        told = run("classify", "MIT")
        assert told.exit_code == 130
        assert told.stderr.strip() == "stopped"

    def test_errors_outside_a_run_over_inputs(self) -> None:
        told = run("explain", "user-cpa")
        assert told.exit_code == Exit.USAGE
        assert told.stderr.splitlines() == [
            "no rule, clause kind or license is called 'user-cpa' [unknown-name]",
            "  hint: did you mean user-cap?",
        ]


BAD = {
    "empty": b"",
    "blank": b" \n\t\n",
    "mapping": b"---\n- a\n- b\n---\n",
    "unterminated": b"---\nlicense: mit\n",
    "duplicate": b"---\nlicense: mit\nlicense: gpl-3.0\n---\n",
    "alias": b"---\na: &x 1\nlicense: *x\n---\n",
    "deep": b"---\nx: " + b"[" * 3000 + b"]" * 3000 + b"\n---\n",
    "no": b"---\nlicense: no\n---\n",
    "nothing": b"---\nlicense:\n---\n",
    "number": b"---\nlicense: 3\n---\n",
    "map": b"---\nlicense: {a: b}\n---\n",
    "crlf": b"---\r\nlicense: mit\r\n---\r\n",
    "western": "Die Gewichte dürfen frei benutzt werden.\n".encode("cp1252"),
}


class TestBadInput:
    @pytest.mark.parametrize("name", BAD)
    @pytest.mark.parametrize("file", ["README.md", "LICENSE"])
    def test_is_answered_with_what_is_wrong(self, here: Path, name: str, file: str) -> None:
        (here / file).write_bytes(BAD[name])
        told = run("classify", file)
        assert told.exit_code in (Exit.FINE, Exit.USAGE)
        assert told.stdout or told.stderr
        if name != "crlf":
            assert "[" in told.stdout + told.stderr, "a code that can be looked up"
            assert not told.stdout.partition("\n")[0].endswith(": OSI open source")

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"\x89PNG\r\n\x1a\n\0\0", "binary-input"),
            (b"GGUF\3\0\0\0", "binary-input"),
            (bytes(range(256)) * 4, "binary-input"),
            ("Ничего не дозволено, кроме всего.".encode("koi8-r"), "wrong-encoding"),
        ],
    )
    def test_what_is_no_text(self, here: Path, data: bytes, code: str) -> None:
        (here / "LICENSE").write_bytes(data)
        told = run("classify", "LICENSE", "MIT")
        assert told.exit_code == Exit.USAGE
        assert f"[{code}]" in told.stderr
        assert "hint: " in told.stderr
        assert told.stdout.startswith("MIT: OSI")

    def test_a_folder_without_a_card(self, here: Path) -> None:
        (here / "empty").mkdir()
        told = run("classify", "empty")
        assert told.exit_code == Exit.USAGE
        assert "README.md" in told.stderr
        told = run("classify", "--as", "license", "empty")
        assert told.exit_code == Exit.USAGE
        assert "[source-is-directory]" in told.stderr

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes on this system")
    def test_a_pipe_is_not_opened(self, here: Path) -> None:
        os.mkfifo("LICENSE")
        os.mkfifo("README.md")
        told = run("classify", "LICENSE", "README.md")
        assert told.exit_code == Exit.USAGE
        assert told.stderr.count("this is a pipe") == 2

    def test_a_link_that_leads_nowhere(self, here: Path) -> None:
        (here / "LICENSE").symlink_to("gone")
        (here / "README.md").symlink_to("README.md")
        told = run("classify", "LICENSE", "README.md")
        assert told.exit_code == Exit.USAGE
        assert told.stdout == ""

    def test_a_text_in_place_of_a_name(self, here: Path) -> None:
        told = run("classify", "all words of a long license " * 500)
        assert told.exit_code == Exit.FINE
        assert ": undetermined" in told.stdout
        assert run("classify", "a/" * 3000 + "README.md").exit_code == Exit.USAGE

    def test_what_the_system_refuses(self, card: str, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> bool:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(Path, "exists", refuse)
        told = run("classify", "locked/README.md")
        assert told.exit_code == Exit.USAGE
        assert told.stderr == (
            "locked/README.md: the system refuses to read this: permission denied [source-unreadable]\n"
        )

    @pytest.mark.parametrize(
        ("option", "file", "text"),
        [
            ("--max-card-bytes", "README.md", CARD),
            ("--max-text-bytes", "LICENSE", GRANT),
            ("--max-text-bytes", "-", GRANT),
        ],
    )
    def test_limits(self, here: Path, option: str, file: str, text: str) -> None:
        if file != "-":
            (here / file).write_text(text, "utf-8")
        size = len(text.encode())
        told = run("classify", file, option, str(size - 1), stdin=text)
        assert told.exit_code == Exit.USAGE
        assert "[input-too-large]" in told.stderr
        assert f"hint: raise the limit with {option}\n" in told.stderr
        assert run("classify", file, option, str(size), stdin=text).exit_code == Exit.FINE

    def test_the_limit_on_front_matter(self, card: str) -> None:
        told = run("classify", card, "--max-front-matter-bytes", "5")
        assert "more than the limit of 5" in told.output
        assert "limit" not in run("classify", card, "--max-front-matter-bytes", "40").output

    def test_names_that_a_terminal_would_obey(self, here: Path) -> None:
        name = "a\x1b]0;owned\x07\x9b31m\n.md"
        (here / name).write_text(GRANT, "utf-8")
        for told in (run("classify", name), run("classify", name + "x.md"), run("classify", "--require", "osi", name)):
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", told.output)
            assert r"\x1b]0;owned" in told.output
        told = run("classify", "--format", "json", name)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", told.stdout)
        assert json.loads(told.stdout)["subject"] == name

    def test_texts_that_a_terminal_would_obey(self, here: Path) -> None:
        (here / "LICENSE").write_text(GRANT + "You may not \x1b[2Juse the model for any commercial purpose.\n", "utf-8")
        for form in ("text", "json", "html"):
            told = run("classify", "-v", "--format", form, "LICENSE")
            assert "\x1b" not in told.stdout
            assert "non-commercial" in told.stdout


class TestColor:
    def test_none_where_no_terminal_is(self, card: str) -> None:
        assert "\x1b" not in run("classify", card).stdout
        assert "\x1b" not in run("explain", "user-cap").stdout

    def test_always_and_never(self, card: str) -> None:
        assert run("classify", "--color", "always", card, env={"NO_COLOR": "1"}).stdout.startswith(
            "Wren: \x1b[1;32mOSI open source\x1b[0m"
        )
        assert "\x1b[1muser-cap\x1b[0m" in run("explain", "--color", "always", "user-cap").stdout
        assert "\x1b" not in run("classify", "--color", "never", card).stdout

    @pytest.mark.parametrize(
        ("env", "colored"),
        [
            ({"NO_COLOR": None, "TERM": "xterm"}, True),
            ({"NO_COLOR": "", "TERM": "xterm"}, True),
            ({"NO_COLOR": "1", "TERM": "xterm"}, False),
            ({"NO_COLOR": None, "TERM": "dumb"}, False),
        ],
    )
    def test_a_terminal(
        self, card: str, env: dict[str, str | None], colored: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import openness.cli.output

        monkeypatch.setattr(openness.cli.output, "_is_terminal", lambda: True)
        told = run("classify", card, env=env).stdout
        assert ("\x1b[" in told) is colored
        assert json.loads(run("classify", "--format", "json", card, env=env).stdout)["tier"] == "osi"

    @pytest.mark.skipif(sys.platform == "win32", reason="needs pseudo-terminals")
    def test_a_real_terminal_shows_color_and_how_far_a_long_run_is(
        self, card: str, here: Path, clean_environment: dict[str, str]
    ) -> None:
        import pty

        leader, follower = pty.openpty()
        env = {**clean_environment, "TERM": "xterm"}
        env.pop("NO_COLOR", None)
        child = subprocess.Popen(
            [sys.executable, "-m", "openness", "classify", *["MIT"] * 9, "gone\x1b.md"],
            cwd=here,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=follower,
            stderr=follower,
        )
        os.close(follower)
        shown = b""
        while True:
            try:
                piece = os.read(leader, 65536)
            except OSError:
                break  # the other end is closed
            if not piece:
                break
            shown += piece
        os.close(leader)
        assert child.wait() == Exit.USAGE
        assert b"\x1b[1;32mOSI open source\x1b[0m" in shown
        assert b"\r\x1b[K1/10 MIT" in shown
        assert rb"gone\x1b.md" in shown
        assert b"gone\x1b" not in shown


class TestOutput:
    @pytest.mark.parametrize(
        ("error", "code", "said"),
        [
            (BrokenPipeError(32, "Broken pipe"), Exit.FINE, ""),
            (
                OSError(28, "No space left on device"),
                Exit.USAGE,
                "the output cannot be written: No space left on device\n",
            ),
            (OSError("no reason"), Exit.USAGE, "the output cannot be written: no reason\n"),
        ],
    )
    def test_what_cannot_be_written(
        self, error: OSError, code: Exit, said: str, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        import openness.report.text

        def fail(*_: object, **__: object) -> str:
            raise error

        monkeypatch.setattr(openness.report.text, "render_verdict", fail)
        told = run("classify", "MIT")
        assert told.exit_code == code
        assert told.stderr == said

    def test_streams_that_are_not_there(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(sys, name, None)
        for args, code in ((["MIT"], Exit.FINE), (["-"] * 10, Exit.USAGE)):
            with pytest.raises(SystemExit) as ended:
                main(["classify", *args])
            assert ended.value.code == code

    def test_how_far_a_long_run_is(self, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from openness.cli import classify

        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        shown = Terminal()
        monkeypatch.setattr(sys, "stderr", shown)
        classify._show_progress(4, 9, "few")
        assert shown.getvalue() == ""
        classify._show_progress(4, 10, "a\x1b" * 60)
        classify._show_progress(None, 10, "")
        assert shown.getvalue() == "\r\x1b[K5/10 " + (r"a\x1b" * 60)[:60] + "\r\x1b[K"

    def test_a_text_beside_its_license_sends_nothing_to_the_terminal_either(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from openness.identify.build import build_index
        from openness.identify.collect import KnownText
        from openness.identify.engine import Identifier
        from openness.identify.index import Index

        lines = [
            f"Whoever finds button number {number} may keep it in a {kind} box." for number, kind in enumerate(KINDS)
        ]
        index = Index(build_index([KnownText("toys", "Buttons", "LicenseRef-buttons", "\n".join(lines))]))
        monkeypatch.setattr("openness.identify.load_identifier", lambda: Identifier(index))
        name = "a\x1b.txt"
        text = "\n".join(
            [*lines[:9], "No \x1b[2J\x9b2J thief may ever hold one of them in a commercial show.", *lines[9:]]
        )
        (here / name).write_text(text, "utf-8")
        for args in ([name], [name, "--format", "json"], [name, "LicenseRef-buttons"]):
            told = run("diff", *args)
            assert told.exit_code == Exit.FOUND
            assert "thief" in told.stdout
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", told.stdout)
        assert next(iter(json.loads(run("diff", name, "--format", "json").stdout).items())) == ("schema", 1)
        (here / name).write_text("Rain and snow.", "utf-8")
        told = run("diff", name)
        assert told.stdout == r"a\x1b.txt has nothing to speak of in common with any license that is known" + "\n"
        assert json.loads(run("diff", name, "--format", "json").stdout)["pieces"] == []
        assert run("diff", "-", stdin=text).exit_code == Exit.FOUND


class TestOwnRules:
    @pytest.fixture
    def text(self, here: Path) -> str:
        (here / "LICENSE").write_text(
            GRANT
            + "The model must not be flown aboard a balloon.\nYou must not use the model for military purposes.\n",
            "utf-8",
        )
        return "LICENSE"

    def lay(self, folder: Path, **files: str) -> str:
        folder.mkdir()
        for name, content in files.items():
            (folder / f"{name}.yaml").write_text(content, "utf-8")
        return folder.name

    def test_a_rule_of_ones_own_fires(self, text: str, here: Path) -> None:
        own = self.lay(here / "own", balloons=BALLOONS)
        assert "OWN-001" not in run("classify", text).stdout
        told = run("classify", text, "--rules", own).stdout
        assert "LICENSE:2:1  field-of-use [OWN-001" in told
        assert "bars use aboard balloons" in told
        assert "Fires on" in run("explain", "OWN-001", "--rules", own).stdout

    def test_a_silenced_rule_is_silent(self, text: str, here: Path) -> None:
        assert "USE-001" in run("classify", text).stdout
        own = self.lay(here / "own", overrides=SILENCE)
        more = self.lay(here / "more", balloons=BALLOONS)
        told = run("classify", text, "--rules", own, "--rules", more).stdout
        assert "USE-001" not in told
        assert "OWN-001" in told

    def test_a_broken_folder_is_shown_where_it_is_broken(self, text: str, here: Path) -> None:
        own = self.lay(here / "own", balloons=BALLOONS.replace("clause: field-of-use", "clause: field-of-ues"))
        told = run("classify", text, "MIT", "--rules", own)
        assert told.exit_code == Exit.RULEBOOK
        assert told.stdout == ""
        lines = told.stderr.splitlines()
        assert lines[0].startswith("own/balloons.yaml:4:9: ")
        assert lines[1] == "  | clause: field-of-ues"
        assert lines[2] == "  |         ^"
        assert run("explain", "user-cap", "--rules", own).exit_code == Exit.RULEBOOK

    def test_an_example_that_does_not_hold(self, text: str, here: Path) -> None:
        own = self.lay(here / "own", balloons=BALLOONS.replace("Balloons are welcome", "Do not bring balloons"))
        told = run("classify", text, "--rules", own)
        assert told.exit_code == Exit.RULEBOOK
        assert "[rule-example]" in told.stderr
        assert re.search(r"^own/balloons\.yaml:\d+:\d+: ", told.stderr)
        assert re.search(r"^  \|\s+\^$", told.stderr, re.MULTILINE)

    def test_rules_are_read_again_once_they_are_edited(self, text: str, here: Path) -> None:
        own = self.lay(here / "own", balloons=BALLOONS)
        assert "aboard balloons" in run("classify", text, "--rules", own).stdout
        (here / "own" / "balloons.yaml").write_text(BALLOONS.replace("aboard balloons", "in the air"), "utf-8")
        told = run("classify", text, "--rules", own).stdout
        assert "bars use in the air" in told
        assert "aboard balloons" not in told

    def test_a_folder_that_is_not_there(self, text: str) -> None:
        told = run("classify", text, "--rules", "gone")
        assert told.exit_code in (Exit.USAGE, Exit.RULEBOOK)
        assert "gone" in told.stderr


class TestCompletion:
    @pytest.mark.parametrize(
        ("shell", "words"),
        [
            ("bash", "complete -o nosort -F _openness_completion openness"),
            ("zsh", "#compdef openness"),
            ("fish", "complete --no-files --command openness"),
        ],
    )
    def test_scripts(self, shell: str, words: str) -> None:
        told = run("completion", shell)
        assert told.exit_code == 0
        assert words in told.stdout
        assert "_OPENNESS_COMPLETE" in told.stdout

    def complete(self, *words: str) -> list[str]:
        env = {
            "_OPENNESS_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(words),
            "COMP_CWORD": str(len(words) - 1),
        }
        told = run(env=env)
        assert told.exit_code == 0
        return [line.partition(",")[2] for line in told.stdout.splitlines()]

    def test_names_to_explain(self) -> None:
        assert self.complete("openness", "explain", "user-") == ["user-cap"]
        assert "USE-001" in self.complete("openness", "explain", "use-0")
        assert "Apache-2.0" in self.complete("openness", "explain", "APACHE")

    def test_commands_and_choices(self) -> None:
        assert self.complete("openness", "cl") == ["classify"]
        assert self.complete("openness", "classify", "--require", "o") == ["open", "osi"]
        assert self.complete("openness", "rules", "list", "--clause", "user-") == ["user-cap"]


class TestProcess:
    """With real streams: what no runner within the process can show."""

    def test_the_module_and_the_command_are_the_same(
        self, card: str, here: Path, clean_environment: dict[str, str]
    ) -> None:
        done = start("classify", card, cwd=here, env=clean_environment)
        assert done.returncode == 0
        assert done.stdout.decode().startswith("Wren: OSI open source")
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize(
        "args",
        [["--help"], ["classify", "--help"], ["classify", "MIT", "llama3.1"], ["schema", "verdict"]],
        ids=" ".join,
    )
    def test_a_reader_that_goes_away(self, args: list[str], here: Path, clean_environment: dict[str, str]) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        done = start(*args, cwd=here, env=clean_environment, stdout=writing)
        os.close(writing)
        assert done.returncode == Exit.FINE
        assert b"Error" not in done.stderr
        assert b"Traceback" not in done.stderr

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
    def test_a_full_disk(self, here: Path, clean_environment: dict[str, str]) -> None:
        with Path("/dev/full").open("wb") as full:
            done = start("classify", "MIT", cwd=here, env=clean_environment, stdout=full)
        assert done.returncode == Exit.USAGE
        assert b"the output cannot be written: No space left on device" in done.stderr
        assert b"Traceback" not in done.stderr

    @pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
    @pytest.mark.parametrize(
        ("command", "code", "said"),
        [
            ('"$0" -m openness classify MIT >&-', 0, ""),
            ('"$0" -m openness classify MIT 2>&-', 0, "MIT: OSI open source"),
            ('"$0" -m openness classify - MIT <&-', 2, "standard input is closed"),
        ],
    )
    def test_streams_that_are_closed(
        self, command: str, code: int, said: str, here: Path, clean_environment: dict[str, str]
    ) -> None:
        done = subprocess.run(
            ["sh", "-c", command, sys.executable], cwd=here, env=clean_environment, capture_output=True, check=False
        )
        assert done.returncode == code, done.stderr.decode()
        assert said in (done.stdout + done.stderr).decode()
        assert b"Traceback" not in done.stderr

    def test_an_encoding_without_quotes(self, card: str, here: Path, clean_environment: dict[str, str]) -> None:
        env = {**clean_environment, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"}
        done = start("classify", card, cwd=here, env=env)
        assert done.returncode == 0
        assert rb"\u201cmit\u201d" in done.stdout
        (here / "LICENSE").write_text(GRANT + "You may not use the model for any commercial purpose – ever.\n", "utf-8")
        done = start("classify", "--format", "json", "LICENSE", cwd=here, env=env)
        assert any("–" in finding["quote"] for finding in json.loads(done.stdout)["findings"])

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes any bytes for a name")
    def test_a_name_that_is_no_text(self, here: Path, clean_environment: dict[str, str]) -> None:
        name = b"card-\xff.md"
        (here / os.fsdecode(name)).write_text(GRANT, "utf-8")
        for args in ([name], [b"gone-\xfe.md"], [b"--require", b"osi", name], [b"-v", b"--format", b"html", name]):
            done = start(b"classify", *args, cwd=here, env=clean_environment)
            assert b"Traceback" not in done.stderr
            assert done.stdout + done.stderr
        done = start(b"classify", b"--format", b"json", name, b"gone-\xfe.md", cwd=here, env=clean_environment)
        data = json.loads(done.stdout)
        assert os.fsencode(data["verdicts"][0]["subject"]) == name
        assert os.fsencode(data["errors"][0]["path"]) == b"gone-\xfe.md"


def test_the_index_of_commands_is_complete() -> None:
    context = click.Context(cli)
    names: Callable[[], list[str]] = lambda: cli.list_commands(context)  # noqa: E731
    for name in names():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
    assert cli.get_command(context, "poem") is None
