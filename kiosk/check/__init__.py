"""`kiosk check`: is this machine and its library fit to open.

Every check stands for itself and catches its own failure, so that one broken thing never hides another. A check
says in one sentence what it found and, where something is to be done, what.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import datetime

from kiosk.check.library import check_backup, check_clock, check_database, check_disk, check_folder, check_settings
from kiosk.check.machine import (
    check_camera,
    check_decoder,
    check_display,
    check_fonts,
    check_printer,
    check_scanner,
    check_sound,
    check_terminal,
)
from kiosk.check.result import Check, CheckResult, Status, Surroundings
from kiosk.settings import Settings

CHECKS: Mapping[str, Check] = {
    "settings": (check_settings, "设置"),
    "database": (check_database, "书库"),
    "folder": (check_folder, "文件夹"),
    "backup": (check_backup, "备份"),
    "display": (check_display, "屏幕"),
    "scanner": (check_scanner, "扫码"),
    "camera": (check_camera, "摄像头"),
    "decoder": (check_decoder, "解码"),
    "fonts": (check_fonts, "字体"),
    "sound": (check_sound, "声音"),
    "printer": (check_printer, "打印机"),
    "disk": (check_disk, "磁盘"),
    "clock": (check_clock, "时钟"),
    "terminal": (check_terminal, "终端"),
}
"""Every check by its name, in the order in which they are told."""

_MARKS = {Status.OK: "[green]✓[/]", Status.WARN: "[yellow]![/]", Status.FAIL: "[red]✗[/]"}


def run_checks(
    settings: Settings,
    location: str,
    now: datetime,
    environ: Mapping[str, str] = os.environ,
    checks: Mapping[str, Check] | None = None,
) -> list[CheckResult]:
    """Every check (of `CHECKS` if no others are given) of this machine and the library; raises nothing."""
    around = Surroundings(settings, location, now, environ)
    results = []
    for name, (check, _zh) in (CHECKS if checks is None else checks).items():
        try:
            results.append(check(around))
        except Exception as error:
            problem = f"{type(error).__name__}: {' '.join(str(error).split())}"
            results.append(
                CheckResult(name, Status.FAIL, f"查不了：{problem}", f"this could not be checked: {problem}")
            )
    return results


def print_checks(results: list[CheckResult]) -> int:
    """Print the results as a table on stdout; the exit status: 1 if any failed, else 0."""
    from rich import box
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for result in results:
        lines = [escape(result.zh), f"[dim]{escape(result.en)}[/]"]
        if result.do_zh:
            lines.append(f"[bold]→ {escape(result.do_zh)}[/]")
        if result.do_en and result.do_en != result.do_zh:
            lines.append(f"[bold]→ {escape(result.do_en)}[/]")
        table.add_row(_MARKS[result.status], f"{CHECKS[result.name][1]} {result.name}", "\n".join(lines))
    console.print(table)
    return 1 if any(result.status is Status.FAIL for result in results) else 0
