"""`kiosk print …` over the sample library: real pages, a real queue."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiosk.cli import run
from tests.printing.readers import by_zbar, by_zxing, rasterised


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sample library."""
    folder = tmp_path_factory.mktemp("sample") / "library"
    assert run(["init", "--sample", "--seed", "7", "--library", str(folder)]) == 0
    return folder


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose PDF files go to a folder, with a printer that is off."""
    file = tmp_path / "settings.toml"
    off = '[[printers.named]]\nname = "off"\ntarget = "tcp:127.0.0.1:1"\n'
    file.write_text(f"[printers]\nfolder = '{tmp_path / 'paper'}'\n{off}", "utf-8")
    monkeypatch.setenv("KIOSK_SETTINGS", str(file))
    return tmp_path


def listed(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, object]]:
    capsys.readouterr()
    assert run([str(one) for one in arguments]) == 0
    rows: list[dict[str, object]] = json.loads(capsys.readouterr().out)
    return rows


def codes_in(file: Path) -> list[str]:
    return sorted(read.value for page in rasterised(file.read_bytes(), 300) for read in by_zxing(page, 300))


def test_labels_of_named_copies_begin_at_the_place_that_was_asked_for(
    sample: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copies = [str(row["barcode"]) for row in listed(capsys, "copies", "--json", "--library", sample)[:3]]
    file = settings / "labels.pdf"
    assert run(["print", "labels", *copies, "--start", "4", "--to", str(file), "--library", str(sample)]) == 0
    (page,) = rasterised(file.read_bytes(), 203)
    found = sorted(by_zbar(page, 203), key=lambda read: read.x)
    assert sorted(read.value for read in found) == sorted(copies)
    assert min(read.y for read in found) > 35, "on a sheet of three columns the fourth label is in the second row"


def test_a_class_is_named_as_people_name_it_and_gets_its_cards(
    sample: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = listed(capsys, "patrons", "--json", "--library", sample)
    own = {str(row["barcode"]) for row in rows if (row["class"], row["kind"]) == ("三(2)班", "pupil")}
    file = settings / "cards.pdf"
    assert run(["print", "cards", "--class", "三年级2班", "--to", str(file), "--library", str(sample)]) == 0
    assert own and own <= set(codes_in(file))


@pytest.mark.parametrize(
    "words",
    [
        ("class-sheet", "三2"),
        ("rota",),
        ("rota", "三2"),
        ("rota", "--each"),
        ("signs",),
        ("signs", "I287.7", "--strips"),
        ("controls",),
        ("sheet",),
        ("calibration", "--stock", "roll-50x25"),
        ("cards", "--teachers", "--single"),
    ],
)
def test_each_document_is_written_as_a_pdf(sample: Path, settings: Path, words: tuple[str, ...]) -> None:
    file = settings / "paper.pdf"
    assert run(["print", *words, "--to", str(file), "--library", str(sample)]) == 0
    assert file.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("labels", "nothing"), "nothing"),
        (("cards", "--class", "九(9)班"), "九(9)班"),
        (("cards", "12345678"), "12345678"),
        (("shelf", "月亮上"), "月亮上"),
        (("labels", "--all", "--stock", "none"), "none"),
        (("controls", "--printer", "nobody"), "nobody"),
        (("signs", "ZZ9", "!!"), "!!"),
        (("signs", "ZZZ"), "ZZZ"),
        (("controls", "--to", "x.png"), "x.png"),
    ],
)
def test_what_cannot_be_printed_is_said_in_a_line(
    sample: Path, settings: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert run(["print", *words, "--library", str(sample)]) == 1
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1


def test_a_job_for_a_printer_that_is_off_is_kept_and_may_be_taken_out(
    sample: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["print", "controls", "--printer", "off", "--library", str(sample)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    (job,) = listed(capsys, "print", "queue", "--json", "--library", sample)
    assert (job["state"], job["printer"]) == ("failed", "off") and job["problem"]
    assert run(["print", "queue", "--again", str(job["job"]), "--library", str(sample)]) == 0
    assert "failed" in capsys.readouterr().out
    assert listed(capsys, "print", "queue", "--remove", job["job"], "--json", "--library", sample) == []


def test_labels_that_were_printed_are_files_in_the_folder_of_the_settings(sample: Path, settings: Path) -> None:
    assert run(["print", "controls", "--printer", "PDF", "--library", str(sample)]) == 0
    assert len(list((settings / "paper").glob("*.pdf"))) == 1


def test_the_label_stock_is_listed(sample: Path, settings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = {row["name"] for row in listed(capsys, "print", "stock", "--json", "--library", sample)}
    assert {"roll-50x25", "roll-40x30"} <= names


def test_what_is_written_takes_the_place_of_another_file_only_with_force(
    sample: Path, settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings / "controls.pdf"
    file.write_bytes(b"my thesis")
    command = ["print", "controls", "--to", str(file), "--library", str(sample)]
    assert run(command) == 1
    assert "--force" in capsys.readouterr().err
    assert file.read_bytes() == b"my thesis"
    assert run([*command, "--force"]) == 0
    assert file.read_bytes().startswith(b"%PDF")
    (settings / "folder.pdf").mkdir()
    assert run(["print", "controls", "--to", str(settings / "folder.pdf"), "--force", "--library", str(sample)]) == 1
    assert "is no plain file" in capsys.readouterr().err


def test_the_test_sheet_takes_the_place_of_another_file_only_with_force(
    settings: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings / "sheet.pdf"
    file.write_bytes(b"my thesis")
    assert run(["scanner", "--sheet", str(file)]) == 1
    assert "--force" in capsys.readouterr().err
    assert file.read_bytes() == b"my thesis"
    assert run(["scanner", "--sheet", str(file), "--force"]) == 0
    assert file.read_bytes().startswith(b"%PDF")
