"""A vendor's file becomes the lines of a delivery: what it would bring, then all of it in one transaction.

The same file loaded again changes nothing: a record is known again by its place in the file and what it describes,
or, where a vendor sends a corrected file, by its ISBN.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kiosk.desk.librarian.stock import hindered
from kiosk.desk.work import Work
from kiosk.exchange.catalogue_file import CatalogueFile, Form, remark_text
from kiosk.flows.commands import Command
from kiosk.flows.outcomes import Outcome, OutcomeKind
from kiosk.flows.stock import (
    LONGEST_NAME,
    DeliveryPreview,
    LoadDelivery,
    Loaded,
    PreviewDelivery,
    RecordRemark,
    StockProblem,
)
from kiosk.lending.call_numbers import parse
from kiosk.lending.issues import other_volume, volume_key, volume_mark
from kiosk.lending.stock import FILE_MARK, FILE_PRICES, StockRecord, TitleData, title_from_plain, title_to_plain
from kiosk.office.setup import Clerk, Setup, fingerprint, for_librarians
from kiosk.store import edit, stock

SHOWN = 100
"""Remarks of each kind that a preview shows."""

_KEPT = "delivery|"


def kept_file(setup: Setup, work: Work, path: Path, kept_as: str = _KEPT) -> CatalogueFile:
    """The file's records; those of a preview are kept for what follows, as long as file and profiles are the same.

    `kept_as` is what the preview is of: the last file of each is kept. Raises FileTrouble and Cancelled.
    """
    from kiosk.exchange.catalogues import read_catalogue
    from kiosk.exchange.profiles import load_profiles

    profiles = load_profiles(setup.data / "marc")
    try:
        mark = f"{kept_as}{fingerprint(path)}|{hash(repr(profiles))}"
    except OSError:
        mark = kept_as  # the reading says what is wrong with it
    if mark not in setup.kept:
        file = read_catalogue(path, profiles, progress=work.progress)
        forget_files(setup, kept_as)
        setup.kept[mark] = file
    kept: CatalogueFile = setup.kept[mark]
    return kept


def forget_files(setup: Setup, kept_as: str = _KEPT) -> None:
    """Keep no file any more."""
    for key in [key for key in setup.kept if key.startswith(kept_as)]:
        del setup.kept[key]


def _pieces(record: StockRecord) -> int:
    """How many copies of a record were delivered; at least the one that it is about."""
    return len(record.copies) or record.count or 1


def _price(record: StockRecord) -> int | None:
    each = record.each.price_fen if record.each.price_fen is not None else record.title.price_fen
    return each if each is not None else next((c.price_fen for c in record.copies if c.price_fen is not None), None)


def _prices(record: StockRecord) -> list[int]:
    """The price of each copy where they differ; empty where one price is that of all."""
    usual = _price(record)
    prices = [usual if one.price_fen is None else one.price_fen for one in record.copies]
    known = [price for price in prices if price is not None]
    return known if len(set(known)) > 1 else []


def _fen(record: StockRecord) -> int:
    return sum(_prices(record)) or _pieces(record) * (_price(record) or 0)


def _mark(record: StockRecord) -> str:
    """The volume's number in the call number that the file gives; empty for what is no volume."""
    title = record.title
    if not (title.volume or volume_mark(title.title)):
        return ""
    numbers = {parse(one.call_number).auxiliary for one in (record.each, *record.copies) if one.call_number}
    mark = numbers.pop() if len(numbers) == 1 else ""
    return mark if mark.isascii() and mark.isdecimal() else ""


def _key(title: TitleData) -> tuple[str, str]:
    return volume_key(title.title, title.volume)


def _known(work: Work, records: Iterable[StockRecord]) -> dict[int, int]:
    """By their places the records whose titles the library has: of their ISBN the only one, or that very volume."""
    of_isbn: dict[str, list[StockRecord]] = {}
    for record in records:
        if record.title.isbn:
            of_isbn.setdefault(record.title.isbn, []).append(record)
    forms = {form: isbn for isbn in of_isbn for form in stock.isbn_forms(isbn)}
    found: dict[str, dict[int, Any]] = {}
    for part in edit.chunks(forms, 500):
        for row in work.conn.execute(stock.titles_with(part)).all():
            found.setdefault(forms[row.isbn], {})[row.title_id] = row
    known: dict[int, int] = {}
    for isbn, titles in found.items():
        for record in of_isbn[isbn]:
            title_id = _title_of(record.title, titles.values())
            if title_id is not None:
                known[record.place] = title_id
    return known


def _title_of(title: TitleData, rows: Collection[Any]) -> int | None:
    """Of the titles of its ISBN the one that is this; None where there is none, or more than one might be."""
    same = [row for row in rows if volume_key(row.title, row.volume) == _key(title)]
    if not same and len(rows) == 1:
        same = [row for row in rows if not other_volume(row.title, row.volume, title.title, title.volume)]
    return same[0].title_id if len(same) == 1 else None


def _plan(work: Work, batch_id: int, records: Iterable[StockRecord]) -> tuple[list[dict[str, Any]], list[Any], int]:
    """New lines, changes of lines that are there as (line id, values), and how many are there already."""
    records = list(records)
    known = _known(work, records)
    there = stock.lines_of_batch(work.conn, batch_id) if batch_id else ()
    by_place: dict[tuple[int, str, tuple[str, str]], Any] = {}
    by_isbn: dict[str, list[Any]] = {}
    for row in there:
        by_place[row.place, row.isbn, _key(title_from_plain(row.data))] = row
        if row.isbn:
            by_isbn.setdefault(row.isbn, []).append(row)
    new: list[dict[str, Any]] = []
    changes: list[tuple[int, dict[str, Any]]] = []
    met = 0
    for record in records:
        title = record.title
        data = title_to_plain(title)
        price = _price(record)
        if price is not None:
            data["price_fen"] = price
        if prices := _prices(record):
            data[FILE_PRICES] = prices
        if mark := _mark(record):
            data[FILE_MARK] = mark
        values = {"isbn": title.isbn, "data": data, "ordered": _pieces(record), "place": record.place}
        row = by_place.get((record.place, title.isbn, _key(title))) or _line_of(title, by_isbn.get(title.isbn, ()))
        if row is None:
            new.append({**values, "batch_id": batch_id, "title_id": known.get(record.place)})
            continue
        met += 1
        if any(getattr(row, name) != value for name, value in values.items()):
            changes.append((row.line_id, values))
    return new, changes, met


def _line_of(title: TitleData, rows: Sequence[Any]) -> Any | None:
    """Of the lines of its ISBN the one that a record corrects: of its volume, or the only one unless of another."""
    lines = [(row, title_from_plain(row.data)) for row in rows]
    same = [row for row, one in lines if _key(one) == _key(title)]
    if not same and len(lines) == 1:
        same = [row for row, one in lines if not other_volume(one.title, one.volume, title.title, title.volume)]
    return same[0] if len(same) == 1 else None


def _preview(setup: Setup, work: Work, command: PreviewDelivery) -> Outcome:
    path = Path(command.path)
    file = kept_file(setup, work, path)
    good = file.good
    known = _known(work, good)
    _, _, there = _plan(work, command.batch_id, good)
    refusing = [
        *(RecordRemark(one.place, "", remark_text(one.remark, file.form)) for one in file.broken),
        *_remarks(file.records, file.form, refuses=True),
    ]
    doubtful = list(_remarks(good, file.form, refuses=False))
    data = DeliveryPreview(
        path=command.path,
        name=path.name,
        batch_id=command.batch_id,
        titles=len(good),
        copies=sum(map(_pieces, good)),
        fen=sum(map(_fen, good)),
        known=sum(record.place in known for record in good),
        there=there,
        doubtful=tuple(doubtful[:SHOWN]),
        wrong=tuple(sorted(refusing, key=lambda one: one.place)[:SHOWN]),
        doubtful_in_all=len(doubtful),
        wrong_in_all=len(refusing),
    )
    return work.answer(OutcomeKind.INFO, data=data)


def _remarks(records: Iterable[StockRecord], form: Form, *, refuses: bool) -> Iterable[RecordRemark]:
    for record in records:
        for remark in record.remarks:
            if remark.refuses is refuses:
                yield RecordRemark(record.place, record.title.title, remark_text(remark, form))


def _load(setup: Setup, work: Work, command: LoadDelivery) -> Outcome:
    path = Path(command.path)
    file = kept_file(setup, work, path)
    batch_id = command.batch_id
    if batch_id:
        batch = stock.batch(work.conn, batch_id)
        if batch is None:
            raise hindered(StockProblem.GONE)
        if batch.closed_at is not None:
            raise hindered(StockProblem.CLOSED, batch=batch.name)
    else:
        values: Mapping[str, object] = {
            "name": path.stem.encode("utf-8", "replace").decode()[:LONGEST_NAME],
            "received_on": work.moment.today,
        }
        batch_id = stock.save_batch(work.conn, 0, values, work.at)
    new, changes, _ = _plan(work, batch_id, file.good)
    stock.add_lines(work.conn, new)
    for line_id, changed in changes:
        stock.change_line(work.conn, line_id, changed)
    details = {"batch_id": batch_id, "file": path.name, "added": len(new), "changed": len(changes)}
    if new or changes:
        work.record("delivery_loaded", operator_id=command.operator_id, details=details)
    return work.answer(OutcomeKind.INFO, data=Loaded(batch_id, len(new), len(changes)))


HANDLERS: dict[type[Command], Clerk] = {
    PreviewDelivery: for_librarians(PreviewDelivery, _preview),
    LoadDelivery: for_librarians(LoadDelivery, _load),
}
READS: frozenset[type[Command]] = frozenset({PreviewDelivery})
