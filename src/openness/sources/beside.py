"""License files, policies and notices that lie beside a card. None is followed out of the card's folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from ..errors import OpennessError, SourceError
from ..records import Document, LicenseClaim, Limits, Note, Role
from .files import decode_text, read_bytes, role_of

_READ_AT_MOST: Final = 40
"""License files of one folder. More are a mistake or a trap."""

_LICENSE_NAME: Final = re.compile(r"licen[sc]e|^copying|^unlicense|许可|协议", re.IGNORECASE)
_NOT_OURS: Final = re.compile(r"third[-_. ]?part|3rd[-_. ]?part|vendor|dependenc", re.IGNORECASE)
_OF_CODE: Final = re.compile(r"(?:^|[-_. ])(?:source[-_. ]?)?(?:code|software|scripts?)(?:[-_. ]|$)", re.IGNORECASE)
_OF_DATA: Final = re.compile(r"(?:^|[-_. ])(?:data|datasets?|docs?|documentation)(?:[-_. ]|$)", re.IGNORECASE)
_OF_WEIGHTS: Final = re.compile(r"(?:^|[-_. ])(?:models?|weights?|checkpoints?)(?:[-_. ]|$)", re.IGNORECASE)
_OTHER_KINDS: Final = frozenset(
    ".py .pyi .js .ts .json .jsonl .yaml .yml .toml .cfg .ini .sh .ipynb .c .cc .cpp .h .go .rs .java .csv .tsv .xml"
    " .svg .png .jpg .jpeg .gif .webp .ico .zip .gz .bz2 .xz .tar .bin .pt .pth .ckpt .safetensors .gguf .onnx"
    " .spdx .sig .asc .sha256 .lock .css .url".split()
)
_UNREAD_KINDS: Final = frozenset((".pdf", ".doc", ".docx", ".odt", ".rtf"))


class Beside(NamedTuple):
    """What the files beside a card say."""

    documents: tuple[Document, ...]
    claims: tuple[LicenseClaim, ...]
    """Files that hold no terms of the weights, by component; and files that do but could not be read."""
    notes: tuple[Note, ...]


def read_beside(card: Path, claims: Iterable[LicenseClaim], *, limits: Limits) -> Beside:
    """Read the licenses, policies and notices in the folder of ``card``.

    Args:
        card: The card, as it was named.
        claims: What the card says. A file that it links as the license of the weights is that license, and
            the other license files are set aside; one that it links as the license of the code is not read.
        limits: ``text_bytes`` holds for each file.
    """
    return _Reader(card, tuple(claims), limits).read()


class _Reader:
    """State of one `read_beside` call."""

    def __init__(self, card: Path, claims: tuple[LicenseClaim, ...], limits: Limits) -> None:
        self.folder = card.parent
        self.card = card.name
        self.limits = limits
        self.documents: list[Document] = []
        self.claims: list[LicenseClaim] = []
        self.notes: list[Note] = []
        self.linked: dict[str, str] = {}
        self.root: Path | None = None
        for claim in claims:
            name = local_name(claim.license_link)
            if name is None or claim.origin == "tag" or not self.is_text(name):
                continue
            if claim.component == "weights" or name not in self.linked:  # what any claim gives to the weights is theirs
                self.linked[name] = claim.component

    def read(self) -> Beside:
        try:
            self.root = repository_root(self.folder.resolve())
            names = sorted(os.listdir(self.folder))  # noqa: PTH208 (names are all that is needed)
        except OSError:
            return Beside((), (), ())
        found = [name for name in names if name != self.card and self.is_wanted(name)]
        found.extend(name for name in sorted(self.linked) if name not in found and self.is_file_below(name))
        if len(found) > _READ_AT_MOST:
            self.note("too-many-license-files", f"{len(found)} license files; {_READ_AT_MOST} of them were read", None)
        components = {name: self.component_of(name) for name in found[:_READ_AT_MOST]}
        named = {name for name, part in components.items() if part == "weights" and self.names_the_weights(name)}
        for name, component in components.items():
            role = role_of(Path(name).name)
            if role is not Role.LICENSE:
                self.take(name, role)
            elif component != "weights":
                self.claims.append(LicenseClaim.model_construct(value=name, origin="file", component=component))
            elif named and name not in named:
                self.set_aside(name, named)
            else:
                self.take(name, role)
        return Beside(tuple(self.documents), tuple(self.claims), tuple(self.notes))

    def is_wanted(self, name: str) -> bool:
        suffix = Path(name).suffix.lower()
        if name.startswith(".") or suffix in _OTHER_KINDS or _NOT_OURS.search(name):
            return False
        if role_of(name) in (Role.USE_POLICY, Role.NOTICE):
            return not (self.folder / name).is_dir()
        return _LICENSE_NAME.search(name) is not None and not (self.folder / name).is_dir()

    def is_text(self, name: str) -> bool:
        """Whether a linked file can be the text of a license, and is not the card itself."""
        return name != self.card and Path(name).suffix.lower() not in _OTHER_KINDS and role_of(name) is not Role.CARD

    def is_file_below(self, name: str) -> bool:
        """Whether a linked name is a file in a folder below, reached without leaving ours."""
        try:
            return (self.folder / name).is_file()
        except (OSError, ValueError):
            return False

    def component_of(self, name: str) -> str:
        if name in self.linked:
            return self.linked[name]
        if _OF_WEIGHTS.search(name):
            return "weights"
        if _OF_CODE.search(name):
            return "code"
        return "data" if _OF_DATA.search(name) else "weights"

    def names_the_weights(self, name: str) -> bool:
        """Whether a file says, or is said, to be the license of the weights and of nothing else."""
        return name in self.linked or _OF_WEIGHTS.search(name) is not None

    def set_aside(self, name: str, named: set[str]) -> None:
        self.claims.append(LicenseClaim.model_construct(value=name, origin="file", component="code"))
        self.note(
            "license-file-set-aside",
            f"taken for the license of the code: that of the weights is {' and '.join(sorted(named))}",
            name,
        )

    def take(self, name: str, role: Role) -> None:
        path = self.folder / name
        try:
            if path.suffix.lower() in _UNREAD_KINDS:
                raise SourceError("files of this kind are not read", path=str(path), hint="put its text beside it")
            self.check_inside(path)
            data = read_bytes(path, limit=self.limits.text_bytes)
            text, notes = decode_text(data, str(path))
        except OpennessError as error:
            self.refuse(name, role, error)
            return
        self.notes.extend(notes)
        if text.strip():
            self.documents.append(Document.model_construct(role=role, name=str(path), text=text))
        else:
            self.note("empty-input", "this file is empty", name, "put the text of the license in it, or remove it")

    def check_inside(self, path: Path) -> None:
        """Refuse what leads out of the folder, through a link or through the path itself."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError):
            raise SourceError("a link that leads nowhere", path=str(path)) from None
        if self.root is None or not target.is_relative_to(self.root):
            raise SourceError(
                "a link that leads out of the folder is not followed",
                path=str(path),
                hint="copy the text into the folder, or give the file itself",
            )

    def refuse(self, name: str, role: Role, error: OpennessError) -> None:
        if role is Role.LICENSE:
            # Terms that nobody has read may say anything: the claim, which nothing can resolve, says so.
            self.claims.append(LicenseClaim.model_construct(value=name, origin="file"))
        self.note("unreadable-license-file", f"not read: {error.message}", name, error.hint, error)

    def note(
        self,
        code: str,
        message: str,
        name: str | None,
        hint: str | None = None,
        error: OpennessError | None = None,
    ) -> None:
        self.notes.append(
            Note.model_construct(
                code=code,
                message=message,
                hint=hint,
                document=str(self.folder if name is None else self.folder / name),
                line=error.line if error else None,
                column=error.column if error else None,
            )
        )


def repository_root(folder: Path) -> Path:
    """The folder itself; in the cache of the hub, where files are links to ``blobs``, that of the repository."""
    if folder.parent.name == "snapshots" and folder.parent.parent.name.startswith("models--"):
        return folder.parent.parent
    return folder


def local_name(link: str | None) -> str | None:
    """The file beside the card that a link names; None for one that leads elsewhere.

    A link to a file of a repository (``…/blob/main/LICENSE``) leads elsewhere: it may be another repository.
    """
    if not link:
        return None
    try:
        parts = urlsplit(link.strip())
        path = unquote(parts.path)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not path or "\0" in path:
        return None
    pieces = [piece for piece in path.split("/") if piece not in ("", ".")]
    if path.startswith("/") or ".." in pieces or not pieces or len(pieces) > 4 or len(path) > 400:
        return None
    return "/".join(pieces)
