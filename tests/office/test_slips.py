"""A slip at the end of a session, from the scan of a card to the bytes a slip printer gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.flows.step import Config
from kiosk.printing.printers import Language, Printer, with_default
from kiosk.store import edit
from kiosk.store.library import Library
from tests.desk.school import BOOK, BOOK_2, FINISH, LI, WANG
from tests.flows.pages import Guide


@pytest.fixture
def kiosk(sqlite_library: Library, tmp_path: Path) -> Guide:
    """A kiosk with a slip printer."""
    guide = Guide(sqlite_library, config=Config(boot="boot", slips=True))
    printer = Printer("小票机", f"dummy:{tmp_path / 'slips'}", Language.ESCPOS)
    guide.school.setup.named = with_default((printer,), str(tmp_path / "paper"))
    guide.school.setup.slip = "小票机"
    return guide


def slips(guide: Guide) -> list[str]:
    spool = guide.school.setup.spool()
    jobs = [spool.wait_for(job.job_id, 20.0) for job in spool.jobs()]
    return [spool.content(job.job_id).decode("gb18030", "replace") for job in jobs]


def test_what_was_lent_stands_on_the_slip_with_its_day(kiosk: Guide) -> None:
    for code in (WANG, BOOK, BOOK_2, FINISH):
        kiosk.scan(code)
    (slip,) = slips(kiosk)
    assert "王小明" in slip
    assert slip.count("9月21日") == 2


def test_a_session_that_lent_nothing_prints_nothing(kiosk: Guide) -> None:
    kiosk.scan(WANG)
    kiosk.scan(FINISH)
    assert slips(kiosk) == []


def test_the_next_card_ends_a_session_with_its_slip(kiosk: Guide) -> None:
    for code in (WANG, BOOK, LI):
        kiosk.scan(code)
    (slip,) = slips(kiosk)
    assert "王小明" in slip and "李雷" not in slip


def test_where_names_are_masked_the_slip_masks_them_too(kiosk: Guide) -> None:
    kiosk.school.library.transact(lambda conn: edit.save_setting(conn, "mask_names", True))
    for code in (WANG, BOOK, FINISH):
        kiosk.scan(code)
    (slip,) = slips(kiosk)
    assert "王小明" not in slip and "王＊明" in slip


def test_a_slip_printer_that_is_not_there_stops_no_loan(kiosk: Guide) -> None:
    kiosk.school.setup.slip = "没有这台"
    for code in (WANG, BOOK, FINISH, LI, BOOK_2):
        kiosk.scan(code)
    assert set(kiosk.school.open_loans()) == {BOOK, BOOK_2}
    assert slips(kiosk) == []
