"""What the commands share: how one is declared, the options most of them have, and an open library."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand

from kiosk.console import MisusedError, RefusedError, both
from kiosk.settings import Settings, library_location

if TYPE_CHECKING:
    from kiosk.store.library import Library, StoreTrouble

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help=both("学校图书馆自助借还机", "Self-service lending kiosk for school libraries"),
)
"""All commands."""

Returns = TypeVar("Returns")


def command(
    zh: str, en: str, name: str | None = None, group: typer.Typer = app
) -> Callable[[Callable[..., Returns]], Callable[..., Returns]]:
    """Make a function a command; the whole line stands in the list of commands too."""
    words = both(zh, en)
    return group.command(name, cls=_Command, help=words, short_help=words)


class _Command(TyperCommand):
    """A command; `--library` before it is for those that take a library."""

    def invoke(self, ctx: Any) -> object:  # a click.Context, whichever module it comes from
        """Run it. Raises MisusedError for a library that it would not look at."""
        if ctx.find_root().params.get("library") is not None and all(one.name != "library" for one in self.params):
            raise MisusedError(
                both(f"{ctx.command_path} 不用书库，不能写 --library", f"{ctx.command_path} takes no --library")
            )
        return super().invoke(ctx)


def _said_before(context: typer.Context, given: str | None) -> str | None:
    """`--library` may stand before the command or after it."""
    before: str | None = context.find_root().params.get("library")
    return before if given is None else given


LibraryOption = Annotated[
    str | None,
    typer.Option(
        "--library",
        callback=_said_before,
        metavar="FOLDER|URL",
        help=both("书库的文件夹或 PostgreSQL 地址", "the library's folder or PostgreSQL URL (or KIOSK_LIBRARY)"),
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help=both("输出 JSON", "print JSON: one array, or one object a line for replay"))
]
ForceOption = Annotated[
    bool, typer.Option("--force", help=both("已有这个文件时换掉它", "replace the file if there is one"))
]
WindowedOption = Annotated[
    bool, typer.Option("--windowed", help=both("在窗口里运行，不占满屏幕", "run in a window, not the full screen"))
]
ShotsOption = Annotated[
    Path | None,
    typer.Option("--shots", metavar="DIR", help=both("把画面存进这个文件夹", "write pictures into this folder")),
]


_TROUBLES: Mapping[str, tuple[str, str]] = {
    "no_library": (
        "{where} 没有书库；用 kiosk init 新建，或用 --library 指出它在哪里",
        "there is no library at {where}; make one with kiosk init, or say where it is with --library",
    ),
    "no_folder": (
        "{where} 不是文件夹，也不能新建；请换一个位置",
        "{where} is no folder and none can be made there; choose another place",
    ),
    "exists": ("{where} 已经有书库了，没有改动它", "there is a library at {where} already; it was left as it is"),
    "newer_schema": (
        "书库是用更新的程序写的，请更新这台机器上的程序",
        "the library was written by a newer program; update the program on this machine",
    ),
    "damaged": (
        "{where} 的书库文件损坏了，或者不是书库；先复制一份留底，再用 kiosk restore 恢复最近的备份；"
        "没有备份就把它移走，再用 kiosk init 新建",
        "the library's file at {where} is damaged or holds no library; keep a copy of it, then restore the newest"
        " backup with kiosk restore; without one move it away and make a new library with kiosk init",
    ),
    "no_permission": (
        "没有权限读写 {where}",
        "{where} may not be read or written by this user",
    ),
    "disk_full": ("磁盘满了，请腾出空间", "the disk is full; make room on it"),
    "locked": (
        "书库正被别的程序占用，请稍后再试",
        "another program is using the library; try again in a moment",
    ),
    "unreachable": ("连不上书库 {where}", "the library at {where} cannot be reached"),
}


def store_sentence(trouble: StoreTrouble, location: str) -> str:
    """What the store's trouble means and what to do, in one line; the database's own words follow in brackets."""
    from kiosk.store.library import describe

    zh, en = _TROUBLES.get(trouble.code.value, ("书库出了问题", "something is wrong with the library"))
    where = describe(location)
    detail = f" ({trouble.detail})" if trouble.detail else ""
    return both(zh.format(where=where), en.format(where=where)) + detail


@contextmanager
def plainly(location: str) -> Iterator[None]:
    """Turn what the store suffers into one plain line. Raises RefusedError."""
    from kiosk.store.library import StoreTrouble

    try:
        yield
    except StoreTrouble as trouble:
        raise RefusedError(store_sentence(trouble, location)) from trouble


@contextmanager
def opened(location: str) -> Iterator[Library]:
    """The library at `location`, open. Raises RefusedError, also for what happens while it is used."""
    from kiosk.store.library import open_library

    with plainly(location), closing(open_library(location)) as library:
        yield library


def location_of(option: str | None, settings: Settings) -> str:
    """Where the library is, by option, environment, setting or default."""
    return library_location(option, os.environ, settings)


def named_library(option: str | None) -> str | None:
    """The library that `--library` names, if it does; raises SettingsError where none can be."""
    return None if option is None else library_location(option, {}, Settings())


@contextmanager
def written(file: Path) -> Iterator[None]:
    """Turn what stands in the way of writing `file` into one plain line. Raises RefusedError."""
    try:
        yield
    except FileExistsError as error:
        zh, en = f"{file} 已经有了，没有动它；要换掉它请加 --force", f"{file} is there already; --force replaces it"
        raise RefusedError(both(zh, en)) from error
    except OSError as error:
        if error.errno in (errno.EISDIR, errno.ENODEV):
            zh, en = f"{file} 是文件夹或设备，没有写；请换一个文件名", f"{file} is no plain file; choose another name"
            raise RefusedError(both(zh, en)) from error
        why = error.strerror or str(error)
        raise RefusedError(both(f"写不了 {file}：{why}", f"{file} cannot be written: {why}")) from error
