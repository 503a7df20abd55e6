"""Export files as they come: packed or not, in some encoding, never read beyond a limit."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from scheduler.errors import Fault, InputError
from scheduler.exchange.tables import BOMS, check_size

HEAD_BYTES = 1 << 18
_BLOCK = 1 << 20
_LONGEST_PAGE = 1 << 26
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_BROKEN = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file that has been looked through once.

    Attributes
    ----------
    path
        Where it is.
    packed
        Whether it is packed with gzip.
    workbook
        Whether it is an ``.xlsx`` workbook.
    encoding
        Codec of its text; empty for a workbook.
    fingerprint
        SHA-256 of the unpacked bytes: the same for the same file.
    longest_line
        Bytes of the longest line, not exact below a megabyte.
    """

    path: Path
    packed: bool
    workbook: bool
    encoding: str
    fingerprint: str
    longest_line: int

    @property
    def file(self) -> str:
        """The file's name, as faults give it."""
        return self.path.name

    @contextmanager
    def text(self) -> Iterator[TextIO]:
        """Open the text, line ends as they stand."""
        with _broken_is_a_fault(self.file), _bytes_of(self.path, self.packed) as stream:
            yield io.TextIOWrapper(stream, encoding=self.encoding, newline="")

    def data(self) -> bytes:
        """Return all bytes of a workbook."""
        with _broken_is_a_fault(self.file):
            return self.path.read_bytes()

    def head(self) -> str:
        """Return the beginning of the text, with a page of records that is one line to its end."""
        with self.text() as stream:
            head = stream.read(HEAD_BYTES)
            return head + stream.readline(_LONGEST_PAGE) if head[:1] in "[{" else head


def examine(path: Path, max_bytes: int) -> Source:
    """Look through a file: is it whole, small enough, and in which encoding.

    Parameters
    ----------
    path
        The file; it may be packed with gzip.
    max_bytes
        Largest size of the file, and of what it unpacks to.

    Raises
    ------
    InputError
        It cannot be read, is too large, or is in no known encoding.
    """
    with _broken_is_a_fault(path.name):
        check_size(path.stat().st_size, path.name, max_bytes)
        with path.open("rb") as file:
            start = file.read(4)
        packed, workbook = start.startswith(_GZIP), start.startswith(_ZIP)
        encodings = ("",) if workbook else _encodings(path, packed)
        for encoding in encodings:
            looked = _looked_through(path, packed, encoding, max_bytes)
            if looked is not None:
                fingerprint, longest_line = looked
                return Source(
                    path=path,
                    packed=packed,
                    workbook=workbook,
                    encoding=encoding,
                    fingerprint=fingerprint,
                    longest_line=longest_line,
                )
    expected = "text in UTF-8, UTF-16 or Windows-1252"
    raise InputError(Fault(file=path.name, expected=expected, found="bytes that are none of them"))


def decode_head(head: bytes) -> str:
    """Decode the first bytes of a file, which may be packed and may end inside a character.

    Raises
    ------
    InputError
        They are packed, but not with gzip, or in no known encoding.
    """
    if head.startswith(_GZIP):
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, HEAD_BYTES)
        except zlib.error as error:
            fault = Fault(expected="a file packed with gzip", found=str(error))
            raise InputError(fault) from error
    for encoding in _encodings_of(head[:4]):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(head)
        except UnicodeDecodeError:
            continue
    expected = "text in UTF-8, UTF-16 or Windows-1252"
    raise InputError(Fault(expected=expected, found="bytes that are none of them"))


def _encodings(path: Path, packed: bool) -> tuple[str, ...]:
    with _bytes_of(path, packed) as stream:
        return _encodings_of(stream.read(4))


def _encodings_of(start: bytes) -> tuple[str, ...]:
    """List the encodings to try; UTF-16 is taken only with its mark."""
    marked = next((name for mark, name in BOMS if start.startswith(mark)), "utf-8")
    return ("utf-16",) if marked.startswith("utf-16") else ("utf-8-sig", "cp1252")


def _looked_through(
    path: Path, packed: bool, encoding: str, max_bytes: int
) -> tuple[str, int] | None:
    """Return hash and longest line of all bytes; None where they are not in the encoding."""
    digest, size, line, longest = hashlib.sha256(), 0, 0, 0
    decoder = codecs.getincrementaldecoder(encoding)() if encoding else None
    with _bytes_of(path, packed) as stream:
        while True:
            block = stream.read(_BLOCK)
            size += len(block)
            if size > max_bytes:
                expected = f"at most {max_bytes:,} bytes, unpacked"
                raise InputError(Fault(file=path.name, expected=expected, found="more"))
            digest.update(block)
            last = max(block.rfind(b"\n"), block.rfind(b"\r"))
            longest = max(longest, line + (len(block) if last < 0 else 0))
            line = line + len(block) if last < 0 else len(block) - last - 1
            try:
                if decoder is not None:
                    decoder.decode(block, final=not block)
            except UnicodeDecodeError:
                return None
            if not block:
                return digest.hexdigest(), longest


@contextmanager
def _bytes_of(path: Path, packed: bool) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        if not packed:
            yield file
            return
        with gzip.open(file) as unpacked:
            yield cast(BinaryIO, unpacked)


@contextmanager
def _broken_is_a_fault(file: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        found = getattr(error, "strerror", None) or str(error) or type(error).__name__
        expected = "a file that can be read to its end"
        raise InputError(Fault(file=file, expected=expected, found=found)) from error
