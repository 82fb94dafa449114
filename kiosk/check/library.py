"""Checks of the library and of what it stands on: settings, database, folder, backup, disk, clock."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from kiosk.check.network import network_place
from kiosk.check.result import CheckResult, Status, Surroundings
from kiosk.settings import SettingsError, load_settings, settings_path

FIRST_YEAR = 2024  # a clock before it was never set
CLOCK_TOLERANCE = timedelta(minutes=5)
LITTLE_DISK = 500_000_000  # bytes
NO_DISK = 50_000_000
OLD_BACKUP = timedelta(days=7)


def check_settings(around: Surroundings) -> CheckResult:
    """The settings file is readable, its values are allowed, its keys are known."""
    path = settings_path(around.environ)
    try:
        _, warnings = load_settings(path)
    except SettingsError as error:
        zh, _, en = str(error).partition(" / ")
        return CheckResult(
            "settings",
            Status.FAIL,
            zh,
            en,
            "请改正设置文件；下面按默认设置检查",
            "correct it; what follows was checked with the defaults",
        )
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


def check_folder(around: Surroundings) -> CheckResult:
    """The folder of a SQLite library is on a disk of this machine.

    Its write-ahead log needs memory that all programs share: on a network file system they would spoil each
    other's writes (https://sqlite.org/wal.html).
    """
    from kiosk.store.place import is_postgres

    if is_postgres(around.location):
        return CheckResult("folder", Status.OK, "书库在 PostgreSQL 服务器上", "the library is on a PostgreSQL server")
    folder = Path(around.location).expanduser().resolve()
    place = network_place(around, folder)
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
    from kiosk.store.place import is_postgres

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
