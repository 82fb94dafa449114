"""Printing from the command line: the same orders, pages and queue as the librarian's screen has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from kiosk.cli_parts import written
from kiosk.console import RefusedError, both
from kiosk.desk.counter import class_list
from kiosk.desk.work import TakenBackError, Work
from kiosk.exchange.class_names import read_class_name
from kiosk.files import may_write, written_whole
from kiosk.flows.office import Hindrance
from kiosk.flows.prints import Order, Paper, What
from kiosk.flows.views import Text
from kiosk.i18n import Words
from kiosk.lending.policy import Moment
from kiosk.office.prints import Rendered, render, stocks_of
from kiosk.office.setup import Setup
from kiosk.printing.printers import PrintTrouble
from kiosk.store import facts, print_reads, stock

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from kiosk.settings import Settings
    from kiosk.store.library import Library

PrintCommand = Callable[[Work], Order]
"""What a command asks for: worked out when the library is open."""

PATIENCE = 120.0
"""Seconds a command waits for its job; the queue goes on with it when the kiosk next runs."""


def setup_of(settings: Settings, location: str) -> Setup:
    """This machine as the office needs it."""
    from kiosk.app import office_setup

    return office_setup(settings, location)


def print_order(
    settings: Settings,
    library: Library,
    make: PrintCommand,
    printer: str | None,
    to: Path | None,
    *,
    over: bool = False,
    **paper: str | int,
) -> str:
    """Print an order on `printer`, or write its bytes into the file `to`, `over` another or not.

    A sentence says what became of it.

    Raises RefusedError, StoreTrouble.
    """
    if to is not None and printer is None and to.suffix.lower() != ".pdf":
        raise RefusedError(
            both(f"{to} 要以 .pdf 结尾：写进去的是 PDF", f"{to} must end in .pdf: that is what is written")
        )
    if to is not None:
        with written(to):
            may_write(to, over=over)
    setup = setup_of(settings, library.location)
    sheet = replace(Paper(printer or _usual(setup, to)), **paper)  # type: ignore[arg-type]  # fields of Paper

    def work(conn: Connection) -> Rendered:
        one = _work(conn, settings)
        order = make(one)
        return render(setup, one, order, sheet)

    try:
        rendered = library.read(work, patient=True)
    except TakenBackError as taken_back:
        raise refused(taken_back, settings) from taken_back
    if to is not None:
        with written(to), written_whole(to, over=over) as draft:
            draft.write_bytes(rendered.content)
        return both(f"{rendered.count} 份写进 {to}", f"{rendered.count} written to {to}")
    return _queue(setup, settings, library, rendered, sheet)


def _queue(setup: Setup, settings: Settings, library: Library, rendered: Rendered, paper: Paper) -> str:
    words = Words(settings.screen.language)
    spool = setup.spool()
    try:
        job = spool.add(rendered.title, rendered.content, paper.printer, rendered.count, datetime.now(UTC))
        if rendered.copies:
            library.transact(lambda conn: stock.labels_printed(conn, rendered.copies))
        job = spool.wait_for(job.job_id, PATIENCE)
    except PrintTrouble as trouble:
        raise RefusedError(words.say(trouble.text)) from trouble
    finally:
        setup.close()
    if job.problem is not None:
        kept = both("任务留在队列里", "the job is kept in the queue")
        raise RefusedError(f"{words.say(job.problem)} ({kept}: kiosk print queue --again {job.job_id})")
    return both(f"已交给 {paper.printer}：{rendered.count} 份", f"given to {paper.printer}: {rendered.count}")


def _usual(setup: Setup, to: Path | None) -> str:
    """The printer where none is named: the first of the settings, or for a file the one that makes PDFs."""
    names = list(setup.printers())
    return names[0] if to is not None or len(names) == 1 else names[1]


def _work(conn: Connection, settings: Settings) -> Work:
    policies = facts.load_policies(conn)
    at = datetime.now(UTC)
    return Work(conn, policies, at, Moment(policies.local(at)), settings.kiosk_name, f"command-{uuid4().hex}")


def refused(taken_back: TakenBackError, settings: Settings) -> RefusedError:
    """What stands in the way, as a command says it."""
    data = taken_back.data
    said = data.text if isinstance(data, Hindrance) else Text("librarian.refused")
    return RefusedError(Words(settings.screen.language).say(said))


# ── What the commands ask for ──


def plain_order(order: Order) -> PrintCommand:
    """An order that needs nothing looked up."""
    return lambda _: order


def order_of_labels(codes: Sequence[str], everything: bool) -> PrintCommand:
    """Labels of the copies with these barcodes or accession numbers, of all, or of those that are wanted."""

    def make(work: Work) -> Order:
        if everything:
            return Order(What.LABELS, copies=tuple(print_reads.every_copy(work.conn)))
        found = print_reads.copies_with(work.conn, codes)
        missing = [code for code in codes if code not in found]
        if missing:
            raise RefusedError(both(f"没有这样的馆藏：{'、'.join(missing)}", f"there is no copy {', '.join(missing)}"))
        return Order(What.LABELS, copies=tuple(found[code] for code in codes))

    return make


def order_of_people(
    what: What, classes: Sequence[str] = (), cards: Sequence[str] = (), teachers: bool = False
) -> PrintCommand:
    """Something of classes by name, of readers by card, or of the teachers; of everyone where nothing is said."""

    def make(work: Work) -> Order:
        ids = tuple(_class_id(work, name) for name in classes)
        return Order(what, classes=ids, patrons=_patrons(work, cards), teachers=teachers)

    return make


def _class_id(work: Work, name: str) -> int:
    said = read_class_name(name)
    words = Words("zh_CN", work.policies.display.class_template)
    for entry in class_list(work):
        same = said is not None and (said.grade, said.number) == (entry.name.grade, entry.name.number)
        if same or name in (entry.name.own, words.value(entry.name)):
            return entry.class_id
    raise RefusedError(both(f"没有这个班：{name}", f"there is no class {name}"))


def _patrons(work: Work, cards: Sequence[str]) -> tuple[int, ...]:
    found = {card: facts.find_code(work.conn, card) for card in cards}
    missing = [card for card, row in found.items() if row is None or row.patron_id is None]
    if missing:
        raise RefusedError(both(f"没有这样的读者证：{'、'.join(missing)}", f"there is no card {', '.join(missing)}"))
    return tuple(row.patron_id for row in found.values() if row is not None and row.patron_id is not None)


# ── Stock and queue ──


def stock_lines(settings: Settings, location: str, as_json: bool) -> Iterator[str]:
    """The label stock of this machine, a line each, or one JSON array. Bad files are told on lines of their own."""
    stocks, troubles = stocks_of(setup_of(settings, location))
    words = Words(settings.screen.language)
    if as_json:
        rows = [
            {"name": one.name, "title": one.title(words.language), "roll": one.roll, "per_page": one.per_page,
             "label_mm": list(one.label), "suits": [face.value for face in one.suits]}
            for one in stocks.values()
        ]  # fmt: skip
        yield json.dumps(rows, ensure_ascii=False)
        return
    for one in stocks.values():
        yield f"{one.name:24} {one.title(words.language)}"
    yield from (words.say(trouble) for trouble in troubles)


def queue_lines(settings: Settings, location: str, again: str, remove: str, as_json: bool) -> Iterator[str]:
    """The print queue after the change that was asked for. Raises RefusedError."""
    setup = setup_of(settings, location)
    words = Words(settings.screen.language)
    spool = setup.spool(sending=bool(again))
    try:
        if again:
            spool.retry(again)
            spool.wait_for(again, PATIENCE)
        if remove:
            spool.cancel(remove)
        jobs = spool.jobs()
    except PrintTrouble as trouble:
        raise RefusedError(words.say(trouble.text)) from trouble
    finally:
        setup.close()
    rows = [
        {
            "job": job.job_id,
            "title": words.say(job.title),
            "printer": job.printer,
            "count": job.count,
            "state": job.state.value,
            "problem": None if job.problem is None else words.say(job.problem),
            "made_at": job.made_at.isoformat(),
        }
        for job in jobs
    ]
    if as_json:
        yield json.dumps(rows, ensure_ascii=False)
        return
    for row in rows:
        yield "  ".join(str(row[key]) for key in ("job", "state", "printer", "title", "problem") if row[key])
