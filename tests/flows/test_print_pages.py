"""Printing from the screen, over the real desk, the real pages of paper and a queue of files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import Connection

from kiosk.flows.views import Button, Paragraph, Picture, Tone
from kiosk.office import prints
from kiosk.printing.printers import Language, Printer, with_default
from kiosk.store import edit, print_reads, stock
from kiosk.store.library import Library
from tests.desk.school import BOOK, BOOK_2, BOOK_3, MADE
from tests.flows.pages import Guide
from tests.printing.readers import by_zbar, rasterised, tspl_pictures


@pytest.fixture
def guide(sqlite_library: Library, tmp_path: Path) -> Guide:
    """At the printing desk, with a printer that makes files, a label printer and one that is off."""
    guide = Guide(sqlite_library)
    printers = (
        Printer("标签机", f"dummy:{tmp_path / 'labels'}", Language.TSPL, 203),
        Printer("关着的", f"folder:{tmp_path / 'a file' / 'inside'}"),
    )
    (tmp_path / "a file").write_text("no folder")
    guide.school.setup.named = with_default(printers, str(tmp_path / "paper"))
    guide.log_in()
    return guide


def codes_on(paper: bytes) -> list[str]:
    """Every code on every page."""
    return sorted(found.value for page in rasterised(paper, 203) for found in by_zbar(page, 203))


def want(guide: Guide, *copy_ids: int) -> None:
    guide.school.library.transact(lambda conn: stock.want_labels(conn, copy_ids, MADE))


def finished(guide: Guide) -> None:
    spool = guide.school.setup.spool()
    for job in spool.jobs():
        spool.wait_for(job.job_id, 20.0)


def failed(guide: Guide) -> None:
    """A job for the printer that is off, open on the screen."""
    guide.press("prints")
    guide.press("what", "controls")
    guide.edit("printer", "关着的")
    guide.press("print")
    finished(guide)
    guide.press("job", guide.rows[0].value)


def test_labels_of_new_stock_are_printed_from_the_fourth_place_and_wanted_no_more(guide: Guide, tmp_path: Path) -> None:
    want(guide, 1, 2, 3)
    guide.press("prints")
    guide.press("what", "labels")
    guide.edit("start", "4")
    (picture,) = guide.all_of(Picture)
    assert picture.width > 500 and len(picture.pixels) == picture.width * picture.height * 3
    guide.press("print")
    assert guide.notice == "office.print.sent"
    finished(guide)
    (paper,) = (tmp_path / "paper").glob("*.pdf")
    assert codes_on(paper.read_bytes()) == sorted((BOOK, BOOK_2, BOOK_3))
    labels = next(tile for tile in guide.tiles if tile.value == "labels")
    assert not labels.enabled


def test_every_page_of_many_labels_is_shown_and_they_are_printed_in_jobs_of_whole_sheets(
    guide: Guide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prints, "A_JOB", 30)
    want(guide, *range(1, 61))
    guide.press("prints")
    guide.press("what", "labels")
    guide.edit("start", "4")
    first = guide.all_of(Picture)[0]
    guide.press("next_page")
    assert guide.all_of(Picture)[0] != first
    shown = next(one.text.values for one in guide.all_of(Paragraph) if one.text.key == "office.print.page_of")
    assert (shown["page"], shown["pages"], shown["n"]) == (2, 3, 60)
    guide.press("print")
    finished(guide)
    files = sorted((tmp_path / "paper").glob("*.pdf"))
    found = [codes_on(file.read_bytes()) for file in files]
    assert sorted(map(len, found)) == [15, 21, 24]
    assert len({code for codes in found for code in codes}) == 60


def test_a_file_printer_says_where_its_file_is(guide: Guide, tmp_path: Path) -> None:
    guide.press("prints")
    guide.press("what", "controls")
    guide.press("print")
    finished(guide)
    guide.wait(3.0)
    said = guide.rows[0].cells[2]
    assert (said.key, said.values["folder"]) == ("office.print.saved", str(tmp_path / "paper"))


def test_a_class_gets_its_cards(guide: Guide, tmp_path: Path) -> None:
    guide.press("prints")
    guide.press("what", "cards")
    guide.press("class", 2)
    guide.press("print")
    finished(guide)
    (paper,) = (tmp_path / "paper").glob("*.pdf")
    assert {"20000014", "20000022", "20000071"} <= set(codes_on(paper.read_bytes()))


@pytest.mark.parametrize("what", ["controls", "door_rota", "test_sheet", "calibration"])
def test_each_thing_that_needs_no_choice_shows_its_page_and_is_printed(guide: Guide, tmp_path: Path, what: str) -> None:
    guide.press("prints")
    guide.press("what", what)
    assert guide.all_of(Picture)
    guide.press("print")
    finished(guide)
    assert [path.read_bytes()[:4] for path in (tmp_path / "paper").glob("*.pdf")] == [b"%PDF"]


@pytest.mark.parametrize("what", ["class_sheets", "class_rota"])
def test_sheets_for_all_classes_or_one(guide: Guide, what: str) -> None:
    guide.press("prints")
    guide.press("what", what)
    guide.press("all")
    assert guide.all_of(Picture)


def test_signs_are_of_the_main_classes_or_of_the_numbers_of_one(guide: Guide) -> None:
    guide.press("prints")
    guide.press("what", "signs")
    letters = [tile.value for tile in guide.all_of(Button) if tile.action == "letter"]
    assert "I" in letters or "Q" in letters
    guide.press("letter", letters[0])
    assert guide.all_of(Picture)
    guide.press("back")
    guide.press("what", "signs")
    guide.press("all")
    assert guide.all_of(Picture)


def test_a_class_number_that_is_none_gets_no_sign(guide: Guide) -> None:
    def classed(conn: Connection) -> None:
        edit.add_titles(conn, [edit.NewTitle("狐狸", clc="-I"), edit.NewTitle("蓝鲸", clc="XXX")], MADE)

    guide.school.library.transact(classed)
    guide.press("prints")
    guide.press("what", "signs")
    letters = [tile.value for tile in guide.all_of(Button) if tile.action == "letter"]
    assert letters and not {"-", "X"} & set(letters)
    assert set(guide.school.library.read(print_reads.main_classes)) == {*letters, "X"}


def test_the_shelf_list_is_of_one_place(guide: Guide) -> None:
    guide.press("prints")
    guide.press("what", "shelf_list")
    place = guide.rows[0].value
    guide.press("place", place)
    assert guide.all_of(Picture)


def test_a_label_printer_is_offered_rolls_only_and_gets_its_own_language(guide: Guide, tmp_path: Path) -> None:
    want(guide, 1)
    guide.press("prints")
    guide.press("what", "labels")
    guide.edit("printer", "标签机")
    guide.press("stock")
    assert len(guide.rows) < len(guide.school.setup.kept) + 30
    rolls = [row.value for row in guide.rows]
    guide.press("stock", rolls[-1])
    guide.edit("face", "barcode")
    guide.press("print")
    finished(guide)
    (sent,) = (tmp_path / "labels").iterdir()
    assert sent.read_bytes().startswith(b"SIZE ")


@pytest.mark.parametrize("what", ["labels", "calibration"])
def test_a_label_printers_preview_is_the_dots_that_are_sent(guide: Guide, tmp_path: Path, what: str) -> None:
    want(guide, 1)
    guide.press("prints")
    guide.press("what", what)
    guide.edit("printer", "标签机")
    guide.press("stock")
    guide.press("stock", [row.value for row in guide.rows][-1])
    (shown,) = guide.all_of(Picture)
    guide.press("print")
    finished(guide)
    (sent,) = (tmp_path / "labels").iterdir()
    (printed,) = tspl_pictures(sent.read_bytes(), 203)
    preview = Image.frombytes("RGB", (shown.width, shown.height), shown.pixels).convert("L")
    assert set(preview.tobytes()) == {0, 255}
    assert preview.resize(printed.size, Image.Resampling.NEAREST).tobytes() == printed.convert("L").tobytes()


def test_a_printer_that_fails_keeps_the_job_says_why_and_prints_when_told(guide: Guide, tmp_path: Path) -> None:
    guide.press("prints")
    guide.press("what", "controls")
    guide.edit("printer", "关着的")
    guide.press("print")
    finished(guide)
    guide.press("back")
    guide.press("prints")
    (row,) = guide.rows
    assert row.tone is Tone.NOT_NOW
    guide.press("job", row.value)
    (tmp_path / "a file").unlink()
    guide.press("retry")
    finished(guide)
    assert len(list((tmp_path / "a file" / "inside").glob("*.pdf"))) == 1


def test_a_job_is_taken_out_after_a_question(guide: Guide) -> None:
    failed(guide)
    guide.press("cancel")
    guide.press("yes")
    assert guide.at_page("librarian/prints") and guide.rows == []


def test_a_job_is_moved_to_a_printer_that_works(guide: Guide, tmp_path: Path) -> None:
    failed(guide)
    guide.press("move", "PDF")
    finished(guide)
    assert len(list((tmp_path / "paper").glob("*.pdf"))) == 1
    guide.wait(3.0)
    assert guide.sentences[0] == "office.print.saved"


def test_the_fine_adjustment_is_kept_for_its_printer_and_moves_the_page(guide: Guide) -> None:
    guide.press("prints")
    guide.press("what", "calibration")
    before = guide.all_of(Picture)[0]
    guide.press("tune")
    guide.edit("right", "1.5")
    guide.edit("down", "-0.3")
    guide.press("save")
    assert guide.notice == "office.print.tuned"
    assert guide.all_of(Picture)[0] != before
    kept = guide.school.setup.printers()["PDF"]
    assert (kept.adjust_right_mm, kept.adjust_down_mm) == (1.5, -0.3)


def test_an_adjustment_that_is_no_number_is_told_at_its_field(guide: Guide) -> None:
    guide.press("prints")
    guide.press("what", "calibration")
    guide.press("tune")
    for wrong in ("x", "0.25", "99"):
        guide.edit("right", wrong)
        guide.press("save")
        assert guide.errors == {"right": "office.print.error.mm"}


def test_the_queue_is_looked_at_again_while_something_moves_and_keeps_nobody_in(guide: Guide) -> None:
    guide.press("prints")
    guide.press("what", "controls")
    guide.press("print")
    finished(guide)
    guide.wait(5.0)
    assert guide.rows[0].tone is Tone.DONE
    guide.wait(200.0)
    assert guide.view.__class__.__name__ == "IdleView"


def test_an_office_printer_is_added_tried_used_and_taken_away_on_the_screen(guide: Guide, tmp_path: Path) -> None:
    kept: list[list[str]] = []
    guide.school.setup.keep = lambda printers: kept.append([one.name for one in printers])
    guide.press("prints")
    guide.press("printers")
    guide.press("add")
    guide.edit("name", "办公室")
    guide.edit("target", f"folder:{tmp_path / 'office'}")
    guide.press("save")
    assert guide.notice == "office.printers.added"
    assert kept[-1] == ["标签机", "关着的", "办公室"]
    guide.press("check", "办公室")
    assert guide.notice == "office.printers.ready"
    guide.press("check", "关着的")
    assert guide.page.notice is not None and guide.page.notice.headline.key.startswith("printer.trouble.")
    guide.press("back")
    guide.press("what", "controls")
    guide.edit("printer", "办公室")
    guide.press("print")
    finished(guide)
    assert len(list((tmp_path / "office").glob("*.pdf"))) == 1
    guide.press("printers")
    guide.press("remove", "办公室")
    guide.press("yes")
    assert kept[-1] == ["标签机", "关着的"]


@pytest.mark.parametrize(
    ("name", "target", "said"),
    [("PDF", "tcp:10.0.0.1", "office.printers.taken"), ("x", "here", "printer.trouble.misspelt")],
)
def test_a_printer_that_cannot_be_is_told(guide: Guide, name: str, target: str, said: str) -> None:
    guide.press("prints")
    guide.press("printers")
    guide.press("add")
    guide.edit("name", name)
    guide.edit("target", target)
    guide.press("save")
    assert guide.notice == said
