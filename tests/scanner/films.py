"""Films of a desk under a camera: cards and books with printed codes come in, lie there and go again.

The codes are drawn by our own printing code. `frames` gives the pictures, `record` writes them as Motion JPEG, as a
cheap camera sends them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from kiosk.printing.bars import Bars, Kind

SIZE = (1280, 720)
FPS = 15
ENTER = 0.35
"""Seconds in which a hand brings a thing."""
COLOURS = ((96, 64, 150), (150, 96, 40), (60, 120, 70), (40, 90, 190))


def bars(code: str, kind: Kind = "code128", module: int = 3, height: int = 84) -> np.ndarray:
    """A printed code with its blank, BGR."""
    line = np.repeat(np.array([0 if one == "1" else 255 for one in Bars(kind, code).pattern], np.uint8), module)
    quiet = np.full(11 * module, 255, np.uint8)
    row = np.concatenate([quiet, line, quiet])
    label = np.full((height + 40, row.size), 250, np.uint8)
    label[10 : 10 + height] = row
    label = cv2.cvtColor(label, cv2.COLOR_GRAY2BGR)
    cv2.putText(label, code, (11 * module, height + 34), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (40, 40, 40), 2, cv2.LINE_AA)
    return label


def a_card(code: str) -> np.ndarray:
    """A reader's card."""
    sheet = np.full((300, 480, 3), 246, np.uint8)
    sheet[:70] = (150, 110, 60)
    cv2.circle(sheet, (80, 130), 34, (180, 200, 230), -1)
    sheet[112:128, 150:330] = (90, 90, 90)
    return _glued(sheet, bars(code), 100, 170)


def a_book(code: str, colour: int = 0, isbn: str = "") -> np.ndarray:
    """A book's back with our label on it, and the publisher's barcode where `isbn` is given; "" leaves a code out."""
    cover = np.full((560, 430, 3), COLOURS[colour % len(COLOURS)], np.uint8)
    for line in range(6):
        y = 160 + 26 * line
        cover[y : y + 8, 40 : 300 + 17 * (line * 7 % 6)] = 225
    if code:
        cover = _glued(cover, bars(code), 60, 20)
    return _glued(cover, bars(isbn, "ean13"), 60, 400) if isbn else cover


def _glued(sheet: np.ndarray, label: np.ndarray, x: int, y: int) -> np.ndarray:
    sheet[y : y + label.shape[0], x : x + label.shape[1]] = label
    return sheet


@dataclass(frozen=True)
class Thing:
    """What is brought at `since` seconds to `x`, `y` (its middle), turned by `turn` degrees, and taken at `until`."""

    picture: np.ndarray
    since: float
    until: float
    x: int = SIZE[0] // 2
    y: int = SIZE[1] // 2
    turn: float = 0.0


def desk(seed: int = 1) -> np.ndarray:
    """An empty wooden desk."""
    rng = np.random.default_rng(seed)
    grain = cv2.GaussianBlur(rng.normal(0, 20, (SIZE[1], SIZE[0])), (0, 0), 30, sigmaY=1.2)
    light = np.linspace(0.8, 1.05, SIZE[0])
    wood = (np.array([120, 160, 195])[None, None] + 14 * grain[:, :, None]) * light[None, :, None]
    return np.clip(wood, 0, 255).astype(np.uint8)


def frames(things: Sequence[Thing], seconds: float, fps: int = FPS, noise: float = 2.0) -> Iterator[np.ndarray]:
    """The pictures of `seconds`, BGR, with the noise of a sensor; things that come later lie on earlier ones."""
    rng = np.random.default_rng(2)
    ground = desk()
    grains = [rng.normal(0, noise, ground.shape).astype(np.int8) for _ in range(3)] if noise else []
    for number in range(round(seconds * fps)):
        at = number / fps
        picture = ground.copy()
        for thing in things:
            if thing.since <= at < thing.until:
                _lay(picture, thing, at)
        if grains:
            picture = cv2.add(picture, grains[number % 3], dtype=cv2.CV_8U)
        yield picture


def _lay(picture: np.ndarray, thing: Thing, at: float) -> None:
    out = max(0.0, 1 - (at - thing.since) / ENTER, 1 - (thing.until - at) / ENTER)
    height, width = thing.picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), thing.turn, 1.0)
    matrix[:, 2] += (thing.x - width / 2 + out * SIZE[0], thing.y - height / 2)
    cv2.warpAffine(thing.picture, matrix, SIZE, picture, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)


def record(path: Path, pictures: Iterator[np.ndarray] | Sequence[np.ndarray], fps: int = FPS) -> Path:
    """Write a film."""
    film = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), fps, SIZE)
    assert film.isOpened()
    for picture in pictures:
        film.write(picture)
    film.release()
    return path
