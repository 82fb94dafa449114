"""`kiosk bench labels`: how long a thousand labels and a class's cards take, as PDF and for label printers.

Every label is another one: numbers, titles and call numbers do not repeat, so nothing is remembered from round to
round. The first round reads the fonts too and is told apart. Beside each time stands the processor time of this
program, which does not grow when the machine is busy with other things. It measures and judges nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from itertools import count
from typing import TYPE_CHECKING

from kiosk.bench.report import Figure, report
from kiosk.lending.barcodes import BarcodeKind, number
from kiosk.lending.call_numbers import parse
from kiosk.printing.label_stock import Face, load_stock, shipped
from kiosk.printing.labels import Label, labels_pdf
from kiosk.sample.build import build_sample

if TYPE_CHECKING:
    from kiosk.printing.raster import Bitmap

LABELS = 1000
CARDS = 45  # a large class
ROUNDS = 5
SHEET, ROLL = "a4-65-38x21", "roll-50x25"


def bench_labels(as_json: bool, labels: int = LABELS, cards: int = CARDS, rounds: int = ROUNDS) -> int:
    """Print so many labels and cards so often, into memory, and tell how long each took. The exit status is 0."""
    from kiosk.i18n import Words
    from kiosk.printing.cards import CardFace, cards_pdf
    from kiosk.printing.emblems import school_class_look
    from kiosk.printing.raster import label_bitmaps
    from kiosk.printing.tspl import tspl
    from kiosk.printing.zpl import zpl

    tables = build_sample(1, date(2026, 11, 23)).tables  # the sample is the same for the same day
    stock = load_stock([shipped()])
    pupils = [row["name"] for row in tables["patrons"] if row["kind"] == "pupil"]
    books = [(row["title"], row["clc"]) for row in tables["titles"]]
    words = Words()

    def some(turn: int) -> list[Label]:
        """Labels that no other turn has."""
        made = []
        for serial in range(turn * labels, (turn + 1) * labels):
            title, clc = books[serial % len(books)]
            own = number(BarcodeKind.COPY, serial)
            made.append(Label(own, parse(f"{clc}/{serial}/2"), f"{title} {serial}", f"{serial:06}", "阳光小学图书馆"))
        return made

    def a_class(turn: int) -> list[CardFace]:
        faces = []
        for serial in range(turn * cards, (turn + 1) * cards):
            look = school_class_look(2024, turn + 1)
            name = pupils[serial % len(pupils)]
            faces.append(CardFace(number(BarcodeKind.CARD, serial), name, "三(2)班", "阳光小学图书馆", look=look))
        return faces

    turns, sheet, roll = count(), stock[SHEET], stock[ROLL]

    def labels_of(face: Face) -> Callable[[], bytes]:
        return partial(labels_pdf, some(next(turns)), sheet, face)

    figures = _figures(f"{labels} barcode labels, PDF, first", [labels_of(Face.BARCODE)])
    for face in (Face.BARCODE, Face.SPINE, Face.BOTH):
        figures += _figures(f"{labels} {face.value} labels, PDF", [labels_of(face) for _ in range(rounds)])

    def dots_of(write: Callable[[Iterable[Bitmap]], bytes]) -> Callable[[], bytes]:
        made = some(next(turns))
        return lambda: write(label_bitmaps(made, roll, Face.BARCODE))

    for language, write in (("TSPL", partial(tspl, stock=roll)), ("ZPL", zpl)):
        works = [dots_of(write) for _ in range(rounds)]
        figures += _figures(f"{labels} barcode labels, {language}", works)
    figures += _figures(f"{cards} cards, PDF", [partial(cards_pdf, a_class(turn), words) for turn in range(rounds)])
    return report(figures, {"sheet": SHEET, "roll": f"{ROLL}, 203 dpi"}, as_json)


def _figures(name: str, works: Sequence[Callable[[], object]]) -> list[Figure]:
    """Seconds by the clock and seconds of processor time of each work."""
    clock, used = [], []
    for work in works:
        began, busy = time.perf_counter(), time.process_time()
        work()
        clock.append(round(time.perf_counter() - began, 4))
        used.append(round(time.process_time() - busy, 4))
    return [Figure(name, "s", tuple(clock)), Figure(f"{name}, processor", "s", tuple(used))]
