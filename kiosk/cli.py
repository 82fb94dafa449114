"""The command line: parse, call one function, print. Other people script against it; see the README, "Commands".

Exit status: 0 done, 1 refused or check failed, 2 wrong usage. Errors are one plain line on stderr, Chinese and
English. Every listing takes `--json` and prints one JSON array. Nothing heavy is imported here: each command
imports what it calls, so that the kiosk starts as if the other commands did not exist.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk import __version__
from kiosk.cli_parts import (
    ForceOption,
    JsonOption,
    LibraryOption,
    ShotsOption,
    WindowedOption,
    app,
    command,
    location_of,
    named_library,
    opened,
    plainly,
    written,
)
from kiosk.clock import FIRST_YEAR, LAST_YEAR, read_time
from kiosk.console import MisusedError, RefusedError, both, fail, failed, machine, use_utf8
from kiosk.settings import Settings, SettingsError, load_settings, parse_size, parse_sources, settings_path
from kiosk.store.place import is_place, is_postgres

if TYPE_CHECKING:
    from sqlalchemy import Connection


CLICK_ERROR: type[Exception] = typer.BadParameter.__mro__[
    2
]  # click's ClickException; newer Typers carry a click of their own


bench_app = typer.Typer(rich_markup_mode=None)
_BENCH = both("量一量这台机器", "measure this machine")
app.add_typer(bench_app, name="bench", help=_BENCH, short_help=_BENCH)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit status. Everything expected is one line on stderr, never a traceback."""
    use_utf8()
    logging.getLogger().addHandler(logging.NullHandler())  # what people should read is said by the commands
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")  # stdout belongs to the command
    try:
        status = app(args=list(arguments), prog_name="kiosk", standalone_mode=False)
        sys.stdout.flush()
    except (SettingsError, RefusedError, MisusedError) as error:
        return failed(error)
    except CLICK_ERROR as error:
        from kiosk.cli_words import parser_sentence

        return fail(parser_sentence(error.format_message()), 2)  # type: ignore[attr-defined]  # click's, whichever module it came from
    except (KeyboardInterrupt, typer.Abort):
        return 130
    except BrokenPipeError:  # the reader of a pipe has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status if isinstance(status, int) else 0


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kiosk {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    library: LibraryOption = None,  # noqa: ARG001  the commands look for it
    version: Annotated[  # noqa: ARG001  its callback does the work
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help=both("显示版本", "show the version")),
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
        raise MisusedError(both("要写一个命令", "a command is missing"))


# ── The kiosk ──


@command("示例图书馆和自助机，不用任何准备", "a sample library and the kiosk over it, nothing to prepare")
def demo(
    folder: Annotated[
        str | None,
        typer.Argument(
            help=both("示例放在哪里，不写就用临时文件夹", "where to keep the sample; a temporary folder if not given")
        ),
    ] = None,
    windowed: WindowedOption = False,
    play: Annotated[
        bool, typer.Option("--play", help=both("自动演示一个午间", "scan a lunch break by itself"))
    ] = False,
    headless: Annotated[
        bool, typer.Option("--headless", help=both("不开窗口，只存画面", "no window, write pictures"))
    ] = False,
    shots: ShotsOption = None,
) -> int:
    """Open the demo."""
    if folder is not None and (is_postgres(folder) or not is_place(folder)):
        raise MisusedError(
            both(f"示例要放在文件夹里，不是 '{folder}'", f"a sample is kept in a folder, not '{folder}'")
        )
    from kiosk.demo import run_demo

    with plainly(folder or ""):
        place = None if folder is None else Path(folder)
        return run_demo(machine(), place, windowed=windowed or None, play=play, headless=headless, shots=shots)


@command("新建书库", "make a new library")
def init(
    sample: Annotated[bool, typer.Option("--sample", help=both("装入示例数据", "fill it with the sample"))] = False,
    seed: Annotated[
        int | None,
        typer.Option("--seed", help=both("示例的种子，同样的种子得到同样的示例", "same seed, same sample")),
    ] = None,
    today: Annotated[
        str | None,
        typer.Option(
            "--today",
            metavar="YYYY-MM-DD",
            help=both("示例的日子，不写就是今天", "the sample as it would be made on that day"),
        ),
    ] = None,
    librarian: Annotated[
        str | None,
        typer.Option(
            "--librarian",
            metavar="NAME",
            help=both("第一位图书管理员，会说出卡号", "the first librarian; tells their card"),
        ),
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Make a library; never over an existing one."""
    if not sample and (stray := "--seed" if seed is not None else "--today" if today is not None else ""):
        raise MisusedError(both(f"{stray} 要和 --sample 一起用", f"{stray} goes with --sample"))
    day = date.today() if today is None else _parse_today(today)  # noqa: DTZ011  the day here is meant
    first = None if librarian is None else _parse_name(librarian)
    location = location_of(library, machine())
    from kiosk.store.edit import found_library
    from kiosk.store.library import create_library, describe

    with plainly(location), closing(create_library(location)) as made:
        if sample:
            from kiosk.sample.write import write_sample

            write_sample(made, 1 if seed is None else seed, day)
        card = first and made.transact(lambda conn: found_library(conn, "", first, datetime.now(UTC)))
    typer.echo(both(f"书库已建好：{describe(location)}", f"library made: {describe(location)}"))
    if card:
        typer.echo(both(f"图书管理员的卡号：{card}", f"the librarian's card: {card}"))


@command("打开自助机", "open the kiosk", name="run")
def run_command(
    windowed: WindowedOption = False,
    size: Annotated[
        str | None,
        typer.Option("--size", metavar="WxH", help=both("窗口大小，如 1366x768", "window size, 1366x768")),
    ] = None,
    scanner: Annotated[
        str | None,
        typer.Option("--scanner", help=both("扫码来源，见设置 scanner.source", "scan source, as scanner.source")),
    ] = None,
    now: Annotated[
        str | None,
        typer.Option(
            "--now",
            metavar="ISO",
            help=both("时钟从这一刻开始（试用）", "start the clock there, to try things out"),
        ),
    ] = None,
    library: LibraryOption = None,
) -> int:
    """Open the kiosk."""
    pixels = None if size is None else _parse_size(size)
    start = None if now is None else _parse_now(now)
    sources = None if scanner is None else _parse_sources(scanner)
    from kiosk.quick import open_kiosk

    return open_kiosk(library, windowed, pixels, sources, start)


def _parse_size(words: str) -> tuple[int, int]:
    try:
        return parse_size(words)
    except ValueError:
        raise MisusedError(
            both(f"--size {words}：应为宽x高，如 1366x768", f"--size {words}: WIDTHxHEIGHT such as 1366x768")
        ) from None


def _parse_sources(words: str) -> str:
    try:
        return parse_sources(words)
    except ValueError:
        raise MisusedError(
            both(
                f"--scanner {words}：见设置 scanner.source",
                f"--scanner {words}: auto, x11, sdl, none, evdev:NAME, serial:PORT or camera:NAME",
            )
        ) from None


def _parse_now(words: str) -> datetime:
    try:
        return read_time(words)
    except ValueError:
        raise MisusedError(
            both(
                f"--now {words}：应为 2026-11-23T12:00 这样的时间（{FIRST_YEAR} 到 {LAST_YEAR} 年）",
                f"--now {words}: a time such as 2026-11-23T12:00, in the years {FIRST_YEAR} to {LAST_YEAR}",
            )
        ) from None


def _parse_today(words: str) -> date:
    try:
        return read_time(date.fromisoformat(words).isoformat()).date()
    except ValueError:
        raise MisusedError(
            both(f"--today {words}：应为 2026-11-23 这样的日子", f"--today {words}: a day such as 2026-11-23")
        ) from None


def _parse_name(words: str) -> str:
    from kiosk.flows.librarian.patron_form import LONGEST_NAME

    name = words.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise MisusedError(
            both(
                f"--librarian 应为一行 1 到 {LONGEST_NAME} 个字的名字",
                f"--librarian: a name of 1 to {LONGEST_NAME} characters on one line",
            )
        )
    return name


@command("把记下的扫码重放一遍", "feed recorded scans through the whole kiosk, without a window")
def replay(
    file: Annotated[Path, typer.Argument(help=both("每行：时间<TAB>条码", "lines of ISO local time, tab, code"))],
    as_json: JsonOption = False,
    shots: ShotsOption = None,
    library: LibraryOption = None,
) -> int:
    """Replay a file of scans."""
    settings = machine()
    location = location_of(library, settings)
    from kiosk.journal import JournalError
    from kiosk.replay import replay as play_back
    from kiosk.store import facts

    with opened(location) as store:  # a library that is not there is one line, not one for each scan
        local = store.read(facts.load_policies).local
    try:
        return play_back(location, file, as_json=as_json, shots=shots, write=_write, settings=settings, local=local)
    except JournalError as error:
        raise RefusedError(both(f"{file} 读不懂：{error.zh}", f"{file} cannot be read: {error.en}")) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RefusedError(
            both(f"打不开 {error.filename}：{error.strerror}", f"{error.filename} cannot be opened: {error.strerror}")
        ) from error


def _write(words: str) -> None:
    sys.stdout.write(words)


@command("检查这台机器和书库能不能开门", "is this machine and library fit to open")
def check(
    fix: Annotated[
        bool,
        typer.Option(
            "--fix", help=both("先修好能修的（扫码枪的权限）", "first put right what can be (scanners' permission)")
        ),
    ] = False,
    library: LibraryOption = None,
) -> int:
    """Check this machine and its library."""
    try:
        settings, _ = load_settings(settings_path(os.environ))  # what is odd in it the first check tells
    except SettingsError:
        settings = Settings()
    location = location_of(library, settings)
    if fix:
        from kiosk.fix import fix as put_right

        for line in put_right(settings.scanner.source, settings_path(os.environ).parent):
            typer.echo(line)
    from kiosk.check import print_checks, run_checks

    results = run_checks(settings, location, datetime.now(UTC))
    return print_checks(results)


@command("试一试扫码枪，告诉您要改哪个设置", "try the scanner: what it sends, and which setting to change")
def scanner(
    sheet: Annotated[
        Path | None,
        typer.Option("--sheet", metavar="FILE", help=both("把测试页写成 PDF", "write the test sheet as a PDF")),
    ] = None,
    force: ForceOption = False,
) -> int:
    """Try the scanner, or write the sheet to try it with."""
    settings = machine()
    from kiosk.printing.sheet import SAMPLES, write_sheet

    if sheet is None:
        from kiosk.examine import examine

        return examine(settings, [sample.value for sample in SAMPLES], typer.echo)
    from kiosk.i18n import Words

    with written(sheet):
        write_sheet(sheet, Words(settings.screen.language), over=force)
    typer.echo(both(f"测试页在 {sheet}，请按 100% 打印", f"the test sheet is {sheet}; print it at 100 %"))
    return 0


# ── Backups ──

_BACKUP_TROUBLES: Mapping[str, tuple[str, str]] = {
    "no_folder": (
        "没有放备份的文件夹，优盘插好了吗",
        "the folder for backups is not there; is the USB stick plugged in",
    ),
    "disk_full": ("磁盘满了，没有备份", "the disk is full; no backup was made"),
    "no_permission": ("没有权限读写备份", "the backup may not be read or written by this user"),
    "not_a_backup": (
        "这个文件不是书库的备份，没有改动书库",
        "this file is no backup of a library; nothing was changed",
    ),
    "taken": (
        "那里有一个不是备份的东西，没有动它；请换一个文件名",
        "what stands in that place is no backup and was left as it is; choose another name",
    ),
    "damaged": ("备份或书库损坏，没有改动书库", "the backup or the library is damaged; nothing was changed"),
    "newer_schema": (
        "这份备份是用更新的程序写的，请先更新程序",
        "this backup was written by a newer program; update the program first",
    ),
    "in_use": (
        "书库正在使用，请先退出自助机再恢复",
        "the library is in use; leave the kiosk on every machine, then restore",
    ),
    "library": ("打不开书库", "the library cannot be opened"),
}


@contextmanager
def plainly_backed_up() -> Iterator[None]:
    """Turn what a backup or a restore suffers into one plain line. Raises RefusedError."""
    from kiosk.store.backup import BackupTrouble

    try:
        yield
    except BackupTrouble as trouble:
        zh, en = _BACKUP_TROUBLES[trouble.code.value]
        raise RefusedError(both(zh, en) + (f" ({trouble.detail})" if trouble.detail else "")) from trouble


@command("备份书库（使用中也可以）", "back the library up, also while it is in use")
def backup(
    file: Annotated[
        Path | None,
        typer.Argument(
            help=both("文件（.db）或文件夹，不写就用设置", "a .db file or a folder; else as in the settings")
        ),
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Make a verified backup."""
    settings = machine()
    location = location_of(library, settings)
    from kiosk.store import facts
    from kiosk.store.backup import backup as make_backup

    usual = Path(settings.backup.folder).expanduser() if settings.backup.folder else None
    with opened(location) as store, plainly_backed_up():
        now = store.read(facts.load_policies).local(datetime.now(UTC))
        report = make_backup(store, file or usual, settings.backup.keep, now=now)
    size = f"{report.size / 1_000_000:.1f} MB"
    typer.echo(both(f"备份好了，已核对：{report.file}（{size}）", f"backed up and verified: {report.file} ({size})"))


@command("从备份恢复书库（先核对）", "put a backup in place of the library, verified first")
def restore(
    file: Annotated[Path, typer.Argument(help=both("备份文件", "the backup file"))],
    library: LibraryOption = None,
) -> None:
    """Restore a backup; what was there is kept beside it."""
    location = location_of(library, machine())
    from kiosk.store.backup import restore as put_back
    from kiosk.store.backup import school_time

    with plainly(location), plainly_backed_up():
        report = put_back(file, location, now=school_time(file, datetime.now(UTC)))
    loans = report.rows.get("loans", 0)
    typer.echo(both(f"已恢复，{loans} 条借阅", f"restored, {loans} loans"))
    if report.kept is not None:
        typer.echo(both(f"原来的书库留在 {report.kept}", f"what was there before is kept as {report.kept}"))


# ── Listings ──


def _print(listing: str, library: str | None, as_json: bool, **only: object) -> None:
    """Print a listing of `kiosk.store.ledger`, as JSON or as a table."""
    settings = machine()
    location = location_of(library, settings)
    from kiosk.i18n import Words
    from kiosk.listing import print_json, print_table
    from kiosk.store import facts, ledger

    with opened(location) as store:

        def work(conn: Connection) -> None:
            policies = facts.load_policies(conn)
            today = policies.local(datetime.now(UTC)).date()
            say = Words("zh_CN", policies.display.class_template).value
            school = ledger.School(today, policies.zone, policies.school_year_starts, say, policies.due_now)
            if only.pop("overdue", False):
                only["overdue_on"] = today
            entries = getattr(ledger, listing)(conn, school, **only)
            if as_json:
                print_json(entries, _write)
            else:
                print_table(listing, entries, settings.screen.language, _write)

        store.read(work, patient=True)


@command("读者名单", "all readers with their cards")
def patrons(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List patrons."""
    _print("patrons", library, as_json)


@command("馆藏清单", "all copies with their barcodes")
def copies(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List copies."""
    _print("copies", library, as_json)


@command("书目", "all titles")
def titles(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List titles."""
    _print("titles", library, as_json)


@command("借阅记录", "loans, past and open")
def loans(
    only_open: Annotated[bool, typer.Option("--open", help=both("只列未还的", "only those still out"))] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help=both("只列超期的", "only those overdue today"))] = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """List loans."""
    _print("loans", library, as_json, open_only=only_open, overdue=overdue)


@command("流水", "everything that happened, in order")
def events(
    after: Annotated[
        int, typer.Option("--after", min=0, metavar="SEQ", help=both("只列这个序号之后的", "only what came after it"))
    ] = 0,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """List events."""
    _print("events", library, as_json, after_seq=after)


@command("轮流表和校历", "rota and calendar")
def rota(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List rota and calendar."""
    _print("rota", library, as_json)


# ── Measuring ──


@command("从扫码到画面改变", "from a scan's last key to the changed picture", name="scan", group=bench_app)
def bench_scan(
    as_json: JsonOption = False,
    camera: Annotated[
        Path | None,
        typer.Option("--camera", help=both("同时用摄像头看这段录像", "with a camera that sees this video meanwhile")),
    ] = None,
    library: LibraryOption = None,
) -> int:
    """Measure scans."""
    from kiosk.bench import scan

    with plainly(place := named_library(library) or ""):
        return scan.bench_scan(as_json, camera=camera, url=place or None)


@command("摄像头用多少处理器，多久读出条码", "what a camera costs, how soon it reads", name="camera", group=bench_app)
def bench_camera(
    as_json: JsonOption = False,
    video: Annotated[
        Path | None, typer.Option("--video", help=both("看这段录像，不用做的画面", "see this video, not a made scene"))
    ] = None,
) -> int:
    """Measure a camera that watches an idle scene."""
    from kiosk.bench import camera

    return camera.bench_camera(as_json, video=video)


@command("从启动到能扫码", "from start to the first frame that takes scans", name="start", group=bench_app)
def bench_start(as_json: JsonOption = False) -> int:
    """Measure starting."""
    from kiosk.bench import start

    return start.bench_start(as_json)


@command("待机时用多少处理器和内存", "processor and memory of the idle screen", name="idle", group=bench_app)
def bench_idle(as_json: JsonOption = False) -> int:
    """Measure idling."""
    from kiosk.bench import idle

    return idle.bench_idle(as_json)


@command("边打字边检索", "search as you type", name="search", group=bench_app)
def bench_search(as_json: JsonOption = False, library: LibraryOption = None) -> int:
    """Measure searching."""
    from kiosk.bench import search

    with plainly(place := named_library(library) or ""):
        return search.bench_search(as_json, location=place or None)


@command("打印标签和借书证要多久", "a thousand labels, a class's cards", name="labels", group=bench_app)
def bench_labels(as_json: JsonOption = False) -> int:
    """Measure printing."""
    from kiosk.bench import labels

    return labels.bench_labels(as_json)


@command("读一个文件夹的条码照片", "read a folder of barcode photographs", name="photos", group=bench_app)
def bench_photos(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help=both(
                "图片和同名 .txt（条码内容，或 none）", "pictures, each with a .txt beside it: the truth, or none"
            ),
        ),
    ],
    as_json: JsonOption = False,
) -> int:
    """Measure the picture decoder."""
    from kiosk.bench import photos

    return photos.bench_photos(folder, as_json)


from kiosk import cli_exchange, cli_imports, cli_prints  # noqa: E402, F401  their commands join the others, after them in the list
