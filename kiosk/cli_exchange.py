"""The commands `kiosk import catalogue` and `kiosk export`: a whole catalogue in and out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli_imports import YesOption, import_app
from kiosk.cli_parts import ForceOption, JsonOption, LibraryOption, command, location_of, opened, written
from kiosk.console import both, machine
from kiosk.files import may_write


@command("导入书目和馆藏，先预览", "books and their copies, shown first", name="catalogue", group=import_app)
def import_catalogue(
    file: Annotated[Path, typer.Argument(help=both("MARC 文件或表格", "a MARC file or a table"))],
    yes: YesOption = False,
    plain: Annotated[
        bool,
        typer.Option(
            "--plain", help=both("不给号码，文件里怎样就怎样", "give no numbers: copies as the file has them")
        ),
    ] = False,
    unlabelled: Annotated[
        bool,
        typer.Option("--unlabelled", help=both("给了号码的不排标签", "no labels for what gets a number")),
    ] = False,
    single: Annotated[
        bool,
        typer.Option("--single", help=both("没写册数的，每条算一册", "a record that names no copies is one copy")),
    ] = False,
    same: Annotated[
        bool,
        typer.Option("--same", help=both("条码就是登录号", "barcode and accession number are the same")),
    ] = False,
    adopt: Annotated[
        bool,
        typer.Option("--adopt", help=both("认下文件里条码的样式", "know barcodes of the file's shapes from now on")),
    ] = False,
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """Take a catalogue over."""
    settings = machine()
    location = location_of(library, settings)
    from kiosk.app import data_folder
    from kiosk.exchanges import import_catalogue as take_over
    from kiosk.flows.catalogue import CatalogueFile

    wanted = CatalogueFile(str(file), not plain, not unlabelled, single, same, adopt)
    with opened(location) as store:
        take_over(settings, store, data_folder(location), wanted, sys.stdout.write, yes=yes, as_json=as_json)


@command("把书目和馆藏写成文件", "write every title with its copies into a file")
def export(
    file: Annotated[Path, typer.Argument(help=both("要写的文件", "the file to write"))],
    form: Annotated[
        str | None,
        typer.Option(
            "--form",
            metavar="FORM",
            help=both("xlsx、csv、marc_utf_8、marc_gb18030、marcxml", "xlsx, csv, marc_utf_8, marc_gb18030, marcxml"),
        ),
    ] = None,
    force: ForceOption = False,
    library: LibraryOption = None,
) -> None:
    """Write a catalogue."""
    settings = machine()
    location = location_of(library, settings)
    from kiosk.exchanges import export_catalogue, form_of

    wanted = form_of(file, form)
    with written(file):
        may_write(file, over=force)
    with opened(location) as store:
        export_catalogue(settings, store, file, wanted, sys.stdout.write, over=force)
