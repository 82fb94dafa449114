"""The commands `kiosk import …`: files of the school into the library, with a preview first."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli_parts import JsonOption, LibraryOption, app, command, location_of, opened
from kiosk.console import both, machine

import_app = typer.Typer(rich_markup_mode=None)
_IMPORT = both("导入名单", "take lists of the school over")
app.add_typer(import_app, name="import", help=_IMPORT, short_help=_IMPORT)

YesOption = Annotated[bool, typer.Option("--yes", help=both("写入；不加只预览", "write it; without, only show it"))]


@command("导入学生和教师名单，先预览", "a roster of pupils and teachers, shown first", group=import_app)
def roster(
    file: Annotated[Path, typer.Argument(help=both("表格文件", "the spreadsheet"))],
    yes: YesOption = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Take a roster over."""
    settings = machine()
    location = location_of(library, settings)
    from kiosk.imports import import_roster

    with opened(location) as store:
        import_roster(settings, store, file, sys.stdout.write, yes=yes, as_json=as_json)
