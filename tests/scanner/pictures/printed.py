"""Labels as printers and presses make them, seen by a colour sensor: what `camera` and `photographs` are too even for.

Ink spreads or is thin by a quarter of a module, gaps between characters are wide, bearer bars frame a carton's code,
bars are coloured on coloured paper, a code fills the picture with edges as sharp as they come or is seen aslant, and a
sensor sees one colour a pixel through a mosaic. Light is added as light, not as grey values.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.scanner.pictures.camera import Picture
from tests.scanner.pictures.symbols import Grey, make_symbol

PRINTED = ("inked", "gapped", "near", "aslant")
_KINDS = {"inked": ("itf", "itf", "ean8", "code39"), "gapped": ("codabar", "code39")}
_CARTON = ("itf", "itf", "itf", "codabar")
_EVERY = {"codabar": 8, "code39": 10}  # bars and spaces of a character, its gap last
_INKS = ((15, 15, 15), (25, 70, 20), (110, 35, 30), (20, 40, 90))  # blue, green, red
_PAPERS = ((245, 245, 245), (60, 225, 250), (125, 170, 205))
_SCALE = 8  # pixels a module of the label before it is photographed

Colour = NDArray[np.float32]


def printed(condition: str, seed: int) -> Picture:
    """The picture of this condition and seed: one label that nearly fills it."""
    rng = np.random.default_rng([seed, PRINTED.index(condition), 59])
    symbol = make_symbol(rng, str(rng.choice(_KINDS.get(condition, _CARTON))), varied=True)
    widths = np.array(symbol.widths)
    if condition == "gapped":
        every = _EVERY[symbol.symbology]
        widths[every - 1 :: every] = float(rng.uniform(1.5, 2.6))
    grown = float(rng.choice([-0.22, 0.3]) if condition == "inked" else rng.uniform(-0.1, 0.2))
    label, box = _label(widths, grown, symbol.symbology == "itf" and rng.random() < 0.5, rng)
    lean = 0.3 if condition == "aslant" else 0.05
    module = float(rng.uniform(6, 16) if condition == "near" else rng.uniform(2.2, 4.5))
    pixels, quad = _seen(label, box, min(module, 900 / float(widths.sum())), lean, rng)
    return Picture(_sensed(pixels, rng), symbol.value, symbol.symbology, condition, quad)


def _label(
    widths: NDArray[np.float64], grown: float, framed: bool, rng: np.random.Generator
) -> tuple[Colour, tuple[float, float, float, float]]:
    """The label as light (h, w, 3), 0 to 1, and its code's box."""
    edges = np.concatenate([[0.0], np.cumsum(widths)])
    quiet, tall = float(rng.uniform(9, 16)), float(np.clip(edges[-1] * rng.uniform(0.25, 0.5), 20, 60))
    ink, paper = _INKS[int(rng.integers(0, 4))], _PAPERS[int(rng.integers(0, 3))]
    top, bottom = 8 * _SCALE, round((8 + tall) * _SCALE)
    out = np.full((bottom + 12 * _SCALE, round((edges[-1] + 2 * quiet) * _SCALE), 3), paper, np.float32)
    for i in range(0, len(widths), 2):
        first, last = (round((edges[j] + quiet + by) * _SCALE) for j, by in ((i, -grown / 2), (i + 1, grown / 2)))
        out[top:bottom, first:last] = ink
    if framed:
        out[top - 3 * _SCALE : top] = ink
        out[bottom : bottom + 3 * _SCALE] = ink
    return (out / 255) ** 2.2, (quiet * _SCALE, top, (quiet + edges[-1]) * _SCALE, bottom)


def _seen(
    label: Colour, box: tuple[float, float, float, float], module: float, lean: float, rng: np.random.Generator
) -> tuple[Colour, tuple[tuple[float, float], ...]]:
    high, wide = label.shape[:2]
    corners = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float64)
    turn = np.deg2rad(float(rng.normal(0, 4) if lean < 0.1 else rng.uniform(-40, 40)))
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    placed = (corners - [wide / 2, high / 2]) * (module / _SCALE) @ turned
    placed /= (1 + placed @ (rng.uniform(-lean, lean, 2) / (module * wide / _SCALE / 2)))[:, None]
    placed -= placed.min(0) - 20
    size = tuple(int(side) + 20 for side in placed.max(0))
    home = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
    soft = cv2.GaussianBlur(label, (0, 0), max(0.3, 0.4 * _SCALE / module))
    seen = cv2.warpPerspective(soft, home, size, borderValue=(0.2, 0.12, 0.08))
    left, top, right, bottom = box
    outline = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float64)
    quad = tuple((float(x), float(y)) for x, y in cv2.perspectiveTransform(outline, home)[0])
    return np.asarray(seen, np.float32), quad


def _sensed(light: Colour, rng: np.random.Generator) -> Grey:
    """Uneven light, shot noise, the mosaic undone as a camera does, its sharpening, and JPEG; as grey."""
    high, wide = light.shape[:2]
    lamp = cv2.resize(rng.uniform(0.5, 0.95, (2, 3)).astype(np.float32), (wide, high), interpolation=cv2.INTER_CUBIC)
    light = light * lamp[:, :, None]
    raw = light[:, :, 1].copy()
    raw[0::2, 0::2], raw[1::2, 1::2] = light[0::2, 0::2, 2], light[1::2, 1::2, 0]
    raw += rng.normal(0, 1, raw.shape) * np.sqrt(np.maximum(raw, 0) / 1500 + 1e-5)
    colour = cv2.cvtColor((np.clip(raw, 0, 1) * 65535).astype(np.uint16), cv2.COLOR_BayerRGGB2BGR)
    shown = (colour.astype(np.float32) / 65535) ** (1 / 2.2) * 255
    shown += float(rng.uniform(0, 1.2)) * (shown - cv2.GaussianBlur(shown, (0, 0), 1.2))
    packed = cv2.imencode(".jpg", np.clip(shown, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 70])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
