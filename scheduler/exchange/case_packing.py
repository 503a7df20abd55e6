"""A case folder as one file: packed for a download, unpacked from an upload."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from scheduler.errors import Fault, InputError
from scheduler.exchange.read_case import CASE_FILES, read_case_workbook
from scheduler.exchange.sections import CASE_FILE
from scheduler.exchange.tables import check_size
from scheduler.exchange.workbook import check_archive
from scheduler.exchange.write_case import case_files

_EXPECTED = "an .xlsx workbook, or a .zip of a case folder"
_OF_WORKBOOKS = "[Content_Types].xml"

# What a damaged or locked archive ends in.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, OSError, EOFError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """The files of a case folder that somebody sent.

    Attributes
    ----------
    files
        Bytes by name.
    typed
        Whether ``case.toml`` was written by us, of a workbook, and has no words of its own.
    """

    files: Mapping[str, bytes]
    typed: bool


def packed(files: Mapping[str, bytes]) -> bytes:
    """Pack the files of a case folder into a ``.zip``."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in CASE_FILES:
            if name in files:
                # A fixed date: the same case gives the same bytes.
                archive.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpacked(data: bytes, file: str, *, max_bytes: int) -> Upload:
    """Give the files of a case folder that came packed, or as a workbook.

    Parameters
    ----------
    data
        The bytes of the upload.
    file
        Its name, for faults.
    max_bytes
        Largest size of the upload.

    Raises
    ------
    InputError
        It is neither, it is too large, or the workbook has faults.
    """
    check_size(len(data), file, max_bytes)
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise InputError(Fault(file=file, expected=_EXPECTED, found="another kind of file"))
    check_archive(data, file, max_bytes)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        if _OF_WORKBOOKS in names:
            case = read_case_workbook(data, file, max_bytes=max_bytes)
            return Upload(files=case_files(case), typed=True)
        # Folders are often packed with their own name on top.
        tops = [PurePosixPath(name).parent for name in names if name.endswith(CASE_FILE)]
        if len(tops) != 1:
            found = f"{len(tops)} files named {CASE_FILE} in it"
            raise InputError(Fault(file=file, expected=_EXPECTED, found=found))
        try:
            found_files = {
                each.name: archive.read(name)
                for name in names
                if (each := PurePosixPath(name)).parent == tops[0] and each.name in CASE_FILES
            }
        except _UNREADABLE as error:
            words = f"one that cannot be unpacked ({error})"[:120]
            raise InputError(Fault(file=file, expected=_EXPECTED, found=words)) from error
    return Upload(files=found_files, typed=False)
