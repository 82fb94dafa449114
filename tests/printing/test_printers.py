"""Printers that take, refuse, hang, break off and run out of paper: each is a sentence, and no job is sent twice."""

from __future__ import annotations

import fcntl
import os
import select
import stat
import tempfile
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.check.machine import check_printer
from kiosk.check.result import Status, Surroundings
from kiosk.i18n import LANGUAGES, Words
from kiosk.printing.printers import (
    DEFAULT_NAME,
    TROUBLES,
    Language,
    Printer,
    PrintTrouble,
    documents_folder,
    found_printers,
    reach,
    send,
    with_default,
)
from kiosk.printing.printers.book import PrinterBook, Tuning, printer_from_plain, printer_to_plain
from kiosk.printing.printers.status import trouble_in
from kiosk.settings import Settings, SettingsError, load_settings, save_settings
from tests.printing.machines import (
    IDLE,
    NetworkPrinter,
    Temper,
    answering,
    fake_cups,
    hanging,
    leaving_early,
    slow,
)

EVERY_BYTE = bytes(range(256))
MUCH = EVERY_BYTE * 40_000  # more than the buffers of a line hold
LITTLE_MORE_THAN_A_LINE = EVERY_BYTE * 3_000  # more than a network printer's end of the line holds
SHORT = 0.3  # seconds of patience where nothing is to come


def trouble_of(action: Callable[[], object]) -> PrintTrouble:
    """The trouble that an action meets; it can be said in both languages."""
    with pytest.raises(PrintTrouble) as raised:
        action()
    trouble = raised.value
    assert trouble.code in TROUBLES
    for language in LANGUAGES:
        said = Words(language).say(trouble.text)
        assert not set("[]{}") & set(said), "every place of the sentence is filled"
    return trouble


def sent(printer: Printer, content: bytes = EVERY_BYTE, patience: float = 5.0) -> None:
    send(printer, content, printer.language, "12 张书标", patience)


# ── Network ──


def test_a_network_printer_gets_every_byte_as_it_is() -> None:
    with NetworkPrinter() as machine:
        sent(Printer("office", machine.target), MUCH)
    assert machine.got == [MUCH]


def test_a_slow_printer_may_take_longer_than_the_patience_for_one_step() -> None:
    with NetworkPrinter(slow) as machine:
        sent(Printer("office", machine.target), MUCH, patience=1.5)
    assert machine.got == [MUCH]


def test_a_printer_whose_port_is_closed_refuses() -> None:
    machine = NetworkPrinter()  # never switched on
    trouble = trouble_of(lambda: sent(Printer("office", machine.target)))
    assert trouble.code == "refused"
    assert trouble.values["address"] == machine.target.removeprefix("tcp:")
    machine.__exit__(None, None, None)


def test_a_printer_that_takes_no_more_is_given_up_and_may_have_printed_a_part() -> None:
    with NetworkPrinter(hanging) as machine:
        assert trouble_of(lambda: sent(Printer("office", machine.target), MUCH, SHORT)).code == "no_answer"


def test_a_printer_that_hangs_up_in_the_middle_breaks_off() -> None:
    with NetworkPrinter(leaving_early) as machine:
        assert trouble_of(lambda: sent(Printer("office", machine.target), MUCH)).code == "broken_off"


@pytest.mark.parametrize(("temper", "code"), [(hanging, "no_answer"), (leaving_early, "broken_off")])
def test_bytes_that_only_this_machine_took_are_not_printed(temper: Temper, code: str) -> None:
    """A line's buffers take a short job whole, whatever the printer does."""
    with NetworkPrinter(temper) as machine:
        assert trouble_of(lambda: sent(Printer("office", machine.target), LITTLE_MORE_THAN_A_LINE, SHORT)).code == code


def test_a_host_that_cannot_be_is_told_as_unknown() -> None:
    assert trouble_of(lambda: sent(Printer("office", "tcp:printer..local"))).code == "host_unknown"


@pytest.mark.parametrize(
    "target",
    [
        *("", ":", "\0", "office", "192.168.1.50", "tpc:192.168.1.50", "TCP:host"),
        *("tcp:", "tcp:host:port", "tcp:host:99999", "tcp:host/queue", "cups:", "device:", "windows:", "dummy:"),
    ],
)
def test_a_misspelt_target_is_told_and_nothing_else_happens(target: str) -> None:
    printer = Printer("office", target)
    assert trouble_of(lambda: sent(printer)).code == "misspelt"
    assert trouble_of(lambda: reach(printer, SHORT)).code == "misspelt"


def test_bytes_for_one_kind_of_printer_never_go_to_another() -> None:
    with NetworkPrinter() as machine:
        printer = Printer("labels", machine.target, Language.TSPL)
        assert trouble_of(lambda: send(printer, b"%PDF", Language.PDF, "", SHORT)).code == "wrong_language"
    assert machine.got == []


OUT_OF_PAPER = {
    Language.TSPL: [b"\x04"],
    Language.ZPL: [b"\x02030,1,0,1245\x03\r\n\x02000,0,0,0,1\x03\r\n\x021234,0\x03\r\n"],
    Language.ESCPOS: [b"\x12", b"\x72"],
}


@pytest.mark.parametrize("language", OUT_OF_PAPER)
def test_a_printer_that_says_it_is_out_of_paper_gets_nothing_to_print(language: Language) -> None:
    with NetworkPrinter(answering(*OUT_OF_PAPER[language])) as machine:
        printer = Printer("labels", machine.target, language)
        assert trouble_of(lambda: sent(printer)).code == "paper_out"
        assert trouble_of(lambda: reach(printer, 5.0)).code == "paper_out"
    assert machine.got == [b"", b""]


WELL = {
    Language.TSPL: ([b"\x00"], b"\r\n"),
    Language.ZPL: ([b"\x02030,0,0,1245\x03\r\n\x02000,0,0,0,1\x03\r\n\x021234,0\x03\r\n"], b""),
    Language.ESCPOS: ([b"\x12", b"\x12"], b""),
}


@pytest.mark.parametrize("language", WELL)
def test_a_printer_that_says_it_is_well_prints(language: Language) -> None:
    answers, after = WELL[language]
    with NetworkPrinter(answering(*answers)) as machine:
        sent(Printer("labels", machine.target, language))
    assert machine.got == [after + EVERY_BYTE]


def test_a_label_printer_that_answers_nothing_prints_all_the_same() -> None:
    with NetworkPrinter() as machine:
        sent(Printer("labels", machine.target, Language.TSPL), patience=SHORT)
    assert machine.got == [b"\x1b!?\r\n" + EVERY_BYTE]


@pytest.mark.parametrize(
    ("language", "question", "answer", "code"),
    [
        (Language.TSPL, 0, b"\x01", "cover_open"),
        (Language.TSPL, 0, b"\x03", "cover_open"),
        (Language.TSPL, 0, b"\x40", "cover_open"),
        (Language.TSPL, 0, b"\x02", "jam"),
        (Language.TSPL, 0, b"\x08", "ribbon_out"),
        (Language.TSPL, 0, b"\x10", "paused"),
        (Language.TSPL, 0, b"\x20", ""),  # it prints
        (Language.TSPL, 0, b"\x80", "faulty"),
        (Language.ZPL, 0, b"\x02030,0,1,1245\x03\r\n\x02000,0,0,0,1\x03", "paused"),
        (Language.ZPL, 0, b"\x02030,1,1,1245\x03\r\n\x02000,0,1,0,1\x03", "cover_open"),
        (Language.ZPL, 0, b"\x02030,0,0,1245\x03\r\n\x02000,0,0,1,1\x03", "ribbon_out"),
        (Language.ZPL, 0, b"\x02030,0,0,1245\x03\r\n\x02000,0,0,1,0\x03", ""),  # it prints without a ribbon
        (Language.ESCPOS, 0, b"\x16", "cover_open"),
        (Language.ESCPOS, 0, b"\x32", "paper_out"),
        (Language.ESCPOS, 0, b"\x52", "faulty"),
        (Language.ESCPOS, 1, b"\x1e", ""),  # the roll is near its end
        (Language.ESCPOS, 1, b"\x72", "paper_out"),
    ],
)
def test_what_printers_say_of_themselves_is_understood(
    language: Language, question: int, answer: bytes, code: str
) -> None:
    assert trouble_in(language, question, answer) == code


@given(st.sampled_from(Language), st.integers(0, 1), st.binary(max_size=60))
def test_any_answer_of_a_printer_is_a_known_trouble_or_none(language: Language, question: int, answer: bytes) -> None:
    assert trouble_in(language, question, answer) in TROUBLES | {""}


# ── Device files ──


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """A device file with two ends: ours, and the path that a printer would have."""
    ours, theirs = os.openpty()
    yield ours, os.ttyname(theirs)
    os.close(ours)
    os.close(theirs)


def reading(handle: int, count: int) -> tuple[threading.Thread, bytearray]:
    """A thread that reads so many bytes."""
    got = bytearray()

    def work() -> None:
        while len(got) < count and (piece := os.read(handle, 65_536)):
            got.extend(piece)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread, got


def test_a_device_gets_every_byte_as_it_is(terminal: tuple[int, str]) -> None:
    ours, path = terminal
    content = EVERY_BYTE * 200
    thread, got = reading(ours, len(content))
    sent(Printer("slip", f"device:{path}"), content)
    thread.join(10)
    assert bytes(got) == content


def test_a_device_that_says_it_is_out_of_paper_gets_nothing_to_print(terminal: tuple[int, str]) -> None:
    ours, path = terminal
    seen = []

    def work() -> None:
        seen.append(os.read(ours, 100))
        os.write(ours, b"\x04")

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert trouble_of(lambda: sent(Printer("labels", f"device:{path}", Language.TSPL))).code == "paper_out"
    thread.join(10)
    assert seen == [b"\x1b!?"]


def pipe(tmp_path: Path) -> tuple[str, int]:
    """A FIFO and its reading end."""
    path = tmp_path / "lp0"
    os.mkfifo(path)
    return f"device:{path}", os.open(path, os.O_RDONLY | os.O_NONBLOCK)


def test_a_device_that_takes_no_more_is_given_up(tmp_path: Path) -> None:
    target, handle = pipe(tmp_path)
    assert trouble_of(lambda: sent(Printer("labels", target), MUCH, SHORT)).code == "no_answer"
    os.close(handle)


def test_bytes_that_a_device_has_not_taken_yet_are_not_printed(tmp_path: Path) -> None:
    target, handle = pipe(tmp_path)
    room = fcntl.fcntl(handle, fcntl.F_GETPIPE_SZ)
    assert trouble_of(lambda: sent(Printer("labels", target), bytes(room), SHORT)).code == "no_answer"
    os.close(handle)


def test_a_device_that_is_unplugged_in_the_middle_breaks_off(tmp_path: Path) -> None:
    target, handle = pipe(tmp_path)

    def work() -> None:
        select.select([handle], [], [], 10)  # the first bytes are there
        os.close(handle)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert trouble_of(lambda: sent(Printer("labels", target), MUCH)).code == "broken_off"
    thread.join(10)


def test_a_device_that_is_not_plugged_in_is_told_and_no_file_is_made_of_it(tmp_path: Path) -> None:
    path = tmp_path / "lp0"
    printer = Printer("labels", f"device:{path}")
    assert trouble_of(lambda: sent(printer)).code == "no_device"
    assert not path.exists()
    path.write_bytes(b"somebody copied a job here")
    assert trouble_of(lambda: sent(printer)).code == "no_device"
    assert path.read_bytes() == b"somebody copied a job here"


def test_a_pipe_that_nobody_reads_is_a_printer_that_is_off(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lp0")
    assert trouble_of(lambda: sent(Printer("labels", f"device:{tmp_path / 'lp0'}"))).code == "no_device"


# ── CUPS ──


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = fake_cups(tmp_path / "cups")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


OFFICE = Printer("office", "cups:office")
LABELS = Printer("labels", "cups:office", Language.ZPL)


@pytest.mark.parametrize(("printer", "how"), [(OFFICE, "print-scaling=none"), (LABELS, "raw")])
def test_cups_gets_every_byte_with_its_title_at_full_size_or_raw(cups: Path, printer: Printer, how: str) -> None:
    sent(printer, MUCH)
    assert (cups / "got").read_bytes() == MUCH
    assert (cups / "arguments").read_text("utf-8").split("\n")[:-1] == [
        "-d",
        "office",
        "-t",
        "12 张书标",
        "-o",
        how,
        "-",
    ]


def test_a_queue_that_cups_has_not_is_told() -> None:
    assert trouble_of(lambda: sent(Printer("office", "cups:ofice"))).code in ("no_queue", "no_cups", "cups_off")


QUEUES: list[tuple[str, str, str]] = [
    ("down", "", "cups_off"),
    ("closed", "office not accepting requests since Sun -\n\tRejecting Jobs\n", "queue_closed"),
    ("state", "printer office disabled since Sun -\n\t在修 paper\n\tForm mounted:\n", "queue_stopped"),
]


@pytest.mark.parametrize(("file", "content", "code"), QUEUES)
def test_a_queue_that_would_not_print_is_told_and_gets_no_job(cups: Path, file: str, content: str, code: str) -> None:
    (cups / file).write_text(content, "utf-8")
    trouble = trouble_of(lambda: sent(OFFICE))
    assert trouble.code == code
    assert trouble_of(lambda: reach(OFFICE)).code == code
    assert not (cups / "got").exists()
    if "reason" in trouble.values:
        assert trouble.values["reason"] in content


def test_a_misspelt_queue_is_told(cups: Path) -> None:
    assert trouble_of(lambda: sent(Printer("office", "cups:ofice"))).code == "no_queue"


def test_a_job_that_cups_does_not_take_is_told_in_its_words(cups: Path) -> None:
    (cups / "refuse").write_text("lp: The printer is on holiday.\n")
    trouble = trouble_of(lambda: sent(OFFICE))
    assert (trouble.code, trouble.values["reason"]) == ("system", "lp: The printer is on holiday.")


JOB = "office-7   teacher   1024   Sun\n\tStatus: {}\n\tAlerts: {}\n\tqueued for office\n"

WAITING = [
    ("\tWaiting for printer to become available.\n\tAlerts: none\n", "queue_off"),
    ("\tThe printer may not exist or is unavailable at this time.\n\tAlerts: none\n", "queue_off"),
    ("\tNo route to host: the printer is not responding.\n\tAlerts: none\n", "queue_off"),
    ("\tForm mounted:\n\tAlerts: offline-report\n", "queue_off"),
    ("\tForm mounted:\n\tAlerts: media-empty-error media-needed\n", "paper_out"),
    ("\tForm mounted:\n\tAlerts: cover-open\n", "cover_open"),
]


@pytest.mark.parametrize(("said", "code"), WAITING)
def test_a_job_that_waits_in_cups_for_its_printer_is_taken_back_so_that_nothing_prints_twice(
    cups: Path, said: str, code: str
) -> None:
    (cups / "job").write_text(JOB.format("", "job-printing"))
    (cups / "state").write_text(f"printer office now printing office-7.  enabled since Sun\n{said}")
    assert trouble_of(lambda: sent(OFFICE, patience=SHORT)).code == code
    assert (cups / "cancelled").read_text() == "office-7\n"


def test_a_long_job_that_cups_is_printing_is_left_to_it(cups: Path) -> None:
    (cups / "job").write_text(JOB.format("", "job-printing"))
    (cups / "state").write_text(f"printer office now printing office-7.\n\tPrinting page 3\n{IDLE}")
    sent(OFFICE, patience=SHORT)
    assert not (cups / "cancelled").exists()


def test_what_a_queue_said_of_an_earlier_job_is_no_trouble_now(cups: Path) -> None:
    (cups / "state").write_text(
        "printer office is idle.  enabled since Sun\n\tWaiting for printer to become available.\n\tAlerts: none\n"
    )
    reach(OFFICE)


@pytest.mark.parametrize("list_of", ["job", "ended"])
def test_a_job_that_cups_gave_up_is_told(cups: Path, list_of: str) -> None:
    (cups / list_of).write_text(JOB.format("a filter failed", "job-completed-with-errors"))
    assert trouble_of(lambda: sent(OFFICE)).code == "aborted"


def test_another_job_that_cups_gave_up_says_nothing_of_this_one(cups: Path) -> None:
    (cups / "ended").write_text(
        JOB.format("", "processing-to-stop-point") + JOB.replace("7", "6").format("", "aborted-by-system")
    )
    sent(OFFICE)


def test_an_lp_that_hangs_is_given_up(cups: Path) -> None:
    (cups / "hang").touch()
    assert trouble_of(lambda: sent(OFFICE, patience=SHORT)).code == "no_answer"


def test_a_machine_without_cups_says_so_and_lists_no_queue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert trouble_of(lambda: sent(OFFICE)).code == "no_cups"
    assert not [found for found in found_printers() if found.target.startswith("cups:")]


def test_the_queues_of_cups_are_found(cups: Path) -> None:
    assert {"cups:office", "cups:labels"} <= {found.target for found in found_printers()}


def test_a_windows_printer_elsewhere_says_what_to_use_instead() -> None:
    assert trouble_of(lambda: sent(Printer("office", "windows:HP LaserJet"))).code == "not_windows"
    assert trouble_of(lambda: reach(Printer("office", "windows:HP LaserJet"))).code == "not_windows"


# ── Folders ──


def test_files_to_print_are_called_as_their_title_and_never_overwritten(tmp_path: Path) -> None:
    printer = Printer("PDF", f"folder:{tmp_path / 'new' / 'files'}")
    for content in (b"one", b"two", b"three"):
        send(printer, content, Language.PDF, "12 张书标: 三(2)班/四\n", SHORT)
    files = sorted((tmp_path / "new" / "files").iterdir())
    assert [file.name for file in files] == [
        "12 张书标 三(2)班 四 (2).pdf",
        "12 张书标 三(2)班 四 (3).pdf",
        "12 张书标 三(2)班 四.pdf",
    ]
    assert [file.read_bytes() for file in files] == [b"two", b"three", b"one"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


@settings(max_examples=30)
@given(st.text(max_size=100))
def test_any_title_makes_a_file_in_the_folder_itself(title: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        send(Printer("PDF", f"folder:{folder}"), b"x", Language.PDF, title.encode("utf-8", "replace").decode(), SHORT)
        (file,) = Path(folder).iterdir()
        assert file.suffix == ".pdf"


def test_a_dummy_keeps_the_bytes_in_their_order(tmp_path: Path) -> None:
    for number in range(12):
        sent(Printer("dummy", f"dummy:{tmp_path}", Language.TSPL), bytes([number]))
    assert [file.read_bytes() for file in sorted(tmp_path.glob("*.tspl"))] == [bytes([n]) for n in range(12)]


def test_a_folder_that_cannot_be_made_is_told_and_looking_makes_none(tmp_path: Path) -> None:
    reach(Printer("PDF", f"folder:{tmp_path / 'a' / 'b'}"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "a").write_bytes(b"")
    printer = Printer("PDF", f"folder:{tmp_path / 'a' / 'b'}")
    assert trouble_of(lambda: reach(printer)).code == "no_folder"
    assert trouble_of(lambda: sent(printer)).code == "cannot_write"


def test_a_printer_is_always_there_and_the_settings_may_take_its_place() -> None:
    (only,) = with_default(()).values()
    assert (only.name, only.target, only.language) == (DEFAULT_NAME, "folder:", Language.PDF)
    assert documents_folder().is_absolute()
    assert with_default((), "/srv/files")[DEFAULT_NAME].target == "folder:/srv/files"
    own = Printer(DEFAULT_NAME, "cups:office")
    assert with_default((own,)) == {DEFAULT_NAME: own}


# ── Settings, book and check ──

printers = st.builds(
    Printer,
    st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20),
    st.sampled_from(["tcp:192.168.1.50", "cups:office", "folder:", "nonsense"]),
    st.sampled_from(Language),
    st.sampled_from([203, 300, 600]),
    st.sampled_from(["", "roll-50x25"]),
    encoding=st.sampled_from(["gb18030", "gbk", "utf-8"]),
    width_mm=st.sampled_from([58, 80]),
)


@given(printers)
def test_a_printer_comes_back_from_the_settings_as_it_was(printer: Printer) -> None:
    assert printer_from_plain(printer_to_plain(printer)) == printer


def test_a_printer_set_up_in_the_program_is_in_the_file_afterwards(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('# ours\n[printers]\nslip = "slips"\n', "utf-8")
    labels = Printer("标签机", "tcp:192.168.1.50", Language.TSPL, 203, "roll-50x25")
    save_settings(file, {"printers.named": [printer_to_plain(labels)]})
    assert "# ours" in file.read_text("utf-8")
    assert tomllib.loads(file.read_text("utf-8"))["printers"]["named"] == [
        {"name": "标签机", "target": "tcp:192.168.1.50", "language": "tspl", "stock": "roll-50x25"}
    ]
    loaded, warnings = load_settings(file)
    assert warnings == ()
    assert loaded.printers.by_name() == {DEFAULT_NAME: Printer(DEFAULT_NAME, "folder:"), "标签机": labels}


WRONG_PRINTERS: list[dict[str, Any]] = [
    {"name": "x"},
    {"target": "cups:x"},
    {"name": "", "target": "cups:x"},
    {"name": "x", "target": "cups:x", "language": "tsplx"},
    {"name": "x", "target": "cups:x", "dpi": "203"},
    {"name": "x", "target": "cups:x", "dpi": True},
    {"name": "x", "target": "cups:x", "encoding": "chinesisch"},
    {"name": "x", "target": "cups:x", "encoding": "ascii"},
    {"name": "x", "target": "cups:x", "width_mm": 60},
    {"name": "x", "target": "cups:x", "colour": "red"},
    {"name": "x\n", "target": "cups:x"},
]


@pytest.mark.parametrize("wrong", WRONG_PRINTERS)
def test_a_wrong_entry_is_never_saved_and_says_what_is_allowed(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"printers\.named.*language"):
        save_settings(tmp_path / "settings.toml", {"printers.named": [wrong]})
    assert not (tmp_path / "settings.toml").exists()


def test_two_printers_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = [printer_to_plain(OFFICE), printer_to_plain(OFFICE)]
    with pytest.raises(SettingsError):
        save_settings(tmp_path / "settings.toml", {"printers.named": twice})


def test_a_fine_adjustment_is_kept_in_tenths_and_given_to_its_printer_only(tmp_path: Path) -> None:
    book = PrinterBook.load(tmp_path / "printing" / "printers.json")
    book.with_tuning("office", Tuning(1.26, -0.31, "roll-40x30")).with_usual("labels", "office").save()
    again = PrinterBook.load(tmp_path / "printing" / "printers.json")
    assert again.usual == {"labels": "office"}
    other = replace(OFFICE, name="other", stock="a4")
    assert again.tuned({"office": OFFICE, "other": other}) == {
        "office": replace(OFFICE, adjust_right_mm=1.3, adjust_down_mm=-0.3, stock="roll-40x30"),
        "other": other,
    }
    assert stat.S_IMODE((tmp_path / "printing" / "printers.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("tuning", [Tuning(20.1), Tuning(0, -21), Tuning(float("nan"))])
def test_a_fine_adjustment_off_the_paper_is_refused(tmp_path: Path, tuning: Tuning) -> None:
    with pytest.raises(ValueError, match="20"):
        PrinterBook(tmp_path / "printers.json").with_tuning("office", tuning)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"tunings": 3, "usual": {}}', b"\xff\xfe", b"null"])
def test_a_damaged_book_is_put_aside_and_a_new_one_begun(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "printers.json"
    file.write_bytes(content)
    book = PrinterBook.load(file)
    assert (book.tunings, book.usual) == ({}, {})
    assert file.with_suffix(".damaged").read_bytes() == content


def checked(**chosen: object) -> Any:
    changed = attrs.evolve(Settings(), printers=attrs.evolve(Settings().printers, **chosen))
    return check_printer(Surroundings(changed, "", datetime.now(UTC), {}))


def test_kiosk_check_names_the_printers_that_are_ready(tmp_path: Path) -> None:
    dummy = [{"name": "试打", "target": f"dummy:{tmp_path}"}]
    found = checked(named=dummy, folder=str(tmp_path))
    assert (found.status, found.zh) == (Status.OK, "可以打印：PDF、试打")


def test_kiosk_check_says_of_each_printer_what_is_wrong_and_lets_the_kiosk_open(tmp_path: Path) -> None:
    named = [{"name": "office", "target": "tcp:printer..local"}, {"name": "labels", "target": f"device:{tmp_path}/lp0"}]
    found = checked(named=named, folder=str(tmp_path), slip="slips")
    assert found.status is Status.WARN
    for name in ("office", "labels", "slips"):
        assert name in found.zh
        assert name in found.en


def test_kiosk_check_sees_that_slips_cannot_go_to_a_page_printer(tmp_path: Path) -> None:
    found = checked(folder=str(tmp_path), slip=DEFAULT_NAME)
    assert (found.status, "escpos" in found.zh) == (Status.WARN, True)


def test_kiosk_check_lists_what_this_machine_has_while_nothing_is_set_up(cups: Path, tmp_path: Path) -> None:
    found = checked(folder=str(tmp_path))
    assert found.status is Status.OK
    assert "cups:office" in found.zh
    assert "cups:office" in found.en
