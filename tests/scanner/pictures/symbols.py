"""One random symbol of each kind, as widths of bars and spaces, and the label it is printed on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
_FORMATS = zxingcpp.BarcodeFormat
_ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Symbol:
    """A printed code: its truth, and bar, space, bar … widths in modules (empty for QR, which has its matrix)."""

    value: str
    symbology: str
    widths: tuple[float, ...]
    matrix: Grey | None = None


def _digits(rng: np.random.Generator, count: int) -> str:
    return "".join(str(d) for d in rng.integers(0, 10, count))


def _with_check(digits: str) -> str:
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return digits + str(-total % 10)


def _upce(rng: np.random.Generator) -> str:
    body = "".join(str(d) for d in rng.integers(3, 10, 5)) + _digits(rng, 1)  # zeros there belong to other forms
    d = body
    wide = {
        "0": d[:2] + "00000" + d[2:5],
        "1": d[:2] + "10000" + d[2:5],
        "2": d[:2] + "20000" + d[2:5],
        "3": d[:3] + "00000" + d[3:5],
        "4": d[:4] + "00000" + d[4],
    }.get(d[5], d[:5] + "0000" + d[5])
    return "0" + body + _with_check("0" + wide)[-1]


def _library_number(rng: np.random.Generator) -> str:
    digits = str(rng.choice([2, 3, 9])) + _digits(rng, 6)
    total = 0
    for i, ch in enumerate(reversed(digits)):
        value = int(ch) * (2 if i % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def _text(kind: str, rng: np.random.Generator, varied: bool) -> str:
    varieties = _VARIED.get(kind) if varied else None
    if varieties is not None:
        alphabet, least, most = varieties[int(rng.integers(0, len(varieties)))]
        count = int(rng.integers(least, most + 1))
        inner = "".join(rng.choice(list(alphabet), count + (count % 2 if kind == "itf" else 0))).strip() + "7"
        if kind == "itf":
            return inner[1:]
        return str(rng.choice(list("ABCD"))) + inner + str(rng.choice(list("ABCD"))) if kind == "codabar" else inner
    match kind:
        case "ean13":
            return _with_check(str(rng.choice(["978", "979", "690", "400", "501"])) + _digits(rng, 9))
        case "ean8":
            return _with_check(_digits(rng, 7))
        case "upca":
            return _with_check(_digits(rng, 11))
        case "upce":
            return _upce(rng)
        case "itf":
            return _digits(rng, int(rng.choice([6, 8, 10, 12, 14])))
        case "codabar":
            a, b = rng.choice(list("ABCD"), 2)
            return str(a) + _digits(rng, int(rng.integers(6, 15))) + str(b)
        case "code39":
            return "".join(rng.choice(list(_ALNUM + "-. "), int(rng.integers(5, 11)))).strip() + "7"
        case "code39ext":
            return "".join(rng.choice(list("abcdefghXYZ12!#"), int(rng.integers(3, 7)))) + "x"
        case "code128":
            if rng.random() < 0.5:
                return _library_number(rng)
            return "".join(rng.choice(list(_ALNUM + "abcdef-/"), int(rng.integers(6, 15))))
        case _:
            return "K" + _digits(rng, 7)


# alphabets of values without a check, and their shortest and longest, as met on labels
_VARIED = {
    "code39": (("0123456789", 4, 12), (_ALNUM, 3, 12), (_ALNUM + "-. $/%", 5, 14)),
    "itf": (("0123456789", 6, 10), ("0123456789", 13, 14), ("0123456789", 13, 14), ("0123456789", 12, 24)),
    "codabar": (("0123456789", 4, 14), ("0123456789", 8, 13), ("0123456789-$:/.+", 5, 12)),
    "code128": (("0123456789", 4, 22), (_ALNUM, 3, 14), (_ALNUM + "abcdefgh-/. ", 6, 16)),
}
_WRITERS = {
    "ean13": _FORMATS.EAN13,
    "ean13+": _FORMATS.EAN13,
    "ean8": _FORMATS.EAN8,
    "upca": _FORMATS.UPCA,
    "upce": _FORMATS.UPCE,
    "itf": _FORMATS.ITF,
    "codabar": _FORMATS.Codabar,
    "code39": _FORMATS.Code39,
    "code39ext": _FORMATS.Code39Ext,
    "code128": _FORMATS.Code128,
    "qr": _FORMATS.QRCode,
}
_WEIGHTS = {
    "ean13": 5, "ean13+": 1, "ean8": 1, "upca": 3, "upce": 1, "itf": 3, "codabar": 3, "code39": 3, "code39ext": 1,
    "code128": 4, "qr": 1,
}  # fmt: skip
KINDS = tuple(_WEIGHTS)


def _runs(row: Grey) -> list[float]:
    dark = row < 128
    edges = np.flatnonzero(np.diff(dark.astype(np.int8))) + 1
    return [float(n) for n in np.diff(np.concatenate([[0], edges, [row.size]]))]


def make_symbol(rng: np.random.Generator, kind: str | None = None, varied: bool = False) -> Symbol:
    """A random symbol of `kind`, or of any kind; `varied` values have all lengths and alphabets met on labels."""
    if kind is None:
        share = np.array(list(_WEIGHTS.values()), float)
        kind = str(rng.choice(list(_WEIGHTS), p=share / share.sum()))
    text = _text("ean13" if kind == "ean13+" else kind, rng, varied)
    written = f"{text}+{_with_check(_digits(rng, 4))}" if kind == "ean13+" else text
    image = np.array(
        zxingcpp.write_barcode_to_image(
            zxingcpp.create_barcode(written, _WRITERS[kind]), scale=1, add_quiet_zones=False
        )
    )
    symbology = {"ean13+": "ean13", "code39ext": "code39"}.get(kind, kind)
    if kind == "qr":
        return Symbol(text, "qr", (), image)
    runs = _runs(image[image.shape[0] // 4])
    runs = runs[: len(runs) - 1 + len(runs) % 2]  # the writer leaves Codabar's last gap in the picture
    if kind in {"itf", "codabar", "code39", "code39ext"}:
        ratio = float(rng.uniform(2.0, 3.0))
        runs = [1.0 if n == 1 else ratio for n in runs]
    return Symbol(text, symbology, tuple(runs))


def draw(
    out: Grey,
    widths: tuple[float, ...],
    left: float,
    rows: tuple[int, int],
    ink: int,
    growth: float,
    scale: int,
) -> None:
    """Bars of `widths` (modules) into `out` from module `left` on, each `growth` modules wider than it should be."""
    edges = np.concatenate([[0.0], np.cumsum(widths)]) + left
    for i in range(0, len(widths), 2):
        first, last = round((edges[i] - growth / 2) * scale), round((edges[i + 1] + growth / 2) * scale)
        out[rows[0] : rows[1], first:last] = ink


def label(symbol: Symbol, rng: np.random.Generator, scale: int = 6) -> tuple[Grey, tuple[float, float, float, float]]:
    """A printed label at `scale` pixels a module: (picture, (left, top, right, bottom) of the symbol in it)."""
    paper, ink = int(rng.integers(215, 256)), int(rng.integers(0, 60))
    quiet = int(rng.integers(10, 14))
    if symbol.matrix is not None:
        side = symbol.matrix.shape[0]
        out = np.full(((side + 10) * scale, (side + 10) * scale), paper, np.uint8)
        big = cv2.resize(symbol.matrix, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
        out[5 * scale : (5 + side) * scale, 5 * scale : (5 + side) * scale] = np.where(big < 128, ink, paper)
        return out, (5.0 * scale, 5.0 * scale, (5.0 + side) * scale, (5.0 + side) * scale)
    edges = np.concatenate([[0.0], np.cumsum(symbol.widths)])
    growth = float(rng.uniform(-0.08, 0.12))  # bars printed wider or thinner than drawn
    width, height = float(edges[-1]), float(rng.uniform(0.3, 0.75)) * float(min(edges[-1], 95))
    height = max(height, 22.0)
    above, below = float(rng.uniform(2, 12)), float(rng.uniform(9, 18))
    out = np.full((int((height + above + below) * scale), int((width + 2 * quiet) * scale)), paper, np.uint8)
    top, bottom = int(above * scale), int((above + height) * scale)
    draw(out, symbol.widths, quiet, (top, bottom), ink, growth, scale)
    size = scale * 7.0 / 22
    cv2.putText(
        out,
        " ".join(symbol.value[:14]),
        (quiet * scale, bottom + int(8 * scale)),
        cv2.FONT_HERSHEY_SIMPLEX,
        size * min(1.0, width / (11 * min(14, len(symbol.value)))),
        ink,
        max(1, scale // 3),
        cv2.LINE_AA,
    )
    return out, (quiet * scale, top, (quiet + width) * scale, bottom)
