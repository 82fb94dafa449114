"""Label stock: what sheets and rolls of labels look like, read from TOML files; and how a printer's shift is corrected.

One file is one stock; its name without `.toml` is the stock's name. Ours lie in `assets/label-stock/` with a README
that says what each line means. A school puts files for its own stock beside them in a folder of its own; a file of the
same name takes our file's place. A bad file costs only itself and gives a sentence.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from kiosk.assets import asset
from kiosk.files import read_note
from kiosk.flows.views import Text, Value
from kiosk.lending.text import half_width


class Face(StrEnum):
    """What is printed on a label of a copy."""

    SPINE = "spine"  # the call number, for the spine (书标)
    BARCODE = "barcode"  # the barcode, for the inside or the cover
    BOTH = "both"  # both side by side, or one above the other, on one label


@dataclass(frozen=True, slots=True)
class LabelStock:
    """One kind of sheet or roll. Lengths in mm, (wide, high); positions are seen as one reads the page.

    `label` is the size of one label, `left` and `top` where the first one begins, `pitch` the step from one label to
    the next. On a roll a page is one row of labels with its carrier's width, and `gap` the blank up to the next row.
    `suits` are the faces that an own 8-digit number has room for, in the stock maker's or the librarian's opinion.
    """

    name: str
    zh: str
    en: str
    page: tuple[float, float]
    label: tuple[float, float]
    columns: int = 1
    rows: int = 1
    left: float = 0.0
    top: float = 0.0
    pitch: tuple[float, float] = (0.0, 0.0)
    roll: bool = False
    gap: float = 0.0
    suits: tuple[Face, ...] = tuple(Face)

    @property
    def per_page(self) -> int:
        """How many labels a page has."""
        return self.columns * self.rows

    def place(self, number: int) -> tuple[float, float]:
        """Where label `number` (from 1, row by row) begins: mm from the page's left edge, and down from its top.

        Every place is reckoned from the edge of the page, so that nothing adds up down the page.
        """
        row, column = divmod((number - 1) % self.per_page, self.columns)
        return self.left + column * self.pitch[0], self.top + row * self.pitch[1]

    def pages(self, count: int, start: int = 1) -> int:
        """How many pages `count` labels take when the first page begins at label `start`."""
        return -(-(start - 1 + count) // self.per_page) if count else 0

    def title(self, language: str) -> str:
        """Its name for people, in "zh_CN" or "en"."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Adjust:
    """How far everything is moved so that it meets the labels, in mm to the right and down; kept for each printer.

    Tenths of a millimetre are meant; finer is taken as it is.
    """

    right_mm: float = 0.0
    down_mm: float = 0.0


OWN_FOLDER: Final = "label-stock"
"""What the folder of a school's own stock is called, wherever the program keeps what belongs to the school."""


def shipped() -> Path:
    """The folder of our own stock files."""
    return asset("label-stock")


def load_stock(folders: Sequence[Path]) -> dict[str, LabelStock]:
    """Every good stock of `folders` by its name, sheets before rolls, smaller labels later. See `read_stock`."""
    return read_stock(folders)[0]


def read_stock(folders: Sequence[Path]) -> tuple[dict[str, LabelStock], tuple[Text, ...]]:
    """Every good stock of `folders`, and a sentence for each file that is not: what, where, what to do.

    Of files of one name in two folders the one in the later folder counts, if it is good. A folder that is not
    there is empty.
    """
    found: dict[str, LabelStock] = {}
    troubles: list[Text] = []
    for folder in folders:
        for path in _files(folder, troubles):
            try:
                stock = _read(path)
            except _Wrong as wrong:
                troubles.append(Text(f"label.stock.{wrong.code}", {"file": str(path), **wrong.values}))
            else:
                found[stock.name] = stock
    ordered = sorted(found.values(), key=lambda one: (one.roll, -one.label[0] * one.label[1], one.name))
    return {one.name: one for one in ordered}, tuple(troubles)


def _files(folder: Path, troubles: list[Text]) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        troubles.append(Text("label.stock.unreadable", {"file": str(folder), "why": error.strerror or ""}))
        return []


STOCK_TROUBLES: Final = ("unreadable", "not_toml", "missing", "unknown", "wrong", "overlap", "off_page")
"""The codes of what can be wrong with a file, each a message `label.stock.<code>`."""


class _Wrong(Exception):  # noqa: N818  becomes a sentence before anyone sees it
    def __init__(self, code: str, **values: Value) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


_PAPER: Final[Mapping[str, tuple[float, float]]] = {"A4": (210.0, 297.0), "A5": (148.0, 210.0)}
_NEEDED: Final = ("zh", "en", "label")
_OF_SHEETS: Final = (*_NEEDED, "paper", "columns", "rows", "left", "top", "pitch", "suits")
_OF_ROLLS: Final = (*_NEEDED, "roll", "gap", "columns", "left", "right", "pitch", "suits")
_LEAST, _MOST, _MANY = 5.0, 500.0, 60
_ROUNDING: Final = 0.06  # mm; published sizes are rounded


def _read(path: Path) -> LabelStock:
    try:
        text = read_note(path)
    except (OSError, UnicodeDecodeError) as error:
        raise _Wrong("unreadable", why=getattr(error, "strerror", None) or "UTF-8?") from error
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise _Wrong("not_toml", why="[[[[…") from error
    except ValueError as error:  # tomllib's own, and a number that is too long for it
        raise _Wrong("not_toml", why=str(error)) from error
    roll = data.get("roll", False)
    if not isinstance(roll, bool):
        raise _Wrong("wrong", key="roll", found=_shown(roll), allowed="true, false")
    known = _OF_ROLLS if roll else _OF_SHEETS
    for key in data:
        if key not in known:
            raise _Wrong("unknown", key=half_width(key)[:40], allowed=", ".join(known))
    needed = _NEEDED if roll else (*_NEEDED, "paper", "columns", "rows")
    for key in needed:
        if key not in data:
            raise _Wrong("missing", key=key)
    return _roll(path.stem, data) if roll else _sheet(path.stem, data)


def _sheet(name: str, data: Mapping[str, object]) -> LabelStock:
    paper = data["paper"]
    page = _PAPER[paper] if isinstance(paper, str) and paper in _PAPER else None
    if page is None and isinstance(paper, str):
        raise _Wrong("wrong", key="paper", found=_shown(paper), allowed='"A4", "A5", [210, 297]')
    page = page or _size(data, "paper")
    label = _size(data, "label")
    pitch = _size(data, "pitch") if "pitch" in data else label
    columns, rows = _count(data, "columns"), _count(data, "rows")
    evenly = [
        (whole - (n - 1) * step - own) / 2
        for whole, n, step, own in zip(page, (columns, rows), pitch, label, strict=True)
    ]
    return _checked(
        LabelStock(
            name,
            _words(data, "zh"),
            _words(data, "en"),
            page,
            label,
            columns,
            rows,
            _length(data, "left", evenly[0]),
            _length(data, "top", evenly[1]),
            pitch,
            suits=_suits(data),
        )
    )


def _roll(name: str, data: Mapping[str, object]) -> LabelStock:
    label = _size(data, "label")
    columns = _count(data, "columns", 1)
    pitch = _size(data, "pitch") if "pitch" in data else label
    left = _length(data, "left", 0.0)
    wide = left + (columns - 1) * pitch[0] + label[0] + _length(data, "right", left)
    return _checked(
        LabelStock(
            name,
            _words(data, "zh"),
            _words(data, "en"),
            (wide, label[1]),
            label,
            columns,
            1,
            left,
            0.0,
            (pitch[0], label[1]),
            roll=True,
            gap=_length(data, "gap", 2.0),
            suits=_suits(data),
        )
    )


def _checked(stock: LabelStock) -> LabelStock:
    steps = zip(("columns", "rows"), (stock.columns, stock.rows), stock.pitch, stock.label, strict=True)
    for key, count, step, own in steps:
        if count > 1 and step < own - _ROUNDING:
            raise _Wrong("overlap", key=key, pitch=f"{step:g}", label=f"{own:g}")
    right, down = stock.place(stock.per_page)
    edges = (stock.left, stock.top, stock.page[0] - right - stock.label[0], stock.page[1] - down - stock.label[1])
    if min(edges) < -_ROUNDING:
        over = f"{-min(edges):.1f}"
        raise _Wrong("off_page", over=over, wide=f"{stock.page[0]:g}", high=f"{stock.page[1]:g}")
    return stock


def _words(data: Mapping[str, object], key: str) -> str:
    value = data[key]
    if not isinstance(value, str) or not 0 < len(value.strip()) <= 80 or not value.isprintable():
        raise _Wrong("wrong", key=key, found=_shown(value), allowed='"…", 1–80')
    return value.strip()


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _length(data: Mapping[str, object], key: str, otherwise: float) -> float:
    """A length that may be missing. A margin reckoned by ourselves is judged with the whole page."""
    if key not in data:
        return otherwise
    value = data[key]
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= _MOST:
        raise _Wrong("wrong", key=key, found=_shown(value), allowed=f"0–{_MOST:g} (mm)")
    return float(value)


def _size(data: Mapping[str, object], key: str) -> tuple[float, float]:
    value = data[key]
    if (
        not isinstance(value, list)
        or len(value) != 2
        or not all(_is_number(one) and _LEAST <= one <= _MOST for one in value)
    ):
        raise _Wrong(
            "wrong", key=key, found=_shown(value), allowed=f"[{_LEAST:g}–{_MOST:g}, {_LEAST:g}–{_MOST:g}] (mm)"
        )
    return float(value[0]), float(value[1])


def _count(data: Mapping[str, object], key: str, otherwise: int | None = None) -> int:
    value = data.get(key, otherwise)
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MANY:
        raise _Wrong("wrong", key=key, found=_shown(value), allowed=f"1–{_MANY}")
    return value


def _suits(data: Mapping[str, object]) -> tuple[Face, ...]:
    value = data.get("suits", [face.value for face in Face])
    names = {face.value: face for face in Face}
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one in names for one in value):
        raise _Wrong("wrong", key="suits", found=_shown(value), allowed=", ".join(f'"{one}"' for one in names))
    return tuple(face for face in Face if face.value in value)


def _shown(value: object) -> str:
    try:
        return f"{value!r:.40}"
    except (ValueError, RecursionError):  # a number of thousands of digits, a list in a list in a list …
        return "…"
