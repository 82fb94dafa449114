"""The libraries that are measured on, and what is scanned there."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.console import RefusedError, both
from kiosk.settings import APP_NAME

if TYPE_CHECKING:
    from sqlalchemy import Connection

MARK = "bench"
"""Setting of a library on PostgreSQL that was made to be measured: what can be scanned there, and where it ended."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A library to measure on, in a folder or at a PostgreSQL URL, and what can be scanned in it at `opens` (local)."""

    folder: Path
    opens: datetime
    cards: tuple[str, ...]
    copies: tuple[str, ...]
    url: str = ""

    @property
    def location(self) -> str:
        """Where the library is."""
        return self.url or str(self.folder)


def large_library() -> Ground:
    """The large library, made at the first call and kept in the user's cache folder."""
    from kiosk.store.migrations import OURS

    return _ground(cache() / f"bench-{OURS.head}", {})


def small_library(folder: Path) -> Ground:
    """A library with next to nothing in it, in `folder`."""
    return _ground(folder, {"titles": 100, "patrons": 480, "past_loans": 0})


def library_on(url: str, **sizes: int) -> Ground:
    """The large library in the PostgreSQL database at `url`, made at the first call; the database must be empty then.

    Raises RefusedError for anybody's own library, StoreTrouble.
    """
    from sqlalchemy import func, select

    from kiosk.sample.bulk import write_bulk
    from kiosk.store import edit, schema
    from kiosk.store.library import StoreTrouble, TroubleCode, create_library, describe, open_library
    from kiosk.store.place import is_postgres

    if not is_postgres(url):
        raise RefusedError(both("--library 要是 PostgreSQL 地址", "--library takes a PostgreSQL URL here"))
    try:
        library = open_library(url)
    except StoreTrouble as trouble:
        if trouble.code is not TroubleCode.NO_LIBRARY:
            raise
        library = create_library(url)
    try:
        known = library.read(edit.load_settings).get(MARK)
        if known is None and library.read(lambda conn: conn.scalar(select(func.count(schema.patrons.c.patron_id)))):
            raise RefusedError(
                both(
                    f"{describe(url)} 里是别的书库：测量会借书，请给一个空的数据库",
                    f"{describe(url)} holds a library of its own: measuring lends there, give an empty database",
                )
            )
        if known is None:
            bulk = write_bulk(library, date.today(), told=_tell, **sizes)  # noqa: DTZ011  any day will do

            def mark(conn: Connection) -> dict[str, object]:
                ends = (schema.events.c.seq, schema.loans.c.loan_id)
                last = {key.name: conn.scalar(select(func.max(key))) or 0 for key in ends}
                plain: dict[str, object] = {
                    "opens": bulk.opens.isoformat(),
                    "cards": bulk.cards,
                    "copies": bulk.copies,
                    "last": last,
                }
                edit.save_setting(conn, MARK, plain)
                return plain

            known = library.transact(mark)
    finally:
        library.close()
    return Ground(Path(), datetime.fromisoformat(known["opens"]), tuple(known["cards"]), tuple(known["copies"]), url)  # type: ignore[index]  # as it was written


_A_YEAR_EARLIER = (  # to take it out PostgreSQL would look through all events for each loan
    "UPDATE events SET at = at - 31536000000 WHERE seq > :seq",
    "UPDATE loans SET returned_at = lent_at WHERE returned_at IS NULL AND loan_id > :loan_id",
)


def _put_back(url: str) -> None:
    """Let what measuring has lent in the library at `url` be in again, and have happened a year before."""
    from sqlalchemy import text

    from kiosk.store import edit
    from kiosk.store.library import open_library

    def work(conn: Connection) -> None:
        known: Any = edit.load_settings(conn)[MARK]
        for statement in _A_YEAR_EARLIER:
            conn.execute(text(statement), known["last"])

    library = open_library(url)
    try:
        library.transact(work, patient=True)
    finally:
        library.close()


def _ground(folder: Path, sizes: dict[str, int]) -> Ground:
    note = folder / "bench.json"
    if not note.exists():
        from kiosk.sample.bulk import write_bulk
        from kiosk.store.library import create_library, library_file, sidecars

        folder.mkdir(parents=True, exist_ok=True)
        file = library_file(str(folder))
        for leftover in (file, *sidecars(file)):  # of a run that was stopped half-way
            leftover.unlink(missing_ok=True)
        library = create_library(str(folder))
        bulk = write_bulk(library, date.today(), told=_tell, **sizes)  # noqa: DTZ011  any day will do
        library.close()
        known = {"opens": bulk.opens.isoformat(), "cards": bulk.cards, "copies": bulk.copies}
        note.write_text(json.dumps(known), "utf-8")
    known = json.loads(note.read_text("utf-8"))
    return Ground(folder, datetime.fromisoformat(known["opens"]), tuple(known["cards"]), tuple(known["copies"]))


@contextmanager
def copy_of(ground: Ground) -> Iterator[Ground]:
    """The same library as a copy beside it, for what writes; gone afterwards.

    Every run finds the same library then, with no event newer than its clock. On PostgreSQL it is worked on itself,
    and what was lent is put back.
    """
    if ground.url:
        _put_back(ground.url)  # after a run that was stopped half-way
        try:
            yield ground
        finally:
            _put_back(ground.url)
        return
    from kiosk.store.library import library_file, sidecars

    with tempfile.TemporaryDirectory(prefix="work-", dir=ground.folder) as folder:
        for file in (library_file(str(ground.folder)), *sidecars(library_file(str(ground.folder)))):
            if file.exists():
                shutil.copyfile(file, Path(folder) / file.name)
        if hasattr(os, "sync"):
            os.sync()  # the copy's own writing must not be measured
        yield replace(ground, folder=Path(folder))


def _tell(step: str) -> None:
    sys.stderr.write(f"… {step}\n")


def cache() -> Path:
    """The folder of this user in which what is made once is kept."""
    from platformdirs import user_cache_path

    folder = user_cache_path(APP_NAME, appauthor=False)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def one_round(ground: Ground) -> Iterator[str]:
    """What is scanned: each card borrows two copies, then every copy comes back without a card."""
    from kiosk.lending.barcodes import ControlCode, command_number

    lent = iter(ground.copies)
    for card in ground.cards:
        yield card
        yield next(lent)
        yield next(lent)
    yield command_number(ControlCode.FINISH)
    yield from ground.copies[: 2 * len(ground.cards)]
