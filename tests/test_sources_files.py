"""From a path to a text: what is opened, how much of it is read, and in which encoding."""

from __future__ import annotations

import os
import pickle
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.errors import (
    BinaryInputError,
    EncodingError,
    InputError,
    InputTooLargeError,
    SourceIsDirectoryError,
    SourceNotFoundError,
    SourceUnreadableError,
)
from openness.records import Limits, Role
from openness.sources.files import check_size, decode_text, read_bytes, read_document, role_of
from openness.sources.folder import find_inputs


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def test_a_document_keeps_its_line_ends(tmp_path: Path) -> None:
    path = write(tmp_path / "LICENSE", b"one\r\ntwo\rthree\n")
    document, notes = read_document(path)
    assert document.text == "one\r\ntwo\rthree\n"
    assert document.name == str(path)
    assert document.role is Role.LICENSE
    assert document.line_column(document.text.index("three")) == (3, 1)
    assert notes == ()


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("README.md", Role.CARD),
        ("model_card.md", Role.CARD),
        ("LICENSE", Role.LICENSE),
        ("LICENSE-MODEL", Role.LICENSE),
        ("NOTICE.txt", Role.NOTICE),
        ("USE_POLICY.md", Role.USE_POLICY),
        ("prohibited-use-policy.txt", Role.USE_POLICY),
        ("ACCEPTABLE_USE", Role.USE_POLICY),
    ],
)
def test_the_name_says_what_a_file_is_for(name: str, role: Role) -> None:
    assert role_of(name) is role


# --- what is not opened --------------------------------------------------------------------------------


def test_a_missing_file_comes_with_a_similar_name(tmp_path: Path) -> None:
    write(tmp_path / "LICENSE-MODEL", "text")
    with pytest.raises(SourceNotFoundError) as caught:
        read_document(tmp_path / "LICENCE-MODEL")
    assert "LICENSE-MODEL" in (caught.value.hint or "")
    assert caught.value.path == str(tmp_path / "LICENCE-MODEL")
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value)


def test_a_missing_file_in_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError) as caught:
        read_document(tmp_path / "no" / "such" / "LICENSE")
    assert caught.value.hint is None


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_a_name_no_file_can_have(name: str) -> None:
    with pytest.raises(SourceNotFoundError):
        read_document(name)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(SourceIsDirectoryError):
        read_document(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "LICENSE")

    def opened(*_: object, **__: object) -> int:
        raise AssertionError("a pipe was opened")

    monkeypatch.setattr(os, "open", opened)
    with pytest.raises(SourceUnreadableError, match="a pipe"):
        read_document(tmp_path / "LICENSE")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no local sockets")
def test_a_socket_is_never_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the address of a socket is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("LICENSE")
        with pytest.raises(SourceUnreadableError, match="a socket"):
            read_document("LICENSE")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no /dev/zero")
def test_a_device_is_never_opened() -> None:
    with pytest.raises(SourceUnreadableError, match="a device"):
        read_document("/dev/zero")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path) -> None:
    path = write(tmp_path / "LICENSE", "text")
    path.chmod(0)
    with pytest.raises(SourceUnreadableError) as caught:
        read_document(path)
    assert caught.value.hint


def test_permission_refused_by_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "LICENSE", "text")

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(SourceUnreadableError, match="permission denied") as caught:
        read_document(path)
    assert caught.value.hint == "check who may read it"


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "there" / "LICENSE", "text")
    (tmp_path / "link").symlink_to(tmp_path / "there" / "LICENSE")
    assert read_document(tmp_path / "link")[0].text == "text"
    with pytest.raises(SourceUnreadableError):
        read_bytes(tmp_path / "link", limit=10, follow=False)


def test_links_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(SourceUnreadableError):
        read_document(tmp_path / "a")


# --- how much is read ----------------------------------------------------------------------------------


def test_the_limit_is_the_largest_size_that_is_read(tmp_path: Path) -> None:
    path = write(tmp_path / "LICENSE", "x" * 100)
    assert len(read_bytes(path, limit=100)) == 100
    with pytest.raises(InputTooLargeError) as caught:
        read_bytes(path, limit=99)
    assert "100 bytes" in caught.value.message
    assert "99" in caught.value.message
    assert "text_bytes" in (caught.value.hint or "")


def test_a_card_has_a_limit_of_its_own(tmp_path: Path) -> None:
    path = write(tmp_path / "README.md", "x" * 100)
    with pytest.raises(InputTooLargeError) as caught:
        read_document(path, limits=Limits(card_bytes=10))
    assert "card_bytes" in (caught.value.hint or "")


def test_a_sparse_file_of_two_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    with pytest.raises(InputTooLargeError, match="2,147,483,648 bytes"):
        read_document(path)


def test_a_file_that_grows_is_read_up_to_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "LICENSE", "x" * 50)
    real = os.fstat

    def smaller(handle: int) -> os.stat_result:
        found = list(real(handle))
        found[6] = 0  # st_size: what /proc says of its files
        return os.stat_result(found)

    monkeypatch.setattr(os, "fstat", smaller)
    assert len(read_bytes(path, limit=50)) == 50
    with pytest.raises(InputTooLargeError):
        read_bytes(path, limit=49)


def test_the_size_of_a_text_counts_bytes() -> None:
    check_size("é" * 50, 100)
    with pytest.raises(InputTooLargeError, match="102 bytes"):
        check_size("é" * 51, 100)
    with pytest.raises(InputTooLargeError, match="at least 101 bytes"):
        check_size("x" * 101, 100)


# --- encodings -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_are_taken_off_and_noted(codec: str) -> None:
    text, notes = decode_text("Größe: 中文\r\n".encode(codec), "LICENSE")
    assert text == "Größe: 中文\r\n"
    assert [note.code for note in notes] == ["byte-order-mark"]
    assert notes[0].where == "LICENSE:1:1"


def test_big_endian_marks() -> None:
    assert decode_text(b"\xfe\xff" + "hé".encode("utf-16-be")).text == "hé"
    assert decode_text(b"\x00\x00\xfe\xff" + "hé".encode("utf-32-be")).text == "hé"


def test_a_broken_utf_16_file() -> None:
    with pytest.raises(EncodingError) as caught:
        decode_text("one\ntwo".encode("utf-16") + b"\x00", "card")
    assert (caught.value.line, caught.value.column) == (2, 4)


def test_windows_1252_is_read_with_a_note() -> None:
    data = "Line one\nUse is “free” for the café’s guests".encode("cp1252")
    text, notes = decode_text(data, "LICENSE")
    assert text == "Line one\nUse is “free” for the café’s guests"
    assert [note.code for note in notes] == ["wrong-encoding"]
    assert notes[0].where == "LICENSE:2:8"
    assert notes[0].hint == "save it as UTF-8"


@pytest.mark.parametrize(
    "data",
    [
        "仅供研究使用，不得用于商业目的。".encode("gb18030"),
        "研究目的でのみ使用できます。".encode("shift_jis"),
        "Только для исследований".encode("cp1251"),
        "Only for research – ".encode() + b"\xe9t\xe9",
        b"free \x81 use",
    ],
)
def test_an_encoding_that_cannot_be_told(data: bytes) -> None:
    with pytest.raises(EncodingError) as caught:
        decode_text(b"first line\n" + data, "LICENSE")
    assert caught.value.line == 2
    assert "UTF-8" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (b"some text\x00more", "offset 9"),
        (b"%PDF-1.7 ...", "offset 0"),
        (b"PK\x03\x04rest", "offset 0"),
        (b"\x89PNG\r\n", "offset 0"),
        (b"ab\x01\x02\x03\x04\x05", "offset 2"),
        (b"\xef\xbb\xbfab\x00", "offset 5"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, offset: str) -> None:
    with pytest.raises(BinaryInputError, match=offset) as caught:
        decode_text(data, "model.bin")
    assert caught.value.path == "model.bin"


def test_utf_16_without_a_mark_gets_a_hint() -> None:
    with pytest.raises(BinaryInputError) as caught:
        decode_text("Licensed under".encode("utf-16-le"))
    assert "UTF-16" in (caught.value.hint or "")


@given(st.binary(max_size=300))
def test_bytes_become_text_or_a_typed_error(data: bytes) -> None:
    try:
        text, notes = decode_text(data, "x")
    except InputError as error:
        assert error.path == "x"  # noqa: PT017 (either outcome is right)
        return
    assert "\0" not in text
    for note in notes:
        assert note.line is not None


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200))
def test_utf_8_is_read_as_it_stands(text: str) -> None:
    if not text.startswith("\ufeff"):
        prefix = "x"  # so that no magic number stands at the head
        assert decode_text((prefix + text).encode()).text == prefix + text


# --- folders -------------------------------------------------------------------------------------------


def test_cards_are_found_in_a_fixed_order(tmp_path: Path) -> None:
    for name in ("b/README.md", "a/x/readme.md", "a/README.md", "a/model_card.md", ".git/README.md", "c/notes.md"):
        write(tmp_path / name, "# x")
    write(tmp_path / "node_modules" / "p" / "README.md", "# x")
    found = [path.relative_to(tmp_path).as_posix() for path in find_inputs(tmp_path)]
    assert found == ["a/README.md", "a/x/readme.md", "b/README.md"]


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "README.md", "# x")
    inside = write(tmp_path / "in" / "m" / "README.md", "# x")
    (tmp_path / "in" / "folder").symlink_to(outside.parent)
    (tmp_path / "in" / "n").mkdir()
    (tmp_path / "in" / "n" / "README.md").symlink_to(outside)
    (tmp_path / "in" / "o").mkdir()
    (tmp_path / "in" / "o" / "README.md").symlink_to(inside)
    found = [path.relative_to(tmp_path / "in").as_posix() for path in find_inputs(tmp_path / "in")]
    assert found == ["m/README.md", "o/README.md"]


def test_a_file_stands_for_itself(tmp_path: Path) -> None:
    path = write(tmp_path / "card.txt", "x")
    assert find_inputs(path) == [path]
    with pytest.raises(SourceNotFoundError):
        find_inputs(tmp_path / "none")
