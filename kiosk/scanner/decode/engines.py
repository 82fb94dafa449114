"""The two reading engines, brought to one form. Either may be missing: the other then works alone.

zxing-cpp's wheel brings everything; pyzbar needs the system's libzbar on Linux. Neither is imported before the first
picture. A reading is one engine's claim about one picture; whether it is believed is decided in `evidence`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import get_ident
from typing import TYPE_CHECKING, Any

from kiosk.scanner.decode.symbols import full_ascii

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

Point = tuple[float, float]
_GREY = int.from_bytes(b"Y800", "little")  # one byte a pixel, as zbar spells it


@dataclass(frozen=True, slots=True)
class Reading:
    """What one engine read: `value` in one canonical form, `quad` its outline (tl, tr, br, bl seen upright)."""

    value: str
    symbology: str
    quad: tuple[Point, Point, Point, Point]
    engine: str
    lines: int


Engine = Callable[["Grey", bool, int], "list[Reading]"]
"""(picture, all directions, every nth line) -> readings. Without "all directions" only lines from left to right
and back count; the step matters to zbar only."""


def canonical(text: str, symbology: str) -> tuple[str, str]:
    """One form for what engines spell in several ways.

    A UPC-A is an EAN-13 with a leading zero (GS1 General Specifications 5.2.1.4); FNC1 separators are no characters
    of the value; Code 39's two-character sequences are what Full ASCII makes of them.
    """
    text = text.replace("\x1d", "")
    if symbology == "ean13" and len(text) == 13 and text[0] == "0":
        return text[1:], "upca"
    if symbology == "upca" and len(text) == 13:
        return text[1:], "upca"
    if symbology == "code39":
        return full_ascii(text), "code39"
    return text, symbology


def available_engines() -> tuple[Engine, ...]:
    """The engines that work on this machine, zxing-cpp first."""
    return tuple(engines_by_name().values())


def engines_by_name() -> dict[str, Engine]:
    """The engines that work on this machine under their names, "zxing" first, then "zbar"."""
    both = {"zxing": _zxing(), "zbar": _zbar()}
    return {name: engine for name, engine in both.items() if engine is not None}


@cache
def _zxing() -> Engine | None:
    try:
        import zxingcpp
    except ImportError:
        return None
    kinds = zxingcpp.BarcodeFormat
    names = {
        kinds.Code128: "code128",
        kinds.Code39: "code39",
        kinds.Code39Std: "code39",
        kinds.Codabar: "codabar",
        kinds.ITF: "itf",
        kinds.ITF14: "itf",
        kinds.EAN13: "ean13",
        kinds.EAN8: "ean8",
        kinds.UPCA: "upca",
        kinds.UPCE: "upce",
        kinds.QRCode: "qr",
        kinds.QRCodeModel2: "qr",
    }
    asked = [kind for kind in names if kind is not kinds.Code39]  # Std: Full ASCII is decided upon in `canonical`
    linear = zxingcpp.BarcodeFormats([kind for kind in asked if names[kind] != "qr"])
    everything = zxingcpp.BarcodeFormats(asked)

    def read(picture: Grey, everywhere: bool, _step: int) -> list[Reading]:
        found = zxingcpp.read_barcodes(
            picture,
            formats=everything if everywhere else linear,
            try_rotate=everywhere,
            try_downscale=everywhere,
            try_invert=everywhere,
            text_mode=zxingcpp.TextMode.Plain,
        )
        readings = []
        for one in found:
            name = names.get(one.format)
            if name is None or not one.text:
                continue
            text = one.text
            if name == "upce":
                extra: Any = one.extra
                text = str((extra or {}).get("UPCE", text))
            place = one.position
            quad = tuple(
                (float(p.x), float(p.y))
                for p in (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
            )
            value, name = canonical(text, name)
            readings.append(Reading(value, name, quad, "zxing", 2))  # type: ignore[arg-type]  # four points
        return readings

    return read


@cache
def _zbar() -> Engine | None:
    try:
        from pyzbar import wrapper  # type: ignore[import-untyped]  # pyzbar has no types
    except (ImportError, OSError):  # OSError: pyzbar is there, the system's libzbar is not
        return None
    kinds = wrapper.ZBarSymbol
    names = {
        kinds.CODE128: "code128",
        kinds.CODE39: "code39",
        kinds.CODABAR: "codabar",
        kinds.I25: "itf",
        kinds.EAN13: "ean13",
        kinds.EAN8: "ean8",
        kinds.UPCA: "upca",
        kinds.UPCE: "upce",
        kinds.QRCODE: "qr",
    }
    by_number = {int(kind): name for kind, name in names.items()}

    @cache
    def scanner(across: int, down: int, qr: bool, _thread: int) -> Any:  # zbar scanners know no second thread
        made = wrapper.zbar_image_scanner_create()
        for kind in kinds:
            wanted = kind in names and (qr or kind is not kinds.QRCODE)
            wrapper.zbar_image_scanner_set_config(made, kind, wrapper.ZBarConfig.CFG_ENABLE, int(wanted))
        wrapper.zbar_image_scanner_set_config(made, kinds.NONE, wrapper.ZBarConfig.CFG_X_DENSITY, across)
        wrapper.zbar_image_scanner_set_config(made, kinds.NONE, wrapper.ZBarConfig.CFG_Y_DENSITY, down)
        return made

    def read(picture: Grey, everywhere: bool, step: int) -> list[Reading]:
        height, width = picture.shape
        pixels = picture.tobytes()
        readings = []
        image = wrapper.zbar_image_create()
        try:
            wrapper.zbar_image_set_format(image, _GREY)
            wrapper.zbar_image_set_size(image, width, height)
            wrapper.zbar_image_set_data(image, ctypes.cast(ctypes.c_char_p(pixels), ctypes.c_void_p), len(pixels), None)
            hand = scanner(step if everywhere else 0, step, everywhere, get_ident())
            if wrapper.zbar_scan_image(hand, image) < 0:
                return []
            symbol = wrapper.zbar_image_first_symbol(image)
            while symbol:
                one = reading(symbol)
                if one is not None:
                    readings.append(one)
                symbol = wrapper.zbar_symbol_next(symbol)
        finally:
            wrapper.zbar_image_destroy(image)
        return readings

    def reading(symbol: Any) -> Reading | None:
        name = by_number.get(symbol.contents.type)
        count = wrapper.zbar_symbol_get_loc_size(symbol)
        if name is None or count == 0:
            return None
        said = ctypes.string_at(wrapper.zbar_symbol_get_data(symbol), wrapper.zbar_symbol_get_data_length(symbol))
        try:
            value, name = canonical(said.decode("utf-8"), name)
        except UnicodeDecodeError:
            return None
        xs = [float(wrapper.zbar_symbol_get_loc_x(symbol, i)) for i in range(count)]
        ys = [float(wrapper.zbar_symbol_get_loc_y(symbol, i)) for i in range(count)]
        way = wrapper.zbar_symbol_get_orientation
        quad = _upright((min(xs), min(ys), max(xs), max(ys)), way(symbol) if way is not None else 0)
        return Reading(value, name, quad, "zbar", int(wrapper.zbar_symbol_get_quality(symbol)))

    return read


def _upright(box: tuple[float, float, float, float], way: int) -> tuple[Point, Point, Point, Point]:
    """zbar's bounding box along its reading direction (zbar.h: 0 upright, 1 downwards, 2 upside down, 3 upwards)."""
    left, top, right, bottom = box
    a, b, c, d = (left, top), (right, top), (right, bottom), (left, bottom)
    return {1: (b, c, d, a), 2: (c, d, a, b), 3: (d, a, b, c)}.get(way, (a, b, c, d))
