"""Scenes without a readable code: what hangs on walls, lies on counters and looks like bars."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX, cv2.FONT_HERSHEY_TRIPLEX)
_LETTERS = list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-|/")


def product_background(shape: tuple[int, int], rng: np.random.Generator) -> Grey:
    """Packaging: a soft gradient, boxes, blobs and lines of text, as grey of `shape` (h, w)."""
    height, width = shape
    coarse = rng.uniform(40, 240, (4, 5)).astype(np.float32)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    out = np.asarray(np.clip(smooth, 0, 255), np.uint8)
    for _ in range(int(rng.integers(2, 8))):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        w, h = int(rng.integers(20, width // 2)), int(rng.integers(10, height // 3))
        cv2.rectangle(out, (x, y), (x + w, y + h), float(rng.integers(0, 256)), -1 if rng.random() < 0.6 else 3)
    _write(out, rng, int(rng.integers(3, 14)))
    return out


def _write(out: Grey, rng: np.random.Generator, lines: int) -> None:
    height, width = out.shape
    for _ in range(lines):
        text = "".join(rng.choice(_LETTERS, int(rng.integers(5, 40))))
        at = (int(rng.integers(-20, width // 2)), int(rng.integers(10, height)))
        font = FONTS[int(rng.integers(0, len(FONTS)))]
        size = float(rng.uniform(0.4, 2.6))
        cv2.putText(out, text, at, font, size, float(rng.integers(0, 256)), int(rng.integers(1, 5)), cv2.LINE_AA)


def _page(rng: np.random.Generator) -> Grey:
    return np.full((480, 640) if rng.random() < 0.7 else (720, 1280), int(rng.integers(150, 250)), np.uint8)


def _text(rng: np.random.Generator) -> Grey:
    out = _page(rng)
    size = float(rng.uniform(0.3, 1.1))
    for y in range(15, out.shape[0], int(34 * size) + 4):
        line = "".join(rng.choice([*_LETTERS, "I", "l", "1", "|", "H", "M"], 90))
        cv2.putText(out, line, (8, y), FONTS[int(rng.integers(0, 4))], size, 20.0, max(1, int(2 * size)), cv2.LINE_AA)
    return out


def _bricks(rng: np.random.Generator) -> Grey:
    out = _page(rng)
    wide, high = int(rng.integers(8, 90)), int(rng.integers(5, 40))
    for row, y in enumerate(range(0, out.shape[0], high)):
        for x in range(-(row % 2) * wide // 2, out.shape[1], wide):
            cv2.rectangle(out, (x + 1, y + 1), (x + wide - 2, y + high - 2), float(rng.integers(40, 140)), -1)
    return out


def _keyboard(rng: np.random.Generator) -> Grey:
    out = np.full((480, 640), 60, np.uint8)
    pitch = int(rng.integers(14, 46))
    for row, y in enumerate(range(20, 460, pitch)):
        for x in range(10 + row * pitch // 3 % pitch, 620, pitch):
            cv2.rectangle(out, (x, y), (x + pitch - 4, y + pitch - 4), 25.0, -1)
            letter = str(rng.choice(_LETTERS[:36]))
            cv2.putText(out, letter, (x + 3, y + pitch * 2 // 3), 0, pitch / 60, 220.0, 1, cv2.LINE_AA)
    return out


def _bars(rng: np.random.Generator, widths: NDArray[np.int64]) -> Grey:
    out = _page(rng)
    x, dark = int(rng.integers(0, 200)), True
    top, bottom = int(rng.integers(0, 150)), int(rng.integers(250, out.shape[0]))
    for width in widths:
        if dark:
            out[top:bottom, x : x + int(width)] = float(rng.integers(0, 60))
        x, dark = x + int(width), not dark
        if x > out.shape[1] - 20:
            break
    return out


def _random_bars(rng: np.random.Generator) -> Grey:
    return _bars(rng, rng.integers(1, 5, 300) * int(rng.integers(1, 4)))


def _two_width_bars(rng: np.random.Generator) -> Grey:
    return _bars(rng, rng.choice([2, 5], 300) * int(rng.integers(1, 3)))


def _fence(rng: np.random.Generator) -> Grey:
    return _bars(rng, np.tile([int(rng.integers(1, 9)), int(rng.integers(1, 9))], 300))


def _zebra(rng: np.random.Generator) -> Grey:
    out = _page(rng)
    ys, xs = np.mgrid[0 : out.shape[0], 0 : out.shape[1]].astype(np.float32)
    warp = cv2.GaussianBlur(rng.normal(0, 1, out.shape).astype(np.float32), (0, 0), 40) * 900
    wave = np.sin(xs * float(rng.uniform(0.1, 1.2)) + ys * float(rng.uniform(-0.3, 0.3)) + warp)
    return np.asarray(np.where(wave > float(rng.uniform(-0.5, 0.5)), 235, 20), np.uint8)


def _shelf(rng: np.random.Generator) -> Grey:
    out = _page(rng)
    x, thin = 0, int(rng.integers(3, 30))
    while x < out.shape[1]:
        wide = int(rng.integers(max(2, thin // 2), thin * 2 + 2))
        top = int(rng.integers(20, 90))
        cv2.rectangle(out, (x, top), (x + wide - 1, out.shape[0]), float(rng.integers(10, 240)), -1)
        if wide > 14:
            cv2.rectangle(out, (x + 2, 330), (x + wide - 3, 360), 240.0, -1)
        x += wide
    return out


def _texture(rng: np.random.Generator) -> Grey:
    out = _page(rng)
    noise = rng.normal(0, 1, out.shape).astype(np.float32)
    soft = cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(0.7, 4)), sigmaY=float(rng.uniform(0.7, 25)))
    return np.asarray(np.clip(128 + soft / soft.std() * 70, 0, 255), np.uint8)


def _table(rng: np.random.Generator) -> Grey:
    out = _page(rng)
    for y in range(5, out.shape[0], int(rng.integers(8, 40))):
        cv2.line(out, (0, y), (out.shape[1], y), 20.0, int(rng.integers(1, 3)))
    x = 0
    while x < out.shape[1]:
        cv2.line(out, (x, 0), (x, out.shape[0]), 20.0, int(rng.integers(1, 6)))
        x += int(rng.integers(4, 60))
    return out


def _packaging(rng: np.random.Generator) -> Grey:
    return product_background((480, 640), rng)


def _torn(rng: np.random.Generator) -> Grey:
    """A real symbol of which a part is hidden under a finger, a sticker or the picture's edge."""
    from tests.scanner.pictures.symbols import label, make_symbol

    symbol = make_symbol(rng, str(rng.choice(["itf", "code39", "codabar", "code128", "ean13", "upca", "ean8"])))
    drawn, (left, _, right, _) = label(symbol, rng)
    scale = float(rng.uniform(1.6, 3.4)) / 6
    cut = left + (right - left) * float(rng.uniform(0.25, 0.75))
    way = rng.integers(0, 3)
    kept = drawn[:, : int(cut)] if rng.random() < 0.5 else drawn[:, int(cut) :]
    if way == 1:
        kept = drawn.copy()
        x = int(cut)
        kept[:, x : x + int((right - left) * 0.12)] = int(rng.integers(0, 256))
    elif way == 2:
        kept = drawn.copy()
        edge = int((right - left) * 0.08)
        kept[:, max(0, int(left) - edge) : int(left) + edge] = int(rng.integers(0, 256))
        if rng.random() < 0.5:
            kept[:, int(right) - edge : int(right) + edge] = int(rng.integers(0, 256))
    small = cv2.resize(kept, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    out = product_background((480, 640), rng)
    high, wide = min(480, small.shape[0]), min(640, small.shape[1])
    x, y = int(rng.integers(0, 641 - wide)), int(rng.integers(0, 481 - high))
    out[y : y + high, x : x + wide] = small[:high, :wide]
    if rng.random() < 0.5:
        out = np.asarray(cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.5, 1.6))), np.uint8)
    return out


_SCENES: dict[str, Callable[[np.random.Generator], Grey]] = {
    "text": _text,
    "bricks": _bricks,
    "keyboard": _keyboard,
    "random bars": _random_bars,
    "two-width bars": _two_width_bars,
    "fence": _fence,
    "zebra": _zebra,
    "shelf": _shelf,
    "texture": _texture,
    "table": _table,
    "packaging": _packaging,
    "torn": _torn,
}
SCENES = tuple(_SCENES)


def scene(kind: str, seed: int) -> Grey:
    """The scene of this kind and seed, tilted, blurred and noisy at random, as grey (h, w)."""
    rng = np.random.default_rng([seed, SCENES.index(kind), 77])
    out = _SCENES[kind](rng)
    height, width = out.shape
    if rng.random() < 0.5:
        turn = cv2.getRotationMatrix2D(
            (width / 2, height / 2), float(rng.uniform(-90, 90)), float(rng.uniform(0.7, 1.4))
        )
        turned = cv2.warpAffine(out, turn, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT)
        out = np.asarray(turned, np.uint8)
    if rng.random() < 0.4:
        out = np.asarray(cv2.GaussianBlur(out, (0, 0), float(rng.uniform(0.4, 2))), np.uint8)
    noisy = out + rng.normal(0, float(rng.uniform(0, 10)), out.shape)
    return np.asarray(np.clip(noisy, 0, 255), np.uint8)
