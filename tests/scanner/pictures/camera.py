"""A label in front of a camera: where it lies, and what light, lens and sensor do to it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.scanner.pictures.scenes import product_background
from tests.scanner.pictures.symbols import Grey, Symbol, label, make_symbol

Matrix = NDArray[np.float64]
CONDITIONS = (
    "easy", "blur", "motion", "noise", "jpeg", "contrast", "shadow", "glare", "rotated", "perspective", "curved",
    "small", "inverted", "mixed",
)  # fmt: skip


@dataclass(frozen=True)
class Picture:
    """Pixels (h, w, grey) and what is printed in them; `quad` is the symbol's outline in pixels."""

    pixels: Grey
    value: str
    symbology: str
    condition: str
    quad: tuple[tuple[float, float], ...]


def picture(condition: str, seed: int, kind: str | None = None) -> Picture:
    """The picture of this condition and seed: one label on a product-like background."""
    rng = np.random.default_rng([seed, CONDITIONS.index(condition)])
    symbol = make_symbol(rng, kind)
    wanted = {condition}
    if condition == "mixed":
        wanted = {str(c) for c in rng.choice(["blur", "noise", "jpeg", "contrast", "shadow", "rotated", "perspective",
                                              "curved", "small", "motion"], 3, replace=False)}  # fmt: skip
    mild = 0.6 if condition == "mixed" else 1.0
    drawn, box = label(symbol, rng)
    if "inverted" in wanted:
        drawn = np.asarray(255 - drawn, np.uint8)
    module = _module_pixels(symbol, wanted, rng)
    size = (1280, 720) if rng.random() < 0.3 else (640, 480)
    pixels, quad = _lay(drawn, box, module, size, wanted, mild, rng)
    return Picture(_degrade(pixels, module, quad, wanted, mild, rng), symbol.value, symbol.symbology, condition, quad)


def _module_pixels(symbol: Symbol, wanted: set[str], rng: np.random.Generator) -> float:
    total = sum(symbol.widths) + 24 if symbol.widths else 35
    least = 1.0 if "small" in wanted else 1.7
    most = 1.7 if "small" in wanted else 3.2
    if symbol.matrix is not None:
        least, most = (2.0, 3.0) if "small" in wanted else (3.5, 7.0)
    return float(min(rng.uniform(least, most), 600 / total))


def _lay(
    drawn: Grey,
    box: tuple[float, float, float, float],
    module: float,
    size: tuple[int, int],
    wanted: set[str],
    mild: float,
    rng: np.random.Generator,
) -> tuple[Grey, tuple[tuple[float, float], ...]]:
    """Warp the label onto a background at twice the final size, then average down as a sensor does."""
    width, height = size
    tall, wide = drawn.shape
    scale = module * 2 / 6
    angle = float(rng.uniform(0, 360)) if "rotated" in wanted else float(rng.normal(0, 2.5))
    if "curved" in wanted:
        drawn = bend(drawn, float(rng.uniform(0.5, 1.05)) * mild, rng)
    corners = np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float64) - [wide / 2, tall / 2]
    turn = np.deg2rad(angle)
    placed = corners * scale @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    if "perspective" in wanted:
        lean = rng.uniform(-0.28, 0.28, 2) * mild / (scale * max(wide, tall) / 2)
        placed = placed / (1 + placed @ lean)[:, None]
    span = np.ptp(placed, axis=0)
    fit = min(1.0, 0.98 * 2 * width / span[0], 0.98 * 2 * height / span[1])
    placed *= fit
    room = np.maximum(0, np.array([2 * width, 2 * height]) - span * fit) / 2
    placed += np.array([width, height]) - (placed.max(0) + placed.min(0)) / 2 + rng.uniform(-0.8, 0.8, 2) * room
    home = cv2.getPerspectiveTransform(
        np.array([[0, 0], [wide, 0], [wide, tall], [0, tall]], np.float32), placed.astype(np.float32)
    )
    ground = product_background((2 * height, 2 * width), rng)
    blurred = cv2.GaussianBlur(drawn, (0, 0), max(0.01, 0.35 / scale)) if scale < 1 else drawn
    laid = cv2.warpPerspective(blurred, home, (2 * width, 2 * height), flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full_like(drawn, 255), home, (2 * width, 2 * height), flags=cv2.INTER_LINEAR)
    share = mask.astype(np.float32) / 255
    both = laid.astype(np.float32) + (1 - share) * ground
    small = cv2.resize(both, (width, height), interpolation=cv2.INTER_AREA)
    left, top, right, bottom = box
    outline = cv2.perspectiveTransform(
        np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float64), home
    )[0]
    return np.clip(small, 0, 255).astype(np.uint8), tuple((float(x) / 2, float(y) / 2) for x, y in outline)


def bend(drawn: Grey, half_angle: float, rng: np.random.Generator) -> Grey:
    """The label on a cylinder whose axis runs along the bars, seen from the front: it narrows towards its ends."""
    tall, wide = drawn.shape
    u = np.linspace(-1, 1, wide)
    shift = float(rng.uniform(-0.25, 0.25)) * half_angle
    ends = np.sin(np.array([-half_angle, half_angle]) + shift)
    seen = ends[0] + (u + 1) / 2 * (ends[1] - ends[0])
    source = ((np.arcsin(np.clip(seen, -1, 1)) - shift) / half_angle + 1) / 2 * (wide - 1)
    across = np.tile(source.astype(np.float32), (tall, 1))
    sag = (np.cos(u * half_angle) - 1) * float(rng.uniform(-0.25, 0.25)) * tall
    down = (np.arange(tall)[:, None] + sag[None, :]).astype(np.float32)
    return cv2.remap(drawn, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _degrade(
    pixels: Grey,
    module: float,
    quad: tuple[tuple[float, float], ...],
    wanted: set[str],
    mild: float,
    rng: np.random.Generator,
) -> Grey:
    image = pixels.astype(np.float32)
    height, width = pixels.shape
    middle = np.mean(quad, axis=0)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    if "contrast" in wanted:
        image = float(rng.uniform(60, 150)) + (image - 128) * float(rng.uniform(0.12, 0.35)) / mild
    if "shadow" in wanted:
        turn = float(rng.uniform(0, 2 * np.pi))
        side = (xs - middle[0]) * np.cos(turn) + (ys - middle[1]) * np.sin(turn)
        soft = float(rng.uniform(3, 60))
        image *= 1 - float(rng.uniform(0.4, 0.75)) * mild / (1 + np.exp(np.clip(-side / soft, -30, 30)))
    if "glare" in wanted:
        at = middle + rng.normal(0, 0.25, 2) * np.ptp(np.array(quad), axis=0)
        reach = float(rng.uniform(0.12, 0.3)) * float(np.hypot(*np.ptp(np.array(quad), axis=0)))
        image += float(rng.uniform(120, 400)) * np.exp(-((xs - at[0]) ** 2 + (ys - at[1]) ** 2) / (2 * reach**2))
    if "blur" in wanted:
        spread = module * float(rng.uniform(0.55, 0.95)) * (0.75 if mild < 1 else 1)
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), max(0.5, spread)), np.float32)
    if "motion" in wanted:
        length = max(2, round(module * float(rng.uniform(1.2, 2.6)) * mild))
        kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
        turn = float(rng.uniform(0, np.pi))
        step = np.array([np.cos(turn), np.sin(turn)]) * length / 2
        cv2.line(kernel, tuple(np.round(length - step).astype(int)), tuple(np.round(length + step).astype(int)), 1.0, 1)
        image = np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.float32)
    sigma = float(rng.uniform(12, 30)) * mild if "noise" in wanted else float(rng.uniform(0.5, 3))
    image = image + rng.normal(0, sigma, image.shape).astype(np.float32)
    done = np.clip(image, 0, 255).astype(np.uint8)
    if "jpeg" in wanted:
        quality = int(rng.integers(8, 25) if mild == 1 else rng.integers(20, 50))
        packed = cv2.imencode(".jpg", done, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        done = np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)
    return done
