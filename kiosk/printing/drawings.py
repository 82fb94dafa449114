"""Our icons in PDF pages: the few shapes that `assets/icons/make_icons.py` writes, as vectors on a reportlab canvas.

Known are `rect`, `circle`, `path` and groups that are moved, turned and scaled; of path data the commands
M L H V Q T C A Z, all absolute, arcs only of circles (SVG 2, chapters 9 and 10).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final
from xml.etree import ElementTree as ET

from kiosk.assets import icon_path
from kiosk.printing.bars import MM

_COMMANDS: Final = re.compile(r"([MLHVQTCAZ])([^A-Z]*)")
_NUMBER: Final = re.compile(r"-?\d*\.?\d+")
_STEP: Final = re.compile(r"(translate|rotate|scale)\(([^)]*)\)")
_TAKES: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "Q": 4, "T": 2, "C": 6, "A": 7}
_KEPT: Final = ("fill", "stroke", "stroke-width", "fill-opacity")
Point = tuple[float, float]


def icon_on(page: Any, name: str, left: float, bottom: float, size: float) -> None:
    """Draw an icon on a reportlab canvas, its lower left corner there, its longer side `size` mm long."""
    drawing = _drawing(name)
    _, _, width, height = (float(part) for part in drawing.attrib["viewBox"].split())
    scale = size * MM / max(width, height)
    page.saveState()
    page.setLineCap(1)
    page.setLineJoin(1)
    page.translate(left * MM, bottom * MM + height * scale)
    page.scale(scale, -scale)
    _draw(page, drawing, {"fill": "#000000", "stroke": "none", "stroke-width": "1", "fill-opacity": "1"})
    page.restoreState()


def path_on(page: Any, data: str, *, stroke: bool = False, fill: bool = True) -> None:
    """Draw SVG path data with the canvas's own units, colours and line."""
    path = page.beginPath()
    for sign, points in _pieces(data):
        if sign == "M":
            path.moveTo(*points[0])
        elif sign == "L":
            path.lineTo(*points[0])
        elif sign == "C":
            path.curveTo(*points[0], *points[1], *points[2])
        else:
            path.close()
    page.drawPath(path, stroke=int(stroke), fill=int(fill))


def disc(x: float, y: float, r: float) -> str:
    """Path data of a circle."""
    return f"M{x - r} {y}A{r} {r} 0 0 1 {x + r} {y}A{r} {r} 0 0 1 {x - r} {y}Z"


@cache
def _drawing(name: str) -> ET.Element:
    return ET.parse(icon_path(name)).getroot()  # noqa: S314  our own file


def _draw(page: Any, element: ET.Element, inherited: Mapping[str, str]) -> None:
    look = dict(inherited) | {key: element.attrib[key] for key in _KEPT if key in element.attrib}
    moved = element.attrib.get("transform")
    if moved:
        page.saveState()
        for step, numbers in _STEP.findall(moved):
            values = [float(number) for number in _NUMBER.findall(numbers)]
            if step == "translate":
                page.translate(*values)
            elif step == "rotate":
                page.rotate(*values)
            else:
                page.scale(values[0], values[0])
    kind = element.tag.rpartition("}")[2]
    if kind in {"g", "svg"}:
        for child in element:
            _draw(page, child, look)
    else:
        _shape(page, kind, element.attrib, look)
    if moved:
        page.restoreState()


def _shape(page: Any, kind: str, given: Mapping[str, str], look: Mapping[str, str]) -> None:
    fill, stroke = look["fill"] != "none", look["stroke"] != "none"
    if fill:
        page.setFillColor(look["fill"])
        page.setFillAlpha(float(look["fill-opacity"]))
    if stroke:
        page.setStrokeColor(look["stroke"])
        page.setLineWidth(float(look["stroke-width"]))

    def number(key: str) -> float:
        return float(given.get(key, "0"))

    if kind == "rect":
        x, y, width, height = (number(key) for key in ("x", "y", "width", "height"))
        page.roundRect(
            x, y, width, height, min(number("rx"), width / 2, height / 2), stroke=int(stroke), fill=int(fill)
        )
    elif kind == "circle":
        page.circle(number("cx"), number("cy"), number("r"), stroke=int(stroke), fill=int(fill))
    else:
        path_on(page, given["d"], stroke=stroke, fill=fill)


def _pieces(data: str) -> Iterator[tuple[str, list[Point]]]:
    """Path data as moves, lines, cubic curves (M L C with their points) and Z."""
    at: Point = (0.0, 0.0)
    start = handle = at
    before = ""
    for sign, rest in _COMMANDS.findall(data):
        if sign == "Z":
            yield "Z", []
            at, before = start, "Z"
            continue
        numbers = [float(number) for number in _NUMBER.findall(rest)]
        takes = _TAKES[sign]
        for first in range(0, len(numbers), takes):
            n = numbers[first : first + takes]
            if sign in "MLHV":
                to = {"H": (n[0], at[1]), "V": (at[0], n[0])}.get(sign) or (n[0], n[1])
                plain = "M" if sign == "M" and first == 0 else "L"
                start = to if plain == "M" else start
                yield plain, [to]
            elif sign in "QT":
                mirrored = (2 * at[0] - handle[0], 2 * at[1] - handle[1]) if before in "QT" and before else at
                handle = (n[0], n[1]) if sign == "Q" else mirrored
                to = (n[-2], n[-1])
                yield "C", [_between(at, handle, 2 / 3), _between(to, handle, 2 / 3), to]
            elif sign == "C":
                to = (n[4], n[5])
                yield "C", [(n[0], n[1]), (n[2], n[3]), to]
            else:
                to = (n[5], n[6])
                yield from _arc(at, to, n[0], bool(n[3]), bool(n[4]))
            at, before = to, sign


def _between(one: Point, other: Point, share: float) -> Point:
    return (one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share)


def _arc(at: Point, to: Point, radius: float, large: bool, sweep: bool) -> Iterator[tuple[str, list[Point]]]:
    """A circle's arc as cubic curves of at most a quarter each (SVG 2, appendix B.2.4, for equal radii)."""
    half = math.dist(at, to) / 2
    if not half:
        return
    radius = max(radius, half)
    away = math.sqrt(max(radius * radius - half * half, 0.0)) * (1 if large == sweep else -1)
    middle = _between(at, to, 0.5)
    across = ((to[1] - at[1]) / (2 * half), -(to[0] - at[0]) / (2 * half))
    centre = (middle[0] + across[0] * away, middle[1] + across[1] * away)
    first = math.atan2(at[1] - centre[1], at[0] - centre[0])
    turn = math.atan2(to[1] - centre[1], to[0] - centre[0]) - first
    if sweep and turn < 0:
        turn += 2 * math.pi
    elif not sweep and turn > 0:
        turn -= 2 * math.pi
    count = max(1, math.ceil(abs(turn) / (math.pi / 2) - 1e-9))
    step = turn / count
    reach = 4 / 3 * math.tan(step / 4) * radius
    for place in range(count):
        a, b = first + place * step, first + (place + 1) * step
        p = (centre[0] + radius * math.cos(a), centre[1] + radius * math.sin(a))
        q = (centre[0] + radius * math.cos(b), centre[1] + radius * math.sin(b))
        yield (
            "C",
            [
                (p[0] - reach * math.sin(a), p[1] + reach * math.cos(a)),
                (q[0] + reach * math.sin(b), q[1] - reach * math.cos(b)),
                q,
            ],
        )
