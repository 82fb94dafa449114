"""A file with books in it, whatever kind of file it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kiosk.exchange.catalogue_file import CatalogueFile
from kiosk.exchange.marc import content, is_iso2709, is_marcxml, read_marc_data
from kiosk.exchange.profiles import Profile, load_profiles
from kiosk.exchange.progress import Progress, quiet
from kiosk.exchange.stock_lists import read_stock_list

_LOOK_AT = 100_000


def read_catalogue(
    path: Path, profiles: Sequence[Profile] | None = None, *, progress: Progress = quiet
) -> CatalogueFile:
    """The records of a MARC file (ISO 2709, MARCXML) or of a list (.xlsx, .xls, .ods, .csv), told by its content.

    `profiles` are those of `profiles.load_profiles` with the school's own folder; without them the shipped ones.
    Raises FileTrouble as `marc.read_marc` and `stock_lists.read_stock_list`, and Cancelled from `progress`.
    """
    data = content(path)
    start = data[:_LOOK_AT]
    if is_iso2709(start) or is_marcxml(start):
        return read_marc_data(path.name, data, load_profiles() if profiles is None else profiles, progress)
    del data
    return read_stock_list(path, progress=progress)
