"""The order in which a picture is searched, cheap and likely first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from kiosk.scanner.decode.blurred import (
    LEAST_EXPLAINED,
    LEAST_MARGIN,
    SYMBOLOGIES,
    Guess,
    ends,
    guesses,
    is_sure,
    pieces_of,
    reread,
)
from kiosk.scanner.decode.engines import Engine, Reading, available_engines, canonical
from kiosk.scanner.decode.evidence import BLURRED, STRONG, Candidate, Vote, box, candidates, decide, is_plain
from kiosk.scanner.decode.looks import FIRST_LOOKS, LOOKS
from kiosk.scanner.decode.overlay import fit
from kiosk.scanner.decode.strips import ROWS, Region, Strip, locate, region_of, strip_of
from kiosk.scanner.decode.symbols import runs
from kiosk.scanner.decode.whole import is_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]
WHOLE_SIDE = 1280  # pixels of the longer side at which whole pictures are read
LEAST_SIDE = 24
_FAR_SIDE = 400
_HALVES = {"all": slice(3, -3), "upper": slice(1, ROWS // 2), "lower": slice(ROWS // 2, -1)}
_BLURRED_PLACES = 2  # so many places are searched for blurred codes: it takes some 50 ms each
_DOUBTS = 2  # claims of engines in one place that our own reader is asked about
_LEAST_WIDTH = 60.0  # picture pixels of a code
_PARTS = frozenset({"itf", "upce", "ean8"})  # what a part of a longer code may look like
_BESIDE = 0.6  # of a code's width, on each side, where other bars are looked for; twice that of a short one's
_SAMPLES = 300  # across a code for that
_BARS_BESIDE = 5  # edges of bars that make up another code, not a label's edge or a picture's frame
_LEAST_MODULE = 0.9  # picture pixels
MOST_PIXELS = 40_000_000


class Budget(Enum):
    """How much may be tried: "frame" for one frame of a live picture, "still" for a picture of its own."""

    FRAME = "frame"
    STILL = "still"


@dataclass(frozen=True, slots=True)
class Found:
    """A code in a picture: what it says, which kind it is ("ean13", "code39" … as in flows.events.Scan), and its
    outline in picture pixels (its own upper left, upper right, lower right and lower left corner).

    `agreed` is false for a kind without a strong check that one engine alone read, however well: `LiveDecoder` waits
    for another frame to say the same.
    """

    value: str
    symbology: str
    where: Quad
    agreed: bool = True


def decode(
    picture: NDArray[np.uint8], *, budget: Budget = Budget.STILL, engines: Sequence[Engine] | None = None
) -> tuple[Found, ...]:
    """The codes that are certainly in a picture: uint8, grey (h, w) or BGR (h, w, 3).

    `engines` are those of this machine unless given. A picture of no size, or one too large to be a photograph, has
    none; anything else but such an array is a ValueError.
    """
    grey = to_grey(picture)
    if grey is None:
        return ()
    tools = available_engines() if engines is None else tuple(engines)
    if budget is Budget.FRAME:
        return quick(grey, tools)
    return thorough(grey, tools)


def to_grey(picture: NDArray[np.uint8]) -> Grey | None:
    """Grey and contiguous, or None when there is nothing in it to read."""
    if (
        picture.dtype != np.uint8
        or picture.ndim not in (2, 3)
        or (picture.ndim == 3 and picture.shape[2] not in (1, 3))
    ):
        raise ValueError(f"not a grey or BGR picture: {picture.dtype} {picture.shape}")
    if min(picture.shape[:2]) < LEAST_SIDE or picture.shape[0] * picture.shape[1] > MOST_PIXELS:
        return None
    if picture.ndim == 2:
        return np.ascontiguousarray(picture)
    if picture.shape[2] == 1:
        return np.ascontiguousarray(picture[:, :, 0])
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def quick(grey: Grey, tools: Sequence[Engine]) -> tuple[Found, ...]:
    """One call on the whole picture and two looks at each place where it found something."""
    read = whole_readings(grey, tools[:1])
    found = _codes_2d(read)
    for region in _regions_of(read, [], grey):
        for some in region_steps(grey, region, tools, FIRST_LOOKS, read, False):
            found += some
    return merge(found)


def thorough(grey: Grey, tools: Sequence[Engine]) -> tuple[Found, ...]:
    """Everything: both engines on the whole picture, then every look at every place that could hold a code."""
    return merge(one for some in steps(grey, tools) for one in some)


def steps(grey: Grey, tools: Sequence[Engine], near: Point | None = None) -> Iterator[list[Found]]:
    """The search of one picture in pieces of a few milliseconds, each giving what it made certain.

    Places are searched heaviest first, or nearest to `near` (pixels) first, where a code was seen before.
    """
    read: list[Reading] = []
    for tool in tools:
        read += whole_readings(grey, [tool])
        yield []
    yield _codes_2d(read)
    regions = _regions_of(read, locate(grey), grey)
    if near is not None:
        x, y = near
        regions.sort(key=lambda r: np.hypot(r.x - x, r.y - y))
    something = any(one.symbology == "qr" for one in read)
    wide = [region for region in regions if region.width > _LEAST_WIDTH][:_BLURRED_PLACES] if tools else []
    for region in regions:
        for some in region_steps(grey, region, tools, tuple(LOOKS), read, region in wide):
            something = something or bool(some)
            yield some
    if something:
        return
    located = [one for one in _far(grey) if not any(_holds(other, one) for other in regions)]
    for region in located:
        yield from region_steps(grey, region, tools, tuple(LOOKS), [], region.width > _LEAST_WIDTH and bool(tools))


def _far(grey: Grey) -> list[Region]:
    """Where bars are in the picture seen from far off and with all its contrast: faint or far out of focus."""
    scale = min(1.0, _FAR_SIDE / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    low, high = np.percentile(small, (2, 98))
    clear = np.clip((small - low) * (255 / max(float(high - low), 8.0)), 0, 255).astype(np.uint8)
    return [
        Region((one.x + 0.5) / scale - 0.5, (one.y + 0.5) / scale - 0.5, one.angle, one.width / scale,
               one.height / scale, one.weight)
        for one in locate(clear, 1)
    ]  # fmt: skip


def _scaled(one: Reading, by: float) -> Reading:
    quad = tuple((x * by, y * by) for x, y in one.quad)
    return Reading(one.value, one.symbology, quad, one.engine, one.lines)  # type: ignore[arg-type]  # four points


def whole_readings(grey: Grey, tools: Iterable[Engine]) -> list[Reading]:
    """What the engines read in the whole picture, a large one made smaller for it."""
    scale = WHOLE_SIDE / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    step = 2 if small.size > 400_000 else 1
    out = []
    for tool in tools:
        for one in tool(np.ascontiguousarray(small), True, step):
            out.append(_scaled(one, 1 / scale) if scale < 1 else one)
    return out


def _codes_2d(read: Iterable[Reading]) -> list[Found]:
    """QR codes correct their own errors (ISO/IEC 18004): one reading is enough."""
    return [Found(one.value, "qr", one.quad) for one in read if one.symbology == "qr"]


def _regions_of(read: Iterable[Reading], located: Sequence[Region], grey: Grey) -> list[Region]:
    """The located regions and those of readings that lie in none of them."""
    out = list(located)
    for one in read:
        if one.symbology == "qr":
            continue
        region = region_of(np.array(one.quad), grey)
        if region is not None and not any(_holds(other, region) for other in out):
            out.append(region)
    return out


def _holds(outer: Region, inner: Region) -> bool:
    c, s = np.cos(outer.angle), np.sin(outer.angle)
    dx, dy = inner.x - outer.x, inner.y - outer.y
    turned = abs((inner.angle - outer.angle + np.pi / 2) % np.pi - np.pi / 2)
    near = abs(dx * c + dy * s) < outer.width / 4 and abs(dy * c - dx * s) < 0.6 * outer.height
    return bool(near and turned < 0.3 and inner.width < 1.15 * outer.width)


def region_steps(
    grey: Grey,
    region: Region,
    tools: Sequence[Engine],
    looks: Sequence[str],
    read: Iterable[Reading],
    blurred: bool,
) -> Iterator[list[Found]]:
    """The codes of one region, from these looks and what was read of the whole picture there, look by look.

    `blurred` says that our own reader for blurred codes may be asked too. It ends early when after the first looks
    there is one claim only and that is certain beyond need of more.
    """
    strip = strip_of(grey, region)
    votes = _whole_votes(strip, read)
    asked = not blurred
    for place, name in enumerate(looks):
        if place == len(FIRST_LOOKS) and not votes and not asked:  # nothing sharp here
            asked = True
            yield from _blurred_steps(strip, votes)
            if any(one.sure for one in votes):
                break
        votes += look_votes(strip, name, tools)
        if place > 0:
            claims = candidates(votes)
            if len(claims) == 1 and is_plain(claims[0]):
                break
        yield []
    if not asked and not any(is_plain(one) for one in candidates(votes)):
        yield from _blurred_steps(strip, votes)
    if blurred:
        for claim in _doubtful(candidates(votes)):
            votes += checked_votes(strip, claim)
            yield []
    sure = decide(candidates(votes), strip)
    yield [
        _found(one, strip)
        for one, lies in sure
        if one.symbology not in _PARTS or (stands_alone(grey, strip, one) and is_whole(grey, strip, one, lies))
    ]


def stands_alone(grey: Grey, strip: Strip, claim: Candidate) -> bool:
    """Whether no bars go on beyond its quiet zones, in line with a code.

    What begins and ends an Interleaved 2 of 5 is met inside it too, and the left half of an EAN-13 is nearly a UPC-E:
    where glare, blur or a finger takes the place of the quiet zone, a part of a code reads like a whole. Letters beside
    a code differ from row to row; bars do not.
    """
    first, last = min(claim.start, claim.end), max(claim.start, claim.end)
    beside = _BESIDE if len(claim.value) >= 10 else 2 * _BESIDE
    around = beside * (last - first)
    wide = round(_SAMPLES * (1 + 2 * beside))
    step = (last - first) / _SAMPLES
    place = strip.home @ np.array([[step, 0.0, first - around], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    seen = cv2.warpAffine(
        grey, place, (wide, ROWS), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE
    )
    bands = np.array([seen[at : at + ROWS // 4].mean(0) for at in range(ROWS // 8, ROWS - ROWS // 4, ROWS // 4)])
    soft = cv2.blur(bands, (33, 1), borderType=cv2.BORDER_REPLICATE)
    change = bands - soft
    edge, quiet = round(_SAMPLES * beside), _SAMPLES // 40
    least = 0.5 * float(change[:, edge:-edge].mean(0).std())
    beyond = (change[:, : edge - quiet], change[:, quiet - edge :])
    return not any(_swings(side.mean(0), least) >= _BARS_BESIDE and _alike(side) for side in beyond)


def _alike(bands: NDArray[Any]) -> bool:
    """Whether bands (n, samples) across something show the same, as across bars, leaning ones too, and not letters."""
    return all(
        max(float(np.corrcoef(one[4:-4], other[4 + by : other.size - 4 + by])[0, 1]) for by in range(-4, 5)) > 0.7
        for one, other in pairwise(bands + 1e-6 * np.arange(bands.shape[1]))
    )


def _swings(line: NDArray[np.floating[Any]], least: float) -> int:
    """How often a line goes from above `least` to below minus `least` or back."""
    signs = np.sign(line[np.abs(line) > least])
    return int(np.count_nonzero(np.diff(signs)))


def _doubtful(claims: Sequence[Candidate]) -> list[Candidate]:
    """The best supported claims that our own reader has not been asked about, where none is beyond doubt."""
    if any(one.sure or is_plain(one) for one in claims):
        return []
    asked = [one for one in claims if all(engine != BLURRED for engine, _ in one.votes)]
    return sorted(asked, key=lambda one: -len(one.votes))[:_DOUBTS]


def checked_votes(strip: Strip, claim: Candidate) -> list[Vote]:
    """What our own reader makes of a code of this kind and length in this place: the same value, it is to be hoped."""
    symbology = "ean13" if claim.symbology == "upca" else claim.symbology
    drawn, places = runs(claim.value, claim.symbology), pieces_of(claim.value, symbology)
    if not places:
        return []
    profile, start, end = strip.pixels[_HALVES["all"]].mean(0).astype(np.float64), claim.start, claim.end
    last = profile.size - 1
    if not claim.dark:
        profile = 255.0 - profile
    if start > end:
        profile, start, end = profile[::-1], last - start, last - end
    one = reread(profile, fit(profile, drawn, start, end), symbology, places)
    if one is not None and claim.start > claim.end:
        one = replace(one, start=last - one.start, end=last - one.end)
    return [] if one is None else _votes_of([one], "checked", claim.dark)


def _blurred_steps(strip: Strip, votes: list[Vote]) -> Iterator[list[Found]]:
    """Add what our own reader makes of the whole strip, or else, of the same kinds, of its halves, to the votes."""
    kinds: tuple[str, ...] = SYMBOLOGIES
    for name in _HALVES:
        more = blurred_votes(strip, name, kinds)
        votes += more
        kinds = tuple({"ean13" if one.symbology == "upca" else one.symbology: None for one in more})
        yield []
        if not more or any(one.sure for one in more):
            return


def look_votes(strip: Strip, name: str, tools: Sequence[Engine]) -> list[Vote]:
    """What the engines read in one look at a strip, dark on light and, for the first look, light on dark."""
    votes = []
    picture = LOOKS[name](strip.pixels)
    sides = [(picture, True)]
    if name in {"plain", "bands", "sharp"}:
        sides.append((np.asarray(255 - picture, np.uint8), False))
    for seen, dark in sides:
        for tool in tools:
            for one in tool(seen, False, 1):
                start, end = _ends(one, strip.pixels.shape[1])
                votes.append(Vote(one.value, one.symbology, one.engine, name, start, end, dark))
    return votes


def blurred_votes(strip: Strip, name: str, symbologies: Sequence[str] = SYMBOLOGIES) -> list[Vote]:
    """What our own reader makes of the rows of `_HALVES` called so, of these kinds."""
    profile = strip.pixels[_HALVES[name]].mean(0).astype(np.float64)
    where = ends(profile)
    if where is None:
        return []
    pixel = 1 / float(np.hypot(*strip.home[:, 0]))
    return _votes_of(guesses(profile, *where, _LEAST_MODULE * pixel, symbologies), name, True)


def _votes_of(found: Iterable[Guess], name: str, dark: bool) -> list[Vote]:
    votes = []
    for one in found:
        if one.margin > LEAST_MARGIN and one.explained > LEAST_EXPLAINED:
            value, kind = canonical(one.value, one.symbology)
            votes.append(Vote(value, kind, BLURRED, f"blurred {name}", one.start, one.end, dark, is_sure(one)))
    return votes


def _ends(one: Reading, wide: int) -> tuple[float, float]:
    """Start and end along a strip. zbar gives one end only for what it read in one line: then the whole strip is
    meant, less the margins."""
    start, end = (one.quad[0][0] + one.quad[3][0]) / 2, (one.quad[1][0] + one.quad[2][0]) / 2
    if abs(end - start) < 0.1 * wide:
        return 0.13 * wide, 0.87 * wide
    return start, end


def _whole_votes(strip: Strip, read: Iterable[Reading]) -> list[Vote]:
    votes = []
    wide = strip.pixels.shape[1]
    for one in read:
        if one.symbology == "qr":
            continue
        points = strip.to_strip(np.array(one.quad))
        start, end = float(points[[0, 3], 0].mean()), float(points[[1, 2], 0].mean())
        inside = (
            -ROWS < points[:, 1].mean() < 2 * ROWS and -0.05 * wide < min(start, end) and max(start, end) < 1.05 * wide
        )
        if inside and abs(end - start) > 0.1 * wide:
            votes.append(Vote(one.value, one.symbology, one.engine, "whole", start, end))
    return votes


def _found(one: Candidate, strip: Strip) -> Found:
    start, end = one.start, one.end
    corners = strip.to_picture(box(start, end))
    if start > end:
        corners = strip.to_picture(box(start, end)[[3, 2, 1, 0]])
    quad = tuple((float(x), float(y)) for x, y in corners)
    agreed = one.symbology in STRONG or one.engines >= 2 or one.sure
    return Found(one.value, one.symbology, quad, agreed)  # type: ignore[arg-type]  # four corners


def merge(found: Iterable[Found]) -> tuple[Found, ...]:
    """Each code once; where two different ones claim one place, neither."""
    kept: list[Found] = []
    spoilt: list[Found] = []
    for one in found:
        same = [other for other in kept if _touch(one.where, other.where)]
        if any((other.value, other.symbology) == (one.value, one.symbology) for other in same):
            continue
        rivals = [other for other in same if {one.symbology, other.symbology} != {"qr"}]
        spoilt += [*rivals, *([one] if rivals else [])]
        kept.append(one)
    return tuple(one for one in kept if one not in spoilt)


def _touch(a: Quad, b: Quad) -> bool:
    """Whether the middle of one lies in the other's outline."""
    for inner, outer in ((a, b), (b, a)):
        x, y = np.mean(inner, axis=0)
        if cv2.pointPolygonTest(np.array(outer, np.float32), (float(x), float(y)), False) >= 0:
            return True
    return False
