"""The sample's titles and copies: invented works, and works long in the public domain (`assets/demo/titles.tsv`).

The mix of classes is that of a real school (I 42 %, K 9, G 8 …, three titles in four with four
copies, median price about 23.60 yuan). ISBNs have right check digits; publishers and living authors are invented.
"""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from kiosk.assets import asset
from kiosk.lending.call_numbers import CallNumber, shelf_key
from kiosk.sample.people import Names

PUBLISHERS = (
    "小溪少年儿童出版社",
    "青禾出版社",
    "云杉教育出版社",
    "南岭童书馆",
    "启明书局",
    "长桥文艺出版社",
    "蓝鲸科学出版社",
    "百草园出版社",
    "星河美术出版社",
    "北辰古籍书社",
)
_VOLUMES = {2: "上下", 3: "上中下"}
_SHELVES = {  # room and bay, first shelf, how many: by main class; the others share the last two
    "I": ("二楼 B", 1, 8),
    "G": ("一楼 A", 1, 2),
    "K": ("一楼 A", 3, 2),
    "J": ("一楼 A", 5, 1),
    "P": ("一楼 A", 6, 1),
    "Q": ("一楼 A", 6, 1),
    "Z": ("一楼 C", 1, 1),
}
_ELSEWHERE = {"magazine": "一楼 期刊架", "av": "一楼 音像柜"}
_HANDED_DOWN = ("I222", "I276", "I277", "I371", "I17", "I565.74", "Z", "H16")  # no author's name on the cover
MEDIAN_FEN = 2_360
_FIRST_BATCH_DAYS = 1_400  # how long ago, in days before the sample's day, the library began


@dataclass(frozen=True, slots=True)
class Work:
    """A line of the list: one title, or one volume of a set. `copies` of it are kept."""

    clc: str
    title: str
    authors: str
    material: str  # book, magazine, av
    publisher: str
    published: str
    isbn: str | None
    price_fen: int
    call_number: str
    place: str
    for_loan: bool
    copies: int
    bought_on: date


def isbn13(publisher: int, work: int) -> str:
    """A 978-7 ISBN (ISO 2108) of a five-digit publisher number (80000 to 89999) and a three-digit title number."""
    body = f"9787{publisher:05d}{work:03d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


@cache
def listed() -> tuple[tuple[str, str, str, str], ...]:
    """The lines of `assets/demo/titles.tsv`: class, title, authors (may be empty), notes."""
    found = []
    for line in asset("demo", "titles.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            clc, title, authors, notes = line.split("\t")
            found.append((clc, title, authors, notes))
    return tuple(found)


def _expanded(random: Random, today: date) -> list[tuple[str, str, str, str, str]]:
    """Each title with its auxiliary, in the order of buying: sets by volume, magazines by issue.

    Batches are mixed, as vendors deliver them; what the list calls new comes last. Issues are those of two and three
    months before `today`.
    """
    works = list(listed())
    random.shuffle(works)
    works.sort(key=lambda line: line[3] == "new")
    months = [(today.year * 12 + today.month - 1 - back) for back in (3, 2)]
    found = []
    for clc, title, authors, notes in works:
        count = int(notes.partition("vol=")[2] or 1)
        if count > 1:
            for place, mark in enumerate(_VOLUMES[count], start=1):
                found.append((clc, f"{title}（{mark}）", authors, notes, str(place)))
        elif notes == "magazine":
            for month in months:
                year, number = month // 12, month % 12 + 1
                found.append((clc, f"{title} {year}年第{number}期", "", notes, f"{year}.{number}"))
        else:
            found.append((clc, title, authors, notes, ""))
    return found


def _places() -> dict[str, str]:
    """Where each class stands: the classes of a letter in shelf order, spread over its shelves."""
    places = {}
    by_letter: dict[str, list[str]] = {}
    for clc in sorted({clc for clc, *_ in listed()}, key=lambda clc: shelf_key(CallNumber(clc))):
        by_letter.setdefault(clc[0], []).append(clc)
    for letter, classes in by_letter.items():
        area, first, shelves = _SHELVES.get(letter, ("一楼 A", 7, 2))
        for order, clc in enumerate(classes):
            places[clc] = f"{area}{first + order * shelves // len(classes)}"
    return places


def make_works(random: Random, today: date) -> list[Work]:
    """All titles in cataloguing order, with their call numbers (种次号: the running number within a class)."""
    names = Names(random)
    lines = _expanded(random, today)
    within: Counter[str] = Counter()
    same_set: dict[tuple[str, str], int] = {}
    places = _places()
    prices = _prices(random, len(lines))
    titles_of = Counter[int]()
    works = []
    for order, (clc, title, authors, notes, auxiliary) in enumerate(lines):
        material = notes if notes in ("magazine", "av") else "book"
        stem = title.partition("（")[0].partition(" ")[0] if auxiliary else title
        if (clc, stem) not in same_set:
            within[clc] += 1
            same_set[clc, stem] = within[clc]
        publisher = random.randrange(len(PUBLISHERS))
        titles_of[publisher] += 1
        invented = material == "book" and not clc.startswith(_HANDED_DOWN)
        bought = today - timedelta(days=40 + _FIRST_BATCH_DAYS - _FIRST_BATCH_DAYS * order // len(lines))
        year = bought.year - (0 if material == "magazine" else random.choice((0, 0, 1, 1, 2, 4)))
        works.append(
            Work(
                clc=clc,
                title=title,
                authors=authors or (names.grown_up() if invented else ""),
                material=material,
                publisher=PUBLISHERS[publisher],
                published=str(year),
                isbn=isbn13(80_100 + 37 * publisher, titles_of[publisher]) if material == "book" else None,
                price_fen=800 if material == "magazine" else prices[order],
                call_number=str(CallNumber(clc, str(same_set[clc, stem]), auxiliary)),
                place=_ELSEWHERE.get(material) or places[clc],
                for_loan=not notes.startswith("ref"),
                copies=_copies(random, material, notes),
                bought_on=bought,
            )
        )
    return works


def _copies(random: Random, material: str, notes: str) -> int:
    if material != "book":
        return 1
    if notes.startswith("ref"):
        return 2
    return random.choices((1, 2, 3, 4, 5, 6), (7, 7, 5, 74, 4, 3))[0]


def _prices(random: Random, count: int) -> list[int]:
    """Prices in fen whose median is that of a real school: whole or half yuan, or ending in .80 or .90."""
    raw = [random.lognormvariate(0, 0.42) for _ in range(count)]
    scale = MEDIAN_FEN / statistics.median(raw)
    return [max(600, round(value * scale / 100) * 100 + random.choice((0, 0, 50, 80, -20))) for value in raw]
