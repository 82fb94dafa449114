"""The commands `kiosk print …`: labels, cards, sheets and signs from the command line, through the same queue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli_parts import ForceOption, JsonOption, LibraryOption, app, command, location_of, opened
from kiosk.console import MisusedError, both, machine

if TYPE_CHECKING:
    from kiosk.flows.prints import Order
    from kiosk.prints import PrintCommand

print_app = typer.Typer(rich_markup_mode=None)
_PRINT = both("打印标签、读者证、条码表、轮流表、标识", "print labels, cards, sheets, the rota, signs")
app.add_typer(print_app, name="print", help=_PRINT, short_help=_PRINT)

PrinterOption = Annotated[
    str | None,
    typer.Option(
        "--printer", metavar="NAME", help=both("设置里的打印机名", "a printer of the settings (printers.named)")
    ),
]
ToOption = Annotated[
    Path | None,
    typer.Option("--to", metavar="FILE", help=both("写进文件，不打印", "write it into this file instead of printing")),
]
StartOption = Annotated[
    int, typer.Option("--start", min=1, metavar="N", help=both("从第几张开始", "the first place of a part-used sheet"))
]
StockOption = Annotated[
    str,
    typer.Option(
        "--stock", metavar="NAME", help=both("标签纸，见 kiosk print stock", "label stock, see: kiosk print stock")
    ),
]
ClassOption = Annotated[
    list[str] | None,
    typer.Option(
        "--class",
        metavar="CLASS",
        help=both("班级，如 三(2)班，可以写几次", "a class such as 三(2)班; may be repeated"),
    ),
]


def _run(
    library: str | None, make: PrintCommand, printer: str | None, to: Path | None, force: bool, **paper: str | int
) -> None:
    """Make one order of a library, print it or write it into a file, and say so."""
    settings = machine()
    location = location_of(library, settings)
    from kiosk.prints import print_order

    with opened(location) as store:
        done = print_order(settings, store, make, printer, to, over=force, **paper)
    typer.echo(done)


@command("图书标签", "labels of copies: of those that wait for one, or of those named", group=print_app)
def labels(
    copies: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CODE]...", help=both("条码或登录号；不写时打等着的", "barcodes or accession numbers")),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help=both("所有馆藏", "every copy there is"))] = False,
    face: Annotated[
        str,
        typer.Option("--face", metavar="FACE", help=both("spine 书标、barcode 条码、both", "spine, barcode or both")),
    ] = "both",
    stock: StockOption = "",
    start: StartOption = 1,
    printer: PrinterOption = None,
    to: ToOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
) -> None:
    """Print labels."""
    if face not in ("spine", "barcode", "both"):
        raise MisusedError(both("--face 只能是 spine、barcode、both", "--face is spine, barcode or both"))
    from kiosk.prints import order_of_labels

    _run(
        library,
        order_of_labels(tuple(copies or ()), everything),
        printer,
        to,
        force,
        stock=stock,
        face=face,
        start=start,
    )


@command("读者证", "cards of readers: everyone's, of classes, of teachers, or those named", group=print_app)
def cards(
    readers: Annotated[
        list[str] | None, typer.Argument(metavar="[CARD]...", help=both("读者证号", "card numbers"))
    ] = None,
    school_class: ClassOption = None,
    teachers: Annotated[bool, typer.Option("--teachers", help=both("教师", "the teachers"))] = False,
    single: Annotated[
        bool, typer.Option("--single", help=both("卡片打印机：一页一张", "for a card printer: one a page"))
    ] = False,
    start: StartOption = 1,
    printer: PrinterOption = None,
    to: ToOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
) -> None:
    """Print cards."""
    from kiosk.flows.prints import What
    from kiosk.prints import order_of_people

    make = order_of_people(What.CARDS, tuple(school_class or ()), tuple(readers or ()), teachers)
    _run(library, make, printer, to, force, size="single" if single else "a4", start=start)


@command("班级条码表", "every child's barcode of a class on one page", name="class-sheet", group=print_app)
def class_sheet(
    classes: Annotated[
        list[str] | None,
        typer.Argument(metavar="[CLASS]...", help=both("班级；不写时打所有班", "classes; all without")),
    ] = None,
    printer: PrinterOption = None,
    to: ToOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
) -> None:
    """Print class sheets."""
    from kiosk.flows.prints import What
    from kiosk.prints import order_of_people

    _run(library, order_of_people(What.CLASS_SHEETS, tuple(classes or ())), printer, to, force)


@command("轮流表", "the rota: for the door, or a slip for each class", name="rota", group=print_app)
def rota_sheets(
    classes: Annotated[list[str] | None, typer.Argument(metavar="[CLASS]...", help=both("班级", "classes"))] = None,
    each: Annotated[bool, typer.Option("--each", help=both("每班一份", "a slip for each class"))] = False,
    printer: PrinterOption = None,
    to: ToOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
) -> None:
    """Print the rota."""
    from kiosk.flows.prints import Order, What
    from kiosk.prints import order_of_people, plain_order

    if each or classes:
        make = order_of_people(What.CLASS_ROTA, tuple(classes or ()))
    else:
        make = plain_order(Order(What.DOOR_ROTA))
    _run(library, make, printer, to, force)


@command("书架标识", "guide signs for shelves: of the classes in use, or of class numbers", group=print_app)
def signs(
    numbers: Annotated[
        list[str] | None, typer.Argument(metavar="[NUMBER]...", help=both("分类号，如 I287.7", "such as I287.7"))
    ] = None,
    strips: Annotated[
        bool, typer.Option("--strips", help=both("贴书架边的长条", "strips for the edge of a shelf"))
    ] = False,
    printer: PrinterOption = None,
    to: ToOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
) -> None:
    """Print shelf signs."""
    from kiosk.flows.prints import Order, What

    _plain(
        library, Order(What.SIGNS, numbers=tuple(numbers or ())), printer, to, force, size="strip" if strips else "a4"
    )


@command("控制卡", "control cards: finish, renew, help", group=print_app)
def controls(
    printer: PrinterOption = None, to: ToOption = None, force: ForceOption = False, library: LibraryOption = None
) -> None:
    """Print control cards."""
    _plain_of(library, "controls", printer, to, force)


@command("排架清单", "the copies of a place in the order of the shelf", group=print_app)
def shelf(
    place: Annotated[str, typer.Argument(help=both("馆藏地", "the place"))],
    printer: PrinterOption = None,
    to: ToOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
) -> None:
    """Print a shelf list."""
    from kiosk.flows.prints import Order, What

    _plain(library, Order(What.SHELF_LIST, place=place), printer, to, force)


@command("校准页", "a page to see how far a printer is off", group=print_app)
def calibration(
    stock: StockOption = "",
    printer: PrinterOption = None,
    to: ToOption = None,
    force: ForceOption = False,
    library: LibraryOption = None,
) -> None:
    """Print a calibration page."""
    from kiosk.flows.prints import Order, What

    _plain(library, Order(What.CALIBRATION), printer, to, force, stock=stock)


@command("扫码枪测试页", "the scanner's test sheet", group=print_app)
def sheet(
    printer: PrinterOption = None, to: ToOption = None, force: ForceOption = False, library: LibraryOption = None
) -> None:
    """Print the test sheet."""
    _plain_of(library, "test_sheet", printer, to, force)


@command("有哪些标签纸", "the label stock there is", group=print_app)
def stock(as_json: JsonOption = False, library: LibraryOption = None) -> None:
    """List label stock."""
    from kiosk.prints import stock_lines

    settings = machine()
    for line in stock_lines(settings, location_of(library, settings), as_json):
        typer.echo(line)


@command("打印队列", "the print queue; a job may be printed again or taken out", group=print_app)
def queue(
    again: Annotated[str, typer.Option("--again", metavar="JOB", help=both("再打一次", "print a job again"))] = "",
    remove: Annotated[str, typer.Option("--remove", metavar="JOB", help=both("删除", "take a job out"))] = "",
    as_json: JsonOption = False,
    library: LibraryOption = None,
) -> None:
    """List the print queue, or change it."""
    from kiosk.prints import queue_lines

    settings = machine()
    for line in queue_lines(settings, location_of(library, settings), again, remove, as_json):
        typer.echo(line)


def _plain(
    library: str | None, order: Order, printer: str | None, to: Path | None, force: bool, **paper: str | int
) -> None:
    from kiosk.prints import plain_order

    _run(library, plain_order(order), printer, to, force, **paper)


def _plain_of(library: str | None, what: str, printer: str | None, to: Path | None, force: bool) -> None:
    from kiosk.flows.prints import Order, What

    _plain(library, Order(What(what)), printer, to, force)
