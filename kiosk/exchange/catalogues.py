"""A file with books in it, whatever kind of file it is."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

from kiosk.exchange.catalogue_file import CatalogueFile
from kiosk.exchange.files import content
from kiosk.exchange.marc import has_document_type, is_iso2709, is_marcxml, read_marc
from kiosk.exchange.profiles import Profile, load_profiles
from kiosk.exchange.progress import Progress, quiet
from kiosk.exchange.stock_lists import read_stock_list
from kiosk.exchange.trouble import FileTrouble

_LOOK_AT = 100_000
# Of what people choose by mistake: PDF, JPEG, PNG, GIF, RAR, 7-Zip, gzip, the media of RIFF.
_OTHER_KINDS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"Rar!\x1a", b"7z\xbc\xaf", b"\x1f\x8b", b"RIFF")
_WORKBOOKS = (b"PK", b"\xd0\xcf\x11\xe0")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
# Signs that stand in no text; a few strays may.
_CONTROLS = bytes({*range(1, 9), *range(14, 26), 127})
_STRAYS = 0.005


def read_catalogue(
    path: Path, profiles: Sequence[Profile] | None = None, *, progress: Progress = quiet
) -> CatalogueFile:
    """The records of a MARC file (ISO 2709, MARCXML) or of a list (.xlsx, .xls, .ods, .csv), told by its content.

    `profiles` are those of `profiles.load_profiles` with the school's own folder; without them the shipped ones.
    Raises FileTrouble as `files.content`, `marc.read_marc` and `stock_lists.read_stock_list` (but not_marc for
    not_a_sheet), and Cancelled from `progress`.
    """
    data = content(path)
    start = data[:_LOOK_AT]
    if is_iso2709(start) or is_marcxml(start):
        return read_marc(path.name, data, load_profiles() if profiles is None else profiles, progress)
    if has_document_type(start):
        raise FileTrouble("xml_entities", file=path.name)
    if _is_other_kind(start):
        raise FileTrouble("not_marc", file=path.name)
    del data
    try:
        return read_stock_list(path, progress=progress)
    except FileTrouble as trouble:
        if trouble.code == "not_a_sheet":
            raise FileTrouble("not_marc", **trouble.values) from trouble
        raise


def _is_other_kind(start: bytes) -> bool:
    """Whether a file that begins so is neither text nor a workbook. Text in UTF-16 is told by its reader."""
    if start.startswith(_OTHER_KINDS):
        return True
    if start.startswith((*_WORKBOOKS, *_UTF_16)) or b"\0" in start:
        return False
    return len(start) - len(start.translate(None, _CONTROLS)) > _STRAYS * len(start)
