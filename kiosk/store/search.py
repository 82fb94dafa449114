"""Finding titles and patrons while somebody types.

Titles are searched in memory. One read of 20,000 of them makes a few long strings (about 8 MB), and a look through
those takes a millisecond or two on either database, finds any part of a word, and cannot be harmed by what was
typed: it never becomes SQL or a pattern. (LIKE over the same rows took 4 to 13 ms; FTS5 and tsvector would be two
ways to keep in step.) The strings stay with the connection and are read again when the setting `catalogue` was
raised.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import accumulate

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.engine import Connection

from kiosk.lending.copies import Material
from kiosk.lending.patrons import PatronKind, school_year
from kiosk.store.pinyin import FIELDS, SYLLABLES, fold, fold_code
from kiosk.store.schema import barcodes, copies, loans, patrons, school_classes, settings, titles

MAX_QUERY = 60  # characters of a query that are looked at; a title seldom has more
MAX_WORDS = 6
MAX_HITS = 300  # of one look through: enough to rank, few enough to stay within a frame
SHORT = 2  # letters that fit nearly everything somewhere: as single syllables, looked for at beginnings first
TITLE_FIELDS, AUTHOR_FIELDS = "tpic", "aqj"
MAX_SPELLINGS = 4  # ways to cut one word into syllables (xian, xi an)
_INDEX = "kiosk.title_index"


@dataclass(frozen=True, slots=True)
class TitleHit:
    """A title found, with how many copies there are (without those withdrawn) and how many of them are out."""

    title_id: int
    title: str
    authors: str
    publisher: str
    clc: str
    isbn: str | None
    material: Material
    copies: int
    out: int


@dataclass(frozen=True, slots=True)
class PatronHit:
    """A patron found, with class and active card if there are any."""

    patron_id: int
    kind: PatronKind
    name: str
    active: bool
    is_helper: bool
    class_id: int | None
    entry_year: int | None
    number: int | None
    own_name: str
    card: str | None


def search_titles(conn: Connection, query: str, limit: int = 50) -> list[TitleHit]:
    """The titles that fit what was typed so far, best first; nothing typed finds nothing.

    Found by any part of the title or the authors, by pinyin (whole syllables, the last may be begun), by initials,
    by the beginning of an ISBN or call number. Several words must all fit. Exact titles come first, then titles
    that begin so, then those that hold it, then authors; shorter titles first. Any text is a query.
    """
    index = _title_index(conn)
    return _title_hits(conn, [index.ids[row] for row in index.find(query, limit)])


# --- titles ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Field:
    """One line of every title, all in one string; a line holds its variants between bars: `|hlm|glm|`."""

    lines: str
    starts: array[int]

    def line(self, row: int) -> str:
        end = self.starts[row + 1] if row + 1 < len(self.starts) else len(self.lines)
        return self.lines[self.starts[row] : end]

    def rows_with(self, part: str) -> Iterator[int]:
        """The rows whose line holds `part`, in order, at most `MAX_HITS`."""
        at = self.lines.find(part)
        for _ in range(MAX_HITS):
            if at < 0:
                return
            row = bisect_right(self.starts, at) - 1
            yield row
            if row + 1 == len(self.starts):
                return
            at = self.lines.find(part, self.starts[row + 1])


@dataclass(frozen=True, slots=True)
class _Part:
    """What to look for in one field. Ranks (less is better): for the whole variant, its beginning, anywhere."""

    field: str
    text: str
    ranks: tuple[int, int, int | None]


@dataclass(frozen=True, slots=True)
class TitleIndex:
    """Everything titles are found by, as of `version`."""

    version: int
    ids: array[int]
    fields: dict[str, _Field]

    def find(self, query: str, limit: int) -> list[int]:
        """The rows that fit `query`, best first."""
        query = query[:MAX_QUERY]
        words = _words(query)
        whole = "".join(words)
        code = fold_code(query)
        found = self._look(whole or code, _parts(whole, code), limit, ()) if whole or code else {}
        if len(found) < limit and len(words) > 1:
            first, *others = sorted(words, key=_how_telling)
            rest = tuple(_parts(word, word) for word in others)
            for row, rank in self._look(first, _parts(first, first), limit, rest).items():
                found.setdefault(row, rank + 20)
        titles_found = self.fields["t"]
        ranked = sorted(found, key=lambda row: (found[row], len(titles_found.line(row)), row))
        return ranked[:limit]

    def _look(
        self, word: str, parts: tuple[_Part, ...], limit: int, others: tuple[tuple[_Part, ...], ...]
    ) -> dict[int, int]:
        """Rows that hold one of `parts` (of `word`) and one of each of `others`, with their rank."""
        found: dict[int, int] = {}
        common = word in _BEGUN or (len(word) <= SHORT and word.isascii())
        for fields in (TITLE_FIELDS, AUTHOR_FIELDS):
            tier = [part for part in parts if part.field in fields]
            for part in tier if common else ():
                self._gather(part, f"|{part.text}", others, found)
            if len(found) >= limit:
                return found
            for part in tier:
                if part.ranks[2] is None or self._gather(part, part.text, others, found) == MAX_HITS:
                    # too many anywhere: the better ones must not be missed
                    self._gather(part, f"|{part.text}", others, found)
            if len(found) >= limit:
                return found
        return found

    def _gather(self, part: _Part, look: str, others: tuple[tuple[_Part, ...], ...], found: dict[int, int]) -> int:
        """Put the rows that hold `look` (and the others) into `found`; say how many hold it."""
        field = self.fields[part.field]
        whole, begin, anywhere = part.ranks
        rows = list(field.rows_with(look))
        if len(rows) == MAX_HITS and look.startswith("|"):
            rows += field.rows_with(f"{look}|")
        for row in rows:
            line = field.line(row)
            if f"|{part.text}|" in line:
                rank = whole
            elif anywhere is None or f"|{part.text}" in line:
                rank = begin
            else:
                rank = anywhere
            if rank < found.get(row, 99) and all(self._fits(row, other) for other in others):
                found[row] = rank
        return len(rows)

    def _fits(self, row: int, parts: tuple[_Part, ...]) -> bool:
        return any(
            (part.text if part.ranks[2] is not None else f"|{part.text}") in self.fields[part.field].line(row)
            for part in parts
        )


def _title_index(conn: Connection) -> TitleIndex:
    """The index kept with this connection, made anew when the catalogue has changed."""
    version = conn.execute(_CATALOGUE).scalar_one_or_none() or 0
    kept: TitleIndex | None = conn.info.get(_INDEX)
    if kept is None or kept.version != version:
        kept = conn.info[_INDEX] = _read_index(conn, int(version))
    return kept


_CATALOGUE = select(settings.c.value).where(settings.c.key == "catalogue")
_SEARCH = select(titles.c.title_id, titles.c.search).where(titles.c.search != "").order_by(titles.c.title_id)


def _read_index(conn: Connection, version: int) -> TitleIndex:
    ids = array("q")
    joined: dict[str, list[str]] = {name: [] for name in FIELDS}
    starts = {name: array("I") for name in FIELDS}
    length = dict.fromkeys(FIELDS, 0)
    # In parts: a hundred thousand small strings at once would cost five times the memory of the index.
    for part in conn.execute(_SEARCH, execution_options={"yield_per": 1_000}).partitions():
        ids.extend(row[0] for row in part)
        lines = "\n".join(row[1] for row in part).split("\n")
        for place, name in enumerate(FIELDS):
            of_field = lines[place :: len(FIELDS)]
            begins = list(accumulate((len(line) + 1 for line in of_field), initial=length[name]))
            length[name] = begins.pop()
            starts[name].extend(begins)
            joined[name].append("\n".join(of_field))
    return TitleIndex(version, ids, {name: _Field("\n".join(joined[name]), starts[name]) for name in FIELDS})


def _parts(word: str, code: str) -> tuple[_Part, ...]:
    """Where and how a word (folded, without blanks) may fit; `code`: the query as an ISBN or call number."""
    parts = []
    if code:
        parts.append(_Part("c", code, (1, 4, None)))
    if word:
        parts += [_Part("t", word, (0, 2, 5)), _Part("a", word, (7, 8, 9))]
    if word.isascii() and word:
        short = len(word) == 1  # a single letter fits nearly everything somewhere
        for spelling in _spellings(word):
            spelled = "".join(f" {syllable}" for syllable in spelling)
            parts += [
                _Part("p", spelled, (1, 3, None if short else 6)),
                _Part("q", spelled, (7, 8, None if short else 9)),
            ]
        parts += [
            _Part("i", word, (2, 4, None if short else 6)),
            _Part("j", word, (8, 9, None if short else 10)),
        ]
    return tuple(parts)


def _words(query: str) -> list[str]:
    """The words of a query: cut at blanks and marks, and between Chinese and letters."""
    return [run for word in fold(query).split() for run in _RUNS.findall(word)][:MAX_WORDS]


_RUNS = re.compile(r"[\x21-\x7e]+|[^\x00-\x7f]+")


def _how_telling(word: str) -> tuple[bool, int]:
    """A sort key: the word that fits the fewest titles first, as far as its looks tell."""
    return word.isascii(), -len(word)


@lru_cache(maxsize=256)
def _spellings(word: str) -> tuple[tuple[str, ...], ...]:
    """The ways to cut letters into pinyin syllables, the last of which may be only begun (hongl: hong l)."""
    found: list[tuple[str, ...]] = []

    def cut(done: tuple[str, ...], rest: str) -> None:
        if len(found) >= MAX_SPELLINGS or len(done) > 12:
            return
        digits = re.match(r"[0-9]+", rest)
        if digits:
            head, tail = digits[0], rest[digits.end() :]
            cut((*done, head), tail) if tail else found.append((*done, head))
            return
        if rest in _BEGUN:
            found.append((*done, rest))
        for length in range(min(6, len(rest) - 1), 0, -1):
            if rest[:length] in SYLLABLES:
                cut((*done, rest[:length]), rest[length:])

    cut((), word[:40])
    return tuple(found)


_BEGUN = frozenset(syllable[:length] for syllable in SYLLABLES for length in range(1, len(syllable) + 1))

_FOUND_TITLES = select(
    titles.c.title_id,
    titles.c.title,
    titles.c.authors,
    titles.c.publisher,
    titles.c.clc,
    titles.c.isbn,
    titles.c.material,
).where(titles.c.title_id.in_(bindparam("ids", expanding=True)))
_FOUND_COPIES = (
    select(copies.c.title_id, func.count(copies.c.copy_id), func.count(loans.c.loan_id))
    .select_from(copies.outerjoin(loans, and_(loans.c.copy_id == copies.c.copy_id, loans.c.returned_at.is_(None))))
    .where(copies.c.title_id.in_(bindparam("ids", expanding=True)), copies.c.status != "withdrawn")
    .group_by(copies.c.title_id)
)


def _title_hits(conn: Connection, ids: list[int]) -> list[TitleHit]:
    """The titles with these ids, in this order; one deleted meanwhile is left out."""
    if not ids:
        return []
    counts = {row[0]: (row[1], row[2]) for row in conn.execute(_FOUND_COPIES, {"ids": ids})}
    rows = {row.title_id: row for row in conn.execute(_FOUND_TITLES, {"ids": ids})}
    return [
        TitleHit(
            row.title_id,
            row.title,
            row.authors,
            row.publisher,
            row.clc,
            row.isbn,
            Material(row.material),
            *counts.get(row.title_id, (0, 0)),
        )
        for title_id in ids
        if (row := rows.get(title_id)) is not None
    ]


# --- patrons --------------------------------------------------------------------------------------------------

_CHINESE_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", start=1)}
_CLASS = re.compile(r"([一二三四五六七八九1-9])(?:年级|年)?\(?([0-9]{1,2})\)?班?")
_FOUND_PATRONS = (
    select(
        patrons.c.patron_id,
        patrons.c.kind,
        patrons.c.name,
        patrons.c.name_search,
        patrons.c.active,
        patrons.c.is_helper,
        patrons.c.class_id,
        school_classes.c.entry_year,
        school_classes.c.number,
        school_classes.c.own_name,
        barcodes.c.code,
    )
    .select_from(
        patrons.outerjoin(school_classes, patrons.c.class_id == school_classes.c.class_id).outerjoin(
            barcodes, and_(barcodes.c.patron_id == patrons.c.patron_id, barcodes.c.active)
        )
    )
    .order_by(school_classes.c.entry_year.desc(), school_classes.c.number, patrons.c.patron_id)
)


def search_patrons(
    conn: Connection,
    query: str,
    limit: int = 50,
    today: date | None = None,
    school_year_starts: tuple[int, int] = (9, 1),
) -> list[PatronHit]:
    """The patrons who fit what was typed so far, best first; nothing typed finds nobody.

    Found by any part of the name, pinyin, initials, the beginning of the card's number, and class (`三2`,
    `三(2)班`, `三年级2班`, its own name): `today` tells which class that is. Several words must all fit.
    """
    words = _patron_words(query[:MAX_QUERY])
    if not words:
        return []
    fits = and_(*(_patron_fits(word, today, school_year_starts) for word in words))
    rows = conn.execute(_FOUND_PATRONS.where(fits).limit(MAX_HITS)).all()
    order = sorted(range(len(rows)), key=lambda n: (_patron_rank(rows[n].name, rows[n].name_search, words[-1]), n))
    return [
        PatronHit(
            row.patron_id,
            PatronKind(row.kind),
            row.name,
            row.active,
            row.is_helper,
            row.class_id,
            row.entry_year,
            row.number,
            row.own_name or "",
            row.code,
        )
        for row in (rows[n] for n in order[:limit])
    ]


def _patron_words(query: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", query)
    return [word for word in plain.split() if fold(word)][:MAX_WORDS]


def _patron_fits(word: str, today: date | None, starts: tuple[int, int]) -> ColumnElement[bool]:
    folded = "".join(fold(word).split())
    ways = [
        patrons.c.name.contains(folded, autoescape=True),
        school_classes.c.own_name.contains(folded, autoescape=True),
    ]
    if folded.isascii():
        ways.append(patrons.c.name_search.contains(folded, autoescape=True))
        ways.append(barcodes.c.code.startswith(folded.upper(), autoescape=True))
    named = _CLASS.fullmatch(word)
    if named and today is not None:
        grade = _CHINESE_DIGITS.get(named[1]) or int(named[1])
        entered = school_year(today, starts) - grade + 1
        ways.append(and_(school_classes.c.entry_year == entered, school_classes.c.number == int(named[2])))
    return or_(*ways)


def _patron_rank(name: str, name_search: str, word: str) -> int:
    folded = "".join(fold(word).split())
    if name == folded or f"|{folded}|" in name_search:
        return 0
    return 1 if name.startswith(folded) or f"|{folded}" in name_search else 2
