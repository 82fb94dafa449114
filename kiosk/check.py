"""`kiosk check`: is this machine and its library fit to open.

Every check stands for itself and catches its own failure, so that one broken thing never hides another. A check
says in one sentence what it found and, where something is to be done, what.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path, PureWindowsPath

from kiosk.settings import Settings, SettingsError, load_settings, settings_path

FIRST_YEAR = 2024  # a clock before it was never set
CLOCK_TOLERANCE = timedelta(minutes=5)
LITTLE_DISK = 500_000_000  # bytes
NO_DISK = 50_000_000
PRINTER_PATIENCE = 3.0  # seconds for each printer
OLD_BACKUP = timedelta(days=7)
CAMERA_SECONDS = 8.0  # that a camera is given for its first picture


class Status(StrEnum):
    """How a check ended: `fail` means that the kiosk should not be opened like this."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found, and what to do (empty when nothing is), in both languages."""

    name: str
    status: Status
    zh: str
    en: str
    do_zh: str = ""
    do_en: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a check may look at; `now` is aware. `mounts` is where Linux tells its mounted file systems."""

    settings: Settings
    location: str
    now: datetime
    environ: Mapping[str, str]
    mounts: Path = Path("/proc/mounts")


Check = tuple[Callable[[Surroundings], CheckResult], str]
"""A check, and its name in Chinese."""


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


def check_settings(around: Surroundings) -> CheckResult:
    """The settings file is readable, its values are allowed, its keys are known."""
    path = settings_path(around.environ)
    try:
        _, warnings = load_settings(path)
    except SettingsError as error:
        zh, _, en = str(error).partition(" / ")
        return CheckResult("settings", Status.FAIL, zh, en, "请改正设置文件", "correct the settings file")
    if warnings:
        zh, _, en = warnings[0].partition(" / ")
        return CheckResult("settings", Status.WARN, zh, en, "请检查拼写", "check the spelling")
    if not path.is_file():
        return CheckResult(
            "settings",
            Status.OK,
            f"没有设置文件，全部用默认值（可放在 {path}）",
            f"no settings file, all defaults (it would be {path})",
        )
    return CheckResult("settings", Status.OK, f"设置文件 {path} 没有问题", f"the settings file {path} is in order")


def check_database(around: Surroundings) -> CheckResult:
    """The library opens, is of this program's version, and is sound all through."""
    from kiosk.cli_parts import store_sentence
    from kiosk.store.library import StoreTrouble, describe, open_library

    try:
        library = open_library(around.location)
        try:
            wrong = library.check()
        finally:
            library.close()
    except StoreTrouble as trouble:
        zh, _, en = store_sentence(trouble, around.location).partition(" / ")
        return CheckResult("database", Status.FAIL, zh, en)
    where = describe(around.location)
    if wrong:
        return CheckResult(
            "database",
            Status.FAIL,
            f"书库 {where} 损坏：{wrong[0]}",
            f"the library at {where} is damaged: {wrong[0]}",
            "复制一份留底，再用 kiosk restore 恢复最近的备份",
            "keep a copy of it, then restore the newest backup with kiosk restore",
        )
    return CheckResult("database", Status.OK, f"书库 {where} 完好", f"the library at {where} is sound")


NETWORK_FILE_SYSTEMS = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "9p", "afs", "ceph", "glusterfs", "lustre", "davfs"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.rclone", "fuse.s3fs", "fuse.curlftpfs", "fuse.smbnetfs"),
        *("fuse.davfs2", "fuse.gvfsd-fuse"),
        *("vboxsf", "vmhgfs", "fuse.vmhgfs-fuse", "prl_fs"),  # folders that a virtual machine's host shares with it
    }
)
"""Types of file systems, as Linux names them, whose files another machine keeps."""

_DRIVE_REMOTE = 4  # GetDriveTypeW's answer for a network drive


def network_mount(folder: Path, mounts: str) -> str | None:
    """The type of the network file system that the absolute path `folder` lies on; None if on no such.

    `mounts` is as in /proc/mounts (proc_pid_mounts(5), fstab(5)): device, mount point, type and more, with blanks
    in octal. The deepest mount point counts; of two on the same one the later hides the earlier.
    """
    deepest, found = -1, ""
    for line in mounts.split("\n"):
        _device, point, kind, *_ = (*line.split(" "), "", "")
        place = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point))
        if folder.is_relative_to(place) and len(place.parts) >= deepest:
            deepest, found = len(place.parts), kind
    return found if found in NETWORK_FILE_SYSTEMS else None


def network_drive(folder: str, drive_type: Callable[[str], int]) -> str | None:
    """The network drive or server that a Windows path lies on (`Z:`, `\\\\server\\share`); None if on no such.

    `drive_type` is Windows' GetDriveTypeW: from a drive's root (`Z:\\`) to its kind.
    """
    drive = PureWindowsPath(folder).drive
    bare = re.sub(r"^\\\\[?.]\\(UNC(?=\\|$))?", lambda prefix: "\\" if prefix[1] else "", drive, flags=re.IGNORECASE)
    if bare.startswith("\\"):
        return bare
    return bare if bare.endswith(":") and drive_type(f"{bare}\\") == _DRIVE_REMOTE else None


def _network_place(around: Surroundings, folder: Path) -> str | None:
    if sys.platform == "win32":
        import ctypes

        return network_drive(str(folder), ctypes.windll.kernel32.GetDriveTypeW)
    try:
        mounts = around.mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # a system that tells its mounts otherwise
        return None
    return network_mount(folder, mounts)


def check_folder(around: Surroundings) -> CheckResult:
    """The folder of a SQLite library is on a disk of this machine.

    Its write-ahead log needs memory that all programs share: on a network file system they would spoil each
    other's writes (https://sqlite.org/wal.html).
    """
    from kiosk.store.library import is_postgres

    if is_postgres(around.location):
        return CheckResult("folder", Status.OK, "书库在 PostgreSQL 服务器上", "the library is on a PostgreSQL server")
    folder = Path(around.location).expanduser().resolve()
    place = _network_place(around, folder)
    if place is None:
        return CheckResult("folder", Status.OK, f"{folder} 在本机磁盘上", f"{folder} is on this machine's own disk")
    return CheckResult(
        "folder",
        Status.WARN,
        f"书库文件夹 {folder} 在网络共享上（{place}），数据库在那里可能损坏",
        f"the library's folder {folder} is on a network share ({place}), where its database may be damaged",
        "把书库放到本机磁盘的文件夹里；几台机器共用一个书库请用 PostgreSQL",
        "use a folder on this machine's own disk; for several kiosks on one library use PostgreSQL",
    )


def check_backup(around: Surroundings) -> CheckResult:
    """The newest backup is there and not old."""
    from kiosk.store.backup import default_folder, newest_backup
    from kiosk.store.library import is_postgres

    todo = ("运行 kiosk backup", "run: kiosk backup")
    chosen = around.settings.backup.folder
    if chosen:
        folder = Path(chosen).expanduser()
    elif is_postgres(around.location):
        zh, en = "没有设置备份文件夹", "no folder for backups is set"
        return CheckResult("backup", Status.WARN, zh, en, "设置 backup.folder", "set backup.folder")
    else:
        folder = default_folder(around.location)
    if chosen and not folder.is_dir():
        zh, en = f"备份文件夹 {folder} 不在", f"the folder for backups {folder} is not there"
        return CheckResult("backup", Status.WARN, zh, en, "插上优盘", "plug the USB stick in")
    newest = newest_backup(folder)
    if newest is None:
        return CheckResult("backup", Status.WARN, f"{folder} 里没有备份", f"there is no backup in {folder}", *todo)
    made = datetime.fromtimestamp(newest.stat().st_mtime, around.now.tzinfo)
    zh, en = f"最近的备份：{newest.name}", f"newest backup: {newest.name}"
    if around.now - made > OLD_BACKUP:
        days = (around.now - made).days
        return CheckResult("backup", Status.WARN, f"{zh}，{days} 天前", f"{en}, {days} days ago", *todo)
    return CheckResult("backup", Status.OK, zh, en)


def check_display(around: Surroundings) -> CheckResult:
    """There is a screen to open a window on, and how large it is."""
    import pygame

    linux = sys.platform.startswith("linux")
    if linux and not any(around.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")):
        return CheckResult(
            "display",
            Status.FAIL,
            "没有屏幕（DISPLAY 是空的）",
            "there is no display (DISPLAY is empty)",
            "请在桌面里打开终端再试；只想看看可用 kiosk demo --headless",
            "start it from a desktop session; kiosk demo --headless works without one",
        )
    try:
        pygame.display.init()
        width, height = pygame.display.get_desktop_sizes()[0]
        driver = pygame.display.get_driver()
    except (pygame.error, IndexError) as error:
        return CheckResult(
            "display",
            Status.FAIL,
            f"打不开屏幕：{error}",
            f"the display cannot be opened: {error}",
            "请检查显示器和桌面会话",
            "check the monitor and the desktop session",
        )
    finally:
        pygame.display.quit()
    zh, en = f"屏幕 {width}×{height}（{driver}）", f"display {width}×{height} ({driver})"
    if min(width, height) < 720:
        return CheckResult("display", Status.WARN, zh, en, "建议至少 1366×768", "1366×768 or more is recommended")
    return CheckResult("display", Status.OK, zh, en)


def check_scanner(around: Surroundings) -> CheckResult:
    """Which sources of scans open with this machine's setting, and which do not."""
    from kiosk.flows.views import Text
    from kiosk.i18n import Words
    from kiosk.scanner.sources import open_sources

    sources = open_sources(
        around.settings.sources,
        lambda _scan: None,
        window_focused=lambda: False,
        environ=around.environ,
    )
    try:
        states = [(source.name, source.condition) for source in sources]
    finally:
        for source in sources:
            source.close()
    told = [(Words("zh_CN").say(Text(state.key, dict(state.values))), str(state), state.ok) for _, state in states]
    zh = "；".join(f"{name}：{words}" for (name, _), (words, _, _) in zip(states, told, strict=True))
    en = "; ".join(f"{name}: {words}" for (name, _), (_, words, _) in zip(states, told, strict=True))
    working = [ok for _, _, ok in told]
    if not any(working):
        return CheckResult(
            "scanner",
            Status.FAIL,
            f"没有可用的扫码来源。{zh}",
            f"no source of scans works. {en}",
            '把设置 scanner.source 改回 "auto"',
            'set scanner.source back to "auto"',
        )
    return CheckResult("scanner", Status.OK if all(working) else Status.WARN, zh, en)


def check_camera(around: Surroundings) -> CheckResult:
    """Which cameras there are, and whether the one that is asked for gives a picture now."""
    from kiosk.flows.views import Text
    from kiosk.i18n import Words
    from kiosk.loop import camera_wish
    from kiosk.scanner.camera.devices import seen_cameras

    seen = "; ".join(f"{device.place} {device.name}" for device in seen_cameras())
    words = [word.strip() for word in around.settings.sources.split(",")]
    asked = next((word for word in words if word.partition(":")[0] == "camera"), None)
    if asked is None:
        zh = f"没有启用摄像头（找到：{seen}）" if seen else "没有启用摄像头"
        en = f"no camera is used (seen: {seen})" if seen else "no camera is used"
        return CheckResult("camera", Status.OK, zh, en)
    from kiosk.scanner.camera.source import look_once

    wish = camera_wish(around.settings, asked.partition(":")[2])
    state = look_once(wish, CAMERA_SECONDS, monotonic=time.monotonic)
    zh, en = Words("zh_CN").say(Text(state.key, dict(state.values))), str(state)
    if state.ok:
        return CheckResult("camera", Status.OK, zh, en)
    if seen:
        zh, en = f"{zh}（找到：{seen}）", f"{en} (seen: {seen})"
    todo = ("检查设置 camera.device；不用时把 camera.on 设为 false", "check camera.device; set camera.on to false")
    return CheckResult("camera", Status.WARN, zh, en, *todo)


def check_decoder(_around: Surroundings) -> CheckResult:
    """Which engines read codes in pictures. A wedge scanner needs none."""
    from kiosk.scanner.decode.engines import engines_by_name

    return decoder_state(frozenset(engines_by_name()))


def decoder_state(engines: Collection[str]) -> CheckResult:
    """What these engines ("zxing", "zbar") are good for: either alone reads, both together read most."""
    if {"zxing", "zbar"} <= set(engines):
        zh, en = "能从照片里读条码（zxing-cpp 和 libzbar）", "pictures can be read (zxing-cpp and libzbar)"
        return CheckResult("decoder", Status.OK, zh, en)
    if "zxing" in engines:
        return CheckResult(
            "decoder",
            Status.OK,
            "能从照片里读条码（zxing-cpp）；装上 libzbar 后，模糊的照片读得更多",
            "pictures can be read (zxing-cpp); with libzbar more of the blurred ones",
            *_LIBZBAR,
        )
    again = ("重新安装：pip install --force-reinstall zxing-cpp", "pip install --force-reinstall zxing-cpp")
    if "zbar" in engines:
        zh, en = "能从照片里读条码（libzbar）；缺少 zxing-cpp", "pictures can be read (libzbar); zxing-cpp is missing"
        return CheckResult("decoder", Status.WARN, zh, en, *again)
    zh = "不能从照片和摄像头读条码（缺少 zxing-cpp 和 libzbar）；扫码枪不受影响"
    en = "barcodes cannot be read from pictures or a camera (no zxing-cpp, no libzbar); a scanner needs neither"
    return CheckResult("decoder", Status.WARN, zh, en, *again)


_LIBZBAR = (
    ("sudo apt install libzbar0", "sudo apt install libzbar0")
    if sys.platform.startswith("linux")
    else ("重新安装 pyzbar：pip install --force-reinstall pyzbar", "pip install --force-reinstall pyzbar")
)


def check_fonts(_around: Surroundings) -> CheckResult:
    """The fonts are there, load, and draw rare names."""
    import pygame

    from kiosk.assets import FACES, covers, font_path

    pygame.font.init()
    for face in FACES:
        path = font_path(face)
        if not path.is_file():
            return CheckResult(
                "fonts",
                Status.FAIL,
                f"缺少字体 {path.name}",
                f"the font {path.name} is missing",
                "请重新安装程序",
                "install the program again",
            )
        pygame.font.Font(path, 20).render("借书还书 三(2)班", True, (0, 0, 0))
    if not covers("sans", "堃喆䶮·￥¥"):
        return CheckResult(
            "fonts",
            Status.FAIL,
            "字体不全，有些名字显示不出来",
            "the text font is incomplete: some names cannot be drawn",
            "请重新安装程序",
            "install the program again",
        )
    return CheckResult("fonts", Status.OK, f"{len(FACES)} 种字体齐全", f"all {len(FACES)} fonts are in order")


def check_sound(around: Surroundings) -> CheckResult:
    """A sound device opens. Without one the kiosk is silent and works."""
    if around.settings.sound.mute:
        return CheckResult("sound", Status.OK, "设置为静音", "set to be quiet")
    import pygame

    try:
        with _no_chatter():
            pygame.mixer.init(22_050, -16, 1, 512)
        pygame.mixer.quit()
    except pygame.error as error:
        return CheckResult(
            "sound",
            Status.WARN,
            f"没有声音设备（{error}）；借还不受影响",
            f"there is no sound device ({error}); lending works without",
            "接上音箱，或把设置 sound.mute 设为 true",
            "connect speakers, or set sound.mute to true",
        )
    return CheckResult("sound", Status.OK, "声音正常", "sound works")


@contextmanager
def _no_chatter() -> Iterator[None]:
    """Keep ALSA, which writes to the process's stderr by itself, from filling the terminal."""
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def check_printer(around: Surroundings) -> CheckResult:
    """Every printer of the settings is there and ready; the slip printer is one of them and takes slips."""
    from kiosk.i18n import Words
    from kiosk.printing.printers import DEFAULT_NAME, Language, PrintTrouble, found_printers, reach

    chosen = around.settings.printers
    printers = chosen.by_name()
    wrong, well = [], []
    for printer in printers.values():
        try:
            reach(printer, PRINTER_PATIENCE)
            well.append(printer.name)
        except PrintTrouble as trouble:
            wrong.append(trouble.text)
    if chosen.slip and chosen.slip not in printers:
        wrong.append(PrintTrouble("no_printer", printer=chosen.slip).text)
    elif chosen.slip and printers[chosen.slip].language is not Language.ESCPOS:
        wrong.append(PrintTrouble("no_slips", printer=chosen.slip).text)
    if wrong:
        zh, en = Words("zh_CN"), Words("en")
        said = "；".join(map(zh.say, wrong)), " ".join(map(en.say, wrong))
        return CheckResult("printer", Status.WARN, *said)
    if chosen.named:
        names = "、".join(well), ", ".join(well)
        return CheckResult("printer", Status.OK, f"可以打印：{names[0]}", f"ready to print: {names[1]}")
    zh_found = en_found = ""
    if seen := [found.target for found in found_printers(PRINTER_PATIENCE)]:
        zh_found, en_found = f"；这台电脑上还有：{'、'.join(seen)}", f"; this machine also has: {', '.join(seen)}"
    return CheckResult(
        "printer",
        Status.OK,
        f"没有设置打印机，{DEFAULT_NAME} 存成文件，用手打印{zh_found}",
        f"no printer is set up; {DEFAULT_NAME} makes files to print by hand{en_found}",
    )


def check_disk(around: Surroundings) -> CheckResult:
    """There is room where the library grows."""
    folder = Path.home() if "://" in around.location else Path(around.location).expanduser()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    zh, en = f"{folder} 还有 {free // 1_000_000} MB 空间", f"{free // 1_000_000} MB are free at {folder}"
    if free >= LITTLE_DISK:
        return CheckResult("disk", Status.OK, zh, en)
    status = Status.WARN if free >= NO_DISK else Status.FAIL
    return CheckResult("disk", status, zh, en, "请腾出磁盘空间", "make room on the disk")


def check_clock(around: Surroundings) -> CheckResult:
    """The clock was set, and does not stand before what the library remembers."""
    from kiosk.store import facts
    from kiosk.store.library import StoreTrouble, open_library

    shown = around.now.strftime("%Y-%m-%d %H:%M %Z")
    todo = ("请校准系统时间（时区也要对）", "set the system's clock (and its time zone)")
    if around.now.year < FIRST_YEAR:
        return CheckResult("clock", Status.FAIL, f"时钟没有校准：{shown}", f"the clock was never set: {shown}", *todo)
    try:
        library = open_library(around.location)
    except StoreTrouble:
        return CheckResult("clock", Status.OK, f"现在是 {shown}", f"it is {shown}")
    try:
        newest = library.read(facts.newest_event)
        policies = library.read(facts.load_policies)
    finally:
        library.close()
    local = policies.local(around.now).strftime("%Y-%m-%d %H:%M")
    if newest is not None and around.now < newest - CLOCK_TOLERANCE:
        seen = policies.local(newest).strftime("%Y-%m-%d %H:%M")
        return CheckResult(
            "clock",
            Status.FAIL,
            f"时钟（{local}）比最近一次记录（{seen}）还早，只能还书不能借书",
            f"the clock ({local}) stands before the newest record ({seen}): only returns are taken",
            *todo,
        )
    return CheckResult(
        "clock", Status.OK, f"学校时间 {local}（{policies.zone}）", f"it is {local} at the school ({policies.zone})"
    )


def check_terminal(_around: Surroundings) -> CheckResult:
    """This terminal shows Chinese. The kiosk's window does in any case."""
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower()
    try:
        "书库".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return CheckResult(
            "terminal",
            Status.WARN,
            f"这个终端的编码是 {encoding}，显示不了中文；自助机的窗口不受影响",
            f"this terminal's encoding is {encoding} and shows no Chinese; the kiosk's window does",
            "设置 LANG=C.UTF-8 或 zh_CN.UTF-8",
            "set LANG=C.UTF-8 or zh_CN.UTF-8",
        )
    return CheckResult("terminal", Status.OK, f"终端编码 {encoding}", f"terminal encoding {encoding}")


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
