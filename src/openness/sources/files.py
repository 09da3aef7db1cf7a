"""From a path to a text: size, kind of file, encoding. Nothing is opened that is not a regular file."""

from __future__ import annotations

import codecs
import errno
import io
import os
import re
import stat
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from ..errors import (
    BinaryInputError,
    EncodingError,
    InputTooLargeError,
    SourceError,
    SourceIsDirectoryError,
    SourceNotFoundError,
    SourceUnreadableError,
)
from ..records import Document, Limits, Note, Role

_BOMS: Final = (
    # UTF-32 first: its little-endian mark starts with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_MAGIC: Final = (
    (b"%PDF-", "a PDF", "extract its text first, or give the text of the license itself"),
    (b"PK\x03\x04", "a ZIP archive (or an office document)", "unpack it, or save it as plain text"),
    (b"\x1f\x8b", "gzip data", "unpack it first"),
    (b"{\\rtf", "an RTF document", "save it as plain text"),
    (b"\x89PNG", "a PNG image", None),
    (b"GGUF", "a GGUF model file", "give the model card or the license file instead"),
)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UTF8_SEQUENCE: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_RUN: Final = re.compile(rb"[\x80-\xff]+")
_NOT_CP1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_SAVE_AS_UTF8: Final = "save it as UTF-8"


class Decoded(NamedTuple):
    """A text and what must be said of how it was read."""

    text: str
    notes: tuple[Note, ...]


def read_document(
    path: str | os.PathLike[str], *, role: Role | None = None, limits: Limits | None = None
) -> tuple[Document, tuple[Note, ...]]:
    """Read a file that somebody named. A symbolic link is followed, as the system does.

    Args:
        path: A regular file.
        role: What it is for. Default: by its name (see `role_of`).
        limits: ``card_bytes`` holds for a card, ``text_bytes`` for everything else.

    Returns:
        The document, its name being the path as given, and notes on how it was read.

    Raises:
        SourceNotFoundError: There is no such file; the hint names one with a similar name.
        SourceIsDirectoryError: It is a folder.
        SourceUnreadableError: The system refuses, or it is a pipe, socket or device (which is not opened).
        InputTooLargeError: It is over the limit; no more than the limit is read.
        BinaryInputError: It is no text.
        EncodingError: It is text in an encoding that cannot be told.
    """
    limits = limits or Limits.model_construct()
    name = os.fspath(path)
    if role is None:
        role = role_of(Path(name).name)
    option = "card_bytes" if role is Role.CARD else "text_bytes"
    data = read_bytes(path, limit=getattr(limits, option), option=option)
    text, notes = decode_text(data, name)
    return Document.model_construct(role=role, name=name, text=text), notes


def role_of(name: str) -> Role:
    """What a file of this name is for: a card, a use policy, a notice, else a license."""
    folded = re.sub(r"[\W_]+", "-", name.lower())
    if folded.startswith(("readme", "model-card", "modelcard")):
        return Role.CARD
    if re.search(r"(?:use|usage|prohibited-uses?)-policy|acceptable-use|prohibited-use|use-restrictions", folded):
        return Role.USE_POLICY
    if re.match(r"(?:copyright-)?notices?(?:-|$)", folded):
        return Role.NOTICE
    return Role.LICENSE


def check_size(text: str, limit: int, *, name: str | None = None, option: str = "text_bytes") -> None:
    """Refuse a text of more than ``limit`` bytes in UTF-8.

    Raises:
        InputTooLargeError: It is larger.
    """
    # A character is one byte at least and four at most: most texts need no counting.
    if len(text) <= limit and (len(text) * 4 <= limit or len(text.encode("utf-8", "surrogatepass")) <= limit):
        return
    size = len(text) if len(text) > limit else len(text.encode("utf-8", "surrogatepass"))
    at_least = "at least " if len(text) > limit else ""
    raise _too_large(name, f"{at_least}{size:,} bytes", limit, option)


def _too_large(name: str | None, size: str, limit: int, option: str) -> InputTooLargeError:
    return InputTooLargeError(
        f"{size}, more than the limit of {limit:,}",
        path=name,
        hint=f"raise the limit with Limits({option}=…)",
    )


def read_bytes(path: str | os.PathLike[str], *, limit: int, option: str = "text_bytes", follow: bool = True) -> bytes:
    """Read a regular file of at most ``limit`` bytes; of a larger one nothing is kept.

    Args:
        path: The file. It is looked at before it is opened: a pipe would wait, a device would act.
        limit: Most bytes to read.
        option: Field of `Limits` to name in the error.
        follow: Whether a symbolic link at the end of the path is followed.

    Raises:
        SourceError: There is no such file, or it cannot be read.
        InputTooLargeError: It is larger.
    """
    name = os.fspath(path)
    try:
        _check_regular(Path(path).stat(follow_symlinks=follow), name)
        # Between the look and the opening the file can be another one: without O_NONBLOCK a pipe would hang.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        handle = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
        with open(handle, "rb", buffering=0) as file:  # noqa: PTH123 (a descriptor, not a path)
            found = os.fstat(handle)
            _check_regular(found, name)
            if found.st_size > limit:
                raise _too_large(name, f"{found.st_size:,} bytes", limit, option)
            data = _read_up_to(file, limit + 1)
    except ValueError as problem:
        if isinstance(problem, InputTooLargeError):
            raise
        raise SourceNotFoundError(f"no file can have this name: {problem}", path=name) from None
    except OSError as problem:
        if isinstance(problem, SourceError):
            raise
        _refuse(problem, name)
    if len(data) > limit:
        raise _too_large(name, f"more than {limit:,} bytes", limit, option)
    return data


def _read_up_to(file: io.RawIOBase | io.FileIO, count: int) -> bytes:
    pieces = []
    while count > 0:
        piece = file.read(count)
        if not piece:
            break
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _check_regular(found: os.stat_result, name: str) -> None:
    mode = found.st_mode
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise SourceIsDirectoryError("this is a folder, and a file is needed here", path=name, hint="name a file in it")
    kinds = (
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISLNK, "a symbolic link"),
    )
    kind = next((words for test, words in kinds if test(mode)), "no regular file")
    raise SourceUnreadableError(
        f"this is {kind}; only regular files are opened", path=name, hint="save its content as a file"
    )


def _refuse(problem: OSError, name: str) -> NoReturn:
    if problem.errno in (errno.ENOENT, errno.ENOTDIR):
        raise SourceNotFoundError("there is no such file", path=name, hint=_similar_name(name)) from None
    if problem.errno == errno.ENAMETOOLONG:
        raise SourceNotFoundError("no file can have a name this long", path=name[:80] + "…") from None
    if problem.errno == errno.ELOOP:
        raise SourceUnreadableError("a symbolic link that leads nowhere or is not followed", path=name) from None
    hint = "check who may read it" if problem.errno in (errno.EACCES, errno.EPERM) else None
    reason = (problem.strerror or type(problem).__name__).lower()
    raise SourceUnreadableError(f"the system refuses to read this: {reason}", path=name, hint=hint) from None


_SIBLINGS_READ: Final = 2000


def _similar_name(name: str) -> str | None:
    """A file of a similar name in the same folder, as a question."""
    import difflib

    path = Path(name)
    try:
        with os.scandir(path.parent) as entries:
            names = sorted(entry.name for entry, _ in zip(entries, range(_SIBLINGS_READ), strict=False))
    except OSError:
        return None
    by_fold = {sibling.casefold(): sibling for sibling in names}
    near = difflib.get_close_matches(path.name.casefold(), by_fold, n=1, cutoff=0.6)
    return f"did you mean {str(path.parent / by_fold[near[0]])!r}?" if near else None


# --- bytes to text -----------------------------------------------------------------------------------


def decode_text(data: bytes, name: str | None = None) -> Decoded:
    """Turn bytes into text. Line ends stay as they are; a byte-order mark is taken off.

    UTF-8 is read, and UTF-16 and UTF-32 with a byte-order mark. Bytes that can only be the Windows-1252 of
    western European text are read as that, with the note ``wrong-encoding`` at the first of them.

    Raises:
        BinaryInputError: The bytes are no text; the message names the offset of the first that shows it.
        EncodingError: They are text, but in an encoding that cannot be told.
    """
    for mark, codec, title in _BOMS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], len(mark), codec, title, name)
    _refuse_binary(data, name)
    try:
        return Decoded(data.decode("utf-8"), ())
    except UnicodeDecodeError as problem:
        return _decode_western(data, problem.start, name)


def _decode_marked(data: bytes, skipped: int, codec: str, title: str, name: str | None) -> Decoded:
    if codec == "utf-8":
        _refuse_binary(data, name, skipped=skipped)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as problem:
        # Not "ignore": what stands before the fault is sound.
        before = data[: problem.start].decode(codec, "replace")
        line, column = _end_position(before)
        raise EncodingError(
            f"the byte-order mark says {title}, but byte {skipped + problem.start:,} is not: {problem.reason}",
            path=name,
            line=line,
            column=column,
            hint=_SAVE_AS_UTF8,
        ) from None
    at = text.find("\0")
    if at >= 0:
        width = {"utf-8": 1, "utf-16-le": 2, "utf-16-be": 2}.get(codec, 4)
        raise _binary(name, skipped + len(text[:at].encode(codec)) if width > 1 else skipped + at)
    note = Note.model_construct(
        code="byte-order-mark",
        message=f"the file starts with a byte-order mark of {title}",
        hint="save it as UTF-8 without a byte-order mark: the hub sees no metadata behind one",
        document=name,
        line=1,
        column=1,
    )
    return Decoded(text, (note,))


def _binary(name: str | None, offset: int, what: str | None = None, hint: str | None = None) -> BinaryInputError:
    said = f"this is {what}, not text" if what else "this is not text"
    return BinaryInputError(
        f"{said}: the byte at offset {offset:,} shows it",
        path=name,
        hint=hint or "give a text file: a model card or a license",
    )


def _refuse_binary(data: bytes, name: str | None, *, skipped: int = 0) -> None:
    for magic, what, hint in _MAGIC:
        if data.startswith(magic):
            raise _binary(name, skipped, what, hint)
    at = data.find(b"\0")
    if at >= 0:
        wide = at < 4 and data[:400].count(0) * 3 > len(data[:400])
        hint = "if this is UTF-16 without a byte-order mark, " + _SAVE_AS_UTF8 if wide else None
        raise _binary(name, skipped + at, hint=hint)
    controls = _CONTROL.findall(data)
    # One form feed or escape too many happens in text; one in fifty bytes does not.
    if len(controls) * 50 > len(data) and controls:
        found = _CONTROL.search(data)
        raise _binary(name, skipped + (found.start() if found else 0))


def _decode_western(data: bytes, at: int, name: str | None) -> Decoded:
    """Bytes that are not UTF-8: Windows-1252 if they can be nothing else."""
    line, column = _end_position(data[:at].decode("utf-8", "replace"))
    shown = f"the byte 0x{data[at]:02X} at offset {at:,} is not UTF-8"
    mixed = _UTF8_SEQUENCE.search(data) is not None
    runs = _HIGH_RUN.findall(data)
    high = sum(map(len, runs))
    # Western text holds its accents one by one; in the encodings of Asia and in Cyrillic ones they come in runs.
    crowded = sum(len(run) for run in runs if len(run) > 2) * 5 > high or high * 4 > len(data)
    if mixed or crowded or _NOT_CP1252.search(data) or _CONTROL.search(data):
        why = "; the rest mixes encodings" if mixed else ", and the encoding cannot be told"
        raise EncodingError(
            shown + why, path=name, line=line, column=column, hint=f"find out its encoding and {_SAVE_AS_UTF8}"
        )
    note = Note.model_construct(
        code="wrong-encoding",
        message=f"{shown}; the file was read as Windows-1252",
        hint=_SAVE_AS_UTF8,
        document=name,
        line=line,
        column=column,
    )
    return Decoded(data.decode("cp1252"), (note,))


def _end_position(before: str) -> tuple[int, int]:
    """1-based line and column of the character after ``before``."""
    return Document.model_construct(text=before).line_column(len(before))
