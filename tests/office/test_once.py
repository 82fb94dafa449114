"""What goes into the print queue goes there once, whatever the database makes of the transaction."""

from __future__ import annotations

from pathlib import Path

from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.prints import Order, Paper, Printed, PrintOrder, What
from kiosk.flows.work import SetFirstPin
from kiosk.printing.printers import with_default
from kiosk.store import stock
from kiosk.store.library import Library, open_library
from tests.databases import Postgres
from tests.desk.school import LIBRARIAN, MADE, School, fill
from tests.faults.test_nth_statement import failing
from tests.store.cutter import Cutter

LABELS = Order(What.LABELS)
PAPER = Paper("PDF", stock="a4-24-70x37")


def printing(library: Library, tmp_path: Path) -> tuple[School, PrintOrder]:
    """A school three of whose labels are wanted, its queue standing still, and the librarian's order of them."""
    library.transact(fill)
    library.transact(lambda conn: stock.want_labels(conn, range(1, 4), MADE))
    school = School(library)
    school.setup.named = with_default((), str(tmp_path / "paper"))
    school.setup.spool(sending=False)
    boss = school.patron(LIBRARIAN).patron_id
    school.ask(SetFirstPin(operator_id=boss, pin="2468"))
    return school, PrintOrder(operator_id=boss, order=LABELS, paper=PAPER)


def test_an_order_whose_transaction_runs_again_is_printed_once(
    postgres: Postgres, postgres_location: str, tmp_path: Path
) -> None:
    with Cutter(postgres.port, arrives=False) as cutter:
        library = open_library(postgres_location.replace(str(postgres.port), str(cutter.port)))
        school, order = printing(library, tmp_path)
        cutter.cut_at_next_commit()
        answer = school.ask(order)
        assert cutter.cuts == 1
        (job,) = school.setup.spool().jobs()
        assert answer.data == Printed(job.job_id, 3, "PDF")
        assert library.read(stock.count_wanted) == 0
        assert school.actions().count("printed") == 1
        library.close()


def test_an_order_whose_transaction_came_to_nothing_is_not_printed(sqlite_library: Library, tmp_path: Path) -> None:
    school, order = printing(sqlite_library, tmp_path)
    with failing(school, 0, "commit"):
        assert school.ask(order).kind is OutcomeKind.TROUBLE
    assert school.setup.spool().jobs() == ()
    assert sqlite_library.read(stock.count_wanted) == 3
    assert school.ask(order).kind is OutcomeKind.INFO
