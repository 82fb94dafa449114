"""Photographs as people take them with a phone: products, boxes and labels, seldom sharp, from a seed.

Beside `camera` (a label under one trouble, small pictures) these are 640 to 2592 pixels wide, the code takes 15 to 70 %
of the width, lenses blur as lenses do (a disc, not a bell), phones sharpen what they blurred, and something is printed
close to the bars.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.scanner.pictures.camera import Picture, bend
from tests.scanner.pictures.scenes import FONTS, product_background
from tests.scanner.pictures.symbols import Grey, Symbol, draw, make_symbol

PHOTOGRAPHED = (
    "sharp", "defocus", "motion", "low resolution", "glare", "uneven light", "tilted", "curved", "crowded", "dark",
    "everyday", "hard",
)  # fmt: skip
PHOTO_KINDS = {"codabar": 3, "code39": 3, "code128": 3, "ean13": 4, "upca": 3, "itf": 3, "ean8": 0.5, "upce": 0.5}
_SIZES = ((640, 480), (640, 480), (800, 600), (1024, 768), (1280, 960), (1600, 1200), (2592, 1944))
_SCALE = 8  # pixels a module of the label before it is photographed
_MILD = ("defocus", "motion", "low resolution", "glare", "uneven light", "tilted", "curved", "crowded", "dark")


def photograph(condition: str, seed: int, kind: str | None = None) -> Picture:
    """The photograph of this condition and seed: one code of `kind`, or of any of the linear kinds."""
    rng = np.random.default_rng([seed, PHOTOGRAPHED.index(condition), 31])
    if kind is None:
        share = np.array(list(PHOTO_KINDS.values()))
        kind = str(rng.choice(list(PHOTO_KINDS), p=share / share.sum()))
    symbol = make_symbol(rng, kind, varied=True)
    wanted, mild = {condition: 1.0}, 0.6
    if condition in {"everyday", "hard"}:
        several = rng.choice(_MILD, 2 if condition == "everyday" else 4, replace=False)
        wanted = {str(one): mild for one in several}
    drawn, box = _packaging(symbol, "crowded" in wanted, rng)
    width, height = _SIZES[int(rng.integers(0, len(_SIZES)))]
    module, (width, height) = _module(symbol, (width, height), wanted, rng)
    if "curved" in wanted:
        drawn = bend(drawn, float(rng.uniform(0.5, 1.0)) * wanted["curved"], rng)
    pixels, quad = _photographed(drawn, box, module, (width, height), wanted, rng)
    return Picture(_taken(pixels, module, quad, wanted, rng), symbol.value, symbol.symbology, condition, quad)


def _module(
    symbol: Symbol, size: tuple[int, int], wanted: dict[str, float], rng: np.random.Generator
) -> tuple[float, tuple[int, int]]:
    """Pixels a module, and the picture's size: grown where the code would be too small in it to be there at all."""
    total = float(sum(symbol.widths))
    least, most = (1.05, 1.7) if "low resolution" in wanted else (1.5, 99.0)
    if wanted.get("low resolution", 1.0) < 1:
        least, most = 1.3, 2.0
    module = float(np.clip(float(rng.uniform(0.15, 0.7)) * size[0] / total, least, most))
    width = size[0]
    while module * total > 0.8 * width:
        width = round(width * 1.25)
    while module * total < 0.15 * width and width > 640:
        width = round(width / 1.25)
    return module, (width, round(width * size[1] / size[0]))


def _packaging(
    symbol: Symbol, crowded: bool, rng: np.random.Generator
) -> tuple[Grey, tuple[float, float, float, float]]:
    """The printed side: code, digits below it, words above it; crowded ones have print or a frame near the ends."""
    edges = np.concatenate([[0.0], np.cumsum(symbol.widths)])
    width = float(edges[-1])
    tall = float(np.clip(width * rng.uniform(0.15, 0.6), 12, 70))
    quiet = float(rng.uniform(3.5, 7.0) if crowded else rng.uniform(8, 16))
    above, below = float(rng.uniform(2, 14)), float(rng.uniform(9, 20))
    paper, ink = int(rng.integers(190, 256)), int(rng.integers(0, 70))
    shape = (int((tall + above + below) * _SCALE), int((width + 2 * quiet) * _SCALE))
    out = np.full(shape, paper, np.uint8)
    top, bottom = int(above * _SCALE), int((above + tall) * _SCALE)
    draw(out, symbol.widths, quiet, (top, bottom), ink, float(rng.uniform(-0.12, 0.18)), _SCALE)
    if symbol.symbology == "itf" and rng.random() < 0.4:  # bearer bars, as on cartons
        thick = int(2.5 * _SCALE)
        cv2.rectangle(out, (0, max(0, top - thick)), (shape[1], top), ink, -1)
        cv2.rectangle(out, (0, bottom), (shape[1], bottom + thick), ink, -1)
    _write(out, " ".join(symbol.value.strip("ABCD")[:20]), (quiet * _SCALE, bottom + 8 * _SCALE), width, ink, rng)
    _write(out, "NET WT 340g  BEST BEFORE", (0.5 * _SCALE, top - 3), width * 0.7, ink, rng)
    if rng.random() < 0.3:
        cv2.rectangle(out, (2, 2), (shape[1] - 3, shape[0] - 3), ink, max(2, _SCALE // 3))
    return out, (quiet * _SCALE, top, (quiet + width) * _SCALE, bottom)


def _write(out: Grey, text: str, at: tuple[float, float], modules: float, ink: int, rng: np.random.Generator) -> None:
    size = modules * _SCALE / (22.0 * max(8, len(text)))
    place = (int(at[0]), int(at[1]))
    cv2.putText(out, text, place, FONTS[int(rng.integers(0, 4))], size, ink, max(1, int(2 * size)), cv2.LINE_AA)


def _photographed(
    drawn: Grey,
    box: tuple[float, float, float, float],
    module: float,
    size: tuple[int, int],
    wanted: dict[str, float],
    rng: np.random.Generator,
) -> tuple[Grey, tuple[tuple[float, float], ...]]:
    width, height = size
    tall, wide = drawn.shape
    scale = module / _SCALE
    angle = float(rng.normal(0, 4))
    if "tilted" in wanted:
        angle = float(rng.uniform(-45, 45)) * wanted["tilted"]
    if rng.random() < 0.15:
        angle += float(rng.choice([90, 180, 270]))
    corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float64)
    turn = np.deg2rad(angle)
    turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    placed = (corners - [wide / 2, tall / 2]) * scale @ turned
    lean = rng.uniform(-0.25, 0.25, 2) * wanted.get("tilted", 0.2) / (scale * max(wide, tall) / 2)
    placed = placed / (1 + placed @ lean)[:, None]
    room = np.maximum(0, np.array([width, height]) - np.ptp(placed, axis=0)) / 2
    placed += np.array([width, height]) / 2 - (placed.max(0) + placed.min(0)) / 2 + rng.uniform(-0.7, 0.7, 2) * room
    home = cv2.getPerspectiveTransform(corners.astype(np.float32), placed.astype(np.float32))
    soft = cv2.GaussianBlur(drawn, (0, 0), max(0.3, 0.4 / scale))  # a pixel gathers the light of its whole area
    laid = cv2.warpPerspective(soft, home, size, flags=cv2.INTER_LINEAR).astype(np.float32)
    mask = cv2.warpPerspective(np.full_like(drawn, 255), home, size, flags=cv2.INTER_LINEAR).astype(np.float32) / 255
    both = laid * mask + (1 - mask) * product_background((height, width), rng)
    left, top, right, bottom = box
    outline = np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float64)
    quad = tuple((float(x), float(y)) for x, y in cv2.perspectiveTransform(outline, home)[0])
    return np.clip(both, 0, 255).astype(np.uint8), quad


def _taken(
    pixels: Grey,
    module: float,
    quad: tuple[tuple[float, float], ...],
    wanted: dict[str, float],
    rng: np.random.Generator,
) -> Grey:
    """Light, lens, shake, sensor, the phone's own sharpening, and JPEG."""
    image = pixels.astype(np.float32)
    height, width = pixels.shape
    span = np.ptp(np.array(quad), axis=0)
    middle = np.mean(quad, axis=0)
    coarse = rng.uniform(0.75, 1.1, (3, 4)).astype(np.float32)
    if "uneven light" in wanted:
        coarse = rng.uniform(0.25, 1.15, (3, 4)).astype(np.float32)
    image *= cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    if "uneven light" in wanted and rng.random() < 0.5:
        image = np.asarray(image * _shadow(image.shape, middle, rng), np.float32)
    if "dark" in wanted:
        image = float(rng.uniform(15, 70)) + image * float(rng.uniform(0.2, 0.45))
    if "glare" in wanted:
        at = middle + rng.normal(0, 0.3, 2) * span
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        reach = float(rng.uniform(0.08, 0.25)) * float(np.hypot(*span)) * wanted["glare"]
        image += float(rng.uniform(100, 300)) * np.exp(-((xs - at[0]) ** 2 + (ys - at[1]) ** 2) / (2 * reach**2))
    radius = module * float(rng.uniform(0.15, 0.45))
    if "defocus" in wanted:
        radius = module * float(rng.uniform(0.7, 1.6)) * (0.85 if wanted["defocus"] < 1 else 1.0)
    image = np.asarray(cv2.filter2D(image, -1, _disc(radius)), np.float32)
    if "motion" in wanted:
        length = module * float(rng.uniform(1.0, 3.0)) * wanted["motion"]
        image = np.asarray(cv2.filter2D(image, -1, _streak(length, float(rng.uniform(0, np.pi)))), np.float32)
    sigma = float(rng.uniform(1, 4))
    if "dark" in wanted:
        sigma = float(rng.uniform(5, 12)) * wanted["dark"]
    grain = rng.normal(0, sigma, image.shape).astype(np.float32)
    image = image + cv2.GaussianBlur(grain, (0, 0), 0.5) * 1.3
    if rng.random() < 0.5:
        image = image + float(rng.uniform(0.3, 1.2)) * (image - cv2.GaussianBlur(image, (0, 0), 1.2))
    done = np.clip(image, 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", done, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 86))])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def _shadow(shape: tuple[int, ...], middle: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float32]:
    ys, xs = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    turn = float(rng.uniform(0, 2 * np.pi))
    side = (xs - middle[0]) * np.cos(turn) + (ys - middle[1]) * np.sin(turn)
    soft = float(rng.uniform(2, 40))
    return np.asarray(1 - float(rng.uniform(0.35, 0.7)) / (1 + np.exp(np.clip(-side / soft, -30, 30))), np.float32)


def _disc(radius: float) -> NDArray[np.float32]:
    """Light of a point out of focus: an even disc, its edge as smooth as pixels are."""
    reach = int(np.ceil(radius + 1))
    at = np.arange(-reach, reach + 1)
    away = np.hypot(*np.meshgrid(at, at))
    kernel = np.clip(radius + 0.5 - away, 0, 1).astype(np.float32)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _streak(length: float, turn: float) -> NDArray[np.float32]:
    reach = int(np.ceil(length / 2 + 1))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for part in np.linspace(-0.5, 0.5, max(3, int(6 * length))):
        x, y = reach + part * length * np.cos(turn), reach + part * length * np.sin(turn)
        left, top = int(np.floor(x)), int(np.floor(y))
        for i, j, share in (
            (0, 0, (1 - x + left) * (1 - y + top)),
            (1, 0, (x - left) * (1 - y + top)),
            (0, 1, (1 - x + left) * (y - top)),
            (1, 1, (x - left) * (y - top)),
        ):
            kernel[top + j, left + i] += share
    return np.asarray(kernel / kernel.sum(), np.float32)
