"""The pictures of printed pages in the README, from the sample library: cards, the rota for the door.

    python assets/pictures/make_papers.py

writes the PNGs beside this file; it needs the `assets` extra. The sample's day is fixed as in `make_pictures.py`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PIL import Image

from kiosk.i18n import Words
from kiosk.lending.calendar import term_of
from kiosk.lending.patrons import ClassName, PatronKind
from kiosk.printing.cards import CardFace, cards_pdf
from kiosk.printing.emblems import school_class_look
from kiosk.printing.preview import page_picture
from kiosk.printing.rota_sheet import door_rota_pdf
from kiosk.sample import build_sample
from kiosk.sample.build import LIBRARY_NAME
from kiosk.sample.year import make_classes

HERE = Path(__file__).resolve().parent
TODAY = date(2026, 11, 18)
COLOURS = 160


def write(pdf: bytes, name: str, width: int, height: float = 1.0) -> None:
    """Write the upper `height` of a PDF's first page, `width` pixels wide, as a small PNG with a palette."""
    wide, high, pixels = page_picture(pdf, 0, 2 * width)
    page = Image.frombytes("RGB", (wide, high), pixels).crop((0, 0, wide, round(high * height)))
    page = page.resize((width, round(page.height * width / wide)), Image.Resampling.LANCZOS)
    page.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)


def main() -> None:
    """Make every picture."""
    rows, words = build_sample(1, TODAY), Words()
    classes = {one.class_id: one for one in make_classes(TODAY)}
    names = {number: ClassName(one.grade, one.number) for number, one in classes.items()}
    looks = {number: school_class_look(one.entry_year, one.number) for number, one in classes.items()}
    cards = {row["patron_id"]: row["code"] for row in rows.tables["barcodes"] if row["patron_id"] and row["active"]}
    faces = [
        CardFace(
            cards[row["patron_id"]],
            row["name"],
            words.value(names[row["class_id"]]),
            LIBRARY_NAME,
            PatronKind(row["kind"]),
            looks[row["class_id"]],
        )
        for row in rows.tables["patrons"]
        if row["class_id"] and row["patron_id"] in cards
    ]
    write(cards_pdf(faces[::67], words), "cards", 1000, 0.405)
    term = term_of(rows.rota.calendar, TODAY)
    write(door_rota_pdf(rows.rota, names, LIBRARY_NAME, words, term=term, on=TODAY, looks=looks), "door-rota", 720)


if __name__ == "__main__":
    main()
