"""What a whole catalogue would bring to a library: every record and every copy judged, nothing written.

A title is known again by its ISBN and its name (with volume and issue: a set's volumes may share an ISBN); one
without an ISBN by its name, authors and publisher. Else by its name where nothing that both say differs, which is to be
looked at, or by a copy whose number is on a title of the same name. A copy is known by its barcode or accession number.
A record that only says how many copies there are stands for those that no other record of the file names, so that the
same file again brings nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kiosk.exchange.catalogue_file import CatalogueFile, refused
from kiosk.flows.catalogue import CopyState, TitleState
from kiosk.lending.barcodes import BarcodeKind, Pattern, Reading, ReadingKind, Scheme, read
from kiosk.lending.numbering import pattern_of
from kiosk.lending.stock import LONGEST, CopyData, StockRecord, TitleData, kept_isbn
from kiosk.lending.text import half_width

CLASHES = (
    "barcode_of_title",
    "barcode_of_copy",
    "barcode_of_other",
    "barcode_unfit",
    "barcode_unknown",
    "barcode_twice",
    "accession_twice",
    "accession_of_title",
    "accession_missing",
    "numbers_apart",
)
"""Why a copy of the file cannot be taken, each with a sentence `catalogue.clash.<code>`."""

Key = tuple[str, ...]
"""What tells one title from another."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What of a title tells it from others."""

    title: str
    isbn: str = ""
    subtitle: str = ""
    volume: str = ""
    authors: str = ""
    publisher: str = ""
    issn: str = ""
    issue: str = ""

    @property
    def name(self) -> str:
        """The title as it is compared: letters and digits only."""
        return _bare(self.title) or self.title

    @property
    def key(self) -> Key:
        """Equal for what is the same title."""
        part = (self.isbn, self.name, _bare(self.volume), _bare(self.issue))
        if self.isbn:
            return part
        return (*part, *(_bare(getattr(self, name)) for name in _DETAILS))

    def may_be(self, other: Identity) -> bool:
        """Whether another title of the same name, volume and issue says nothing else in any part that both have."""
        both = ((getattr(self, name), getattr(other, name)) for name in ("isbn", *_DETAILS))
        return all(not mine or not its or _bare(mine) == _bare(its) for mine, its in both)


_DETAILS = ("subtitle", "authors", "publisher", "issn")


def identity(title: TitleData) -> Identity:
    """The identity of a title of a file."""
    return Identity(
        title.title,
        title.isbn,
        title.subtitle,
        title.volume,
        title.authors,
        title.publisher,
        title.issn,
        title.issue,
    )


def stored_isbn(isbn: str | None) -> str:
    """An ISBN of the library as it is kept now: older catalogues have ten digits or hyphens."""
    isbn = isbn or ""
    return isbn if len(isbn) == 13 and isbn.isdecimal() else kept_isbn(isbn)


def _bare(text: str) -> str:
    if not text:
        return ""
    if not text.isascii():
        text = half_width(text)
    text = text.casefold()
    return text if text.isalnum() else "".join(sign for sign in text if sign.isalnum())


@dataclass(frozen=True, slots=True)
class HeldCopy:
    """A copy of the library."""

    copy_id: int
    title_id: int
    accession_no: str
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class Library:
    """The library as a plan needs it. `codes` are all numbers: their copy, None for cards and control cards."""

    titles: Mapping[int, Identity] = field(default_factory=dict)
    copies: Sequence[HeldCopy] = ()
    codes: Mapping[str, int | None] = field(default_factory=dict)
    scheme: Scheme = field(default_factory=Scheme)


@dataclass(frozen=True, slots=True)
class Clash:
    """A copy that cannot be taken: why (one of `CLASHES`), its number, the title that has it."""

    code: str
    number: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A record of the file. `target` is the place of its title in `CataloguePlan.targets`, -1 where it is not taken.

    `copies` are those to add, with the barcodes as the library keeps them; copies that the file only counts are
    among them without numbers. `other` is a title of the library with the same ISBN and another name; `likely`: the
    title was known by its name only.
    """

    record: StockRecord
    state: TitleState
    target: int = -1
    copies: tuple[CopyData, ...] = ()
    there: int = 0
    clashes: tuple[Clash, ...] = ()
    other: str = ""
    likely: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether it is taken, or part of it, and worth a look."""
        if self.state is TitleState.WRONG:
            return False
        return bool(
            self.clashes
            or (self.state is not TitleState.UNCHANGED and (self.record.remarks or self.other or self.likely))
        )


@dataclass(frozen=True, slots=True)
class Target:
    """A title that lines belong to: of the library (`title_id`), or to be added."""

    title: TitleData
    title_id: int | None = None


@dataclass(frozen=True, slots=True)
class CataloguePlan:
    """What a file would bring. `refused` are records that cannot be taken.

    `unknown` are patterns of barcodes that the library does not know; with `adopt` it learns them.
    """

    lines: tuple[PlanLine, ...]
    targets: tuple[Target, ...]
    refused: tuple[StockRecord, ...] = ()
    unknown: tuple[Pattern, ...] = ()
    adopt: bool = False

    def titles(self, state: TitleState) -> int:
        """How many lines have this state, those refused not among them."""
        return sum(line.state is state for line in self.lines)

    def copies(self) -> Counter[CopyState]:
        """How many copies of the file are what."""
        counts: Counter[CopyState] = Counter()
        for line in self.lines:
            counts[CopyState.NEW] += len(line.copies)
            counts[CopyState.THERE] += line.there
            counts[CopyState.CLASHING] += len(line.clashes)
        return counts

    @property
    def new_copies(self) -> Iterable[tuple[int, CopyData]]:
        """Every copy to add, with its target."""
        return ((line.target, copy) for line in self.lines for copy in line.copies)

    @property
    def seal(self) -> str:
        """What tells this plan's changes from another's."""
        told = hashlib.sha256()
        for line in self.lines:
            if line.copies or line.state is TitleState.NEW:
                target = self.targets[line.target]
                told.update(repr((line.state, target.title_id, target.title, line.copies)).encode("utf-8", "replace"))
        told.update(repr(self.unknown if self.adopt else ()).encode())
        return told.hexdigest()[:20]


def plan_catalogue(
    file: CatalogueFile,
    library: Library,
    *,
    give: bool = True,
    one_each: bool = False,
    same: bool = False,
    adopt: bool = False,
) -> CataloguePlan:
    """What `file` would bring to `library`.

    `give`: accession numbers can be given, so that copies without one are taken. `one_each`: a record that says
    nothing of copies stands for one. `same`: where a copy has one number only, that is its barcode and its accession
    number. `adopt`: barcodes of a shape that the library does not know are taken.
    """
    planning = _Planning(library, give, one_each, same, adopt)
    good = sorted(file.good, key=lambda record: record.place)
    planning.accessions.update(copy.accession_no for record in good for copy in record.copies)
    judged = [planning.judge(record) for record in good]
    lines = tuple(planning.counted(line) for line in judged)
    return CataloguePlan(
        lines,
        tuple(planning.targets),
        tuple(record for record in file.records if refused(record.remarks)),
        tuple(_checked(shape, examples) for shape, examples in planning.unknown.items()),
        adopt,
    )


class _Planning:
    """The work of one plan."""

    def __init__(self, library: Library, give: bool, one_each: bool, same: bool, adopt: bool) -> None:
        self.library, self.give, self.one_each, self.same, self.adopt = library, give, one_each, same, adopt
        self.by_key: dict[Key, int] = {}
        self.by_isbn: dict[str, int] = {}
        self.by_name: dict[Key, list[int]] = {}
        for title_id, one in library.titles.items():
            key = one.key
            self.by_key.setdefault(key, title_id)
            self.by_name.setdefault(key[1:4], []).append(title_id)
            if one.isbn:
                self.by_isbn.setdefault(one.isbn, title_id)
        self.by_accession = {copy.accession_no: copy for copy in library.copies}
        self.by_id = {copy.copy_id: copy for copy in library.copies}
        self.held = Counter(copy.title_id for copy in library.copies)
        self.free: dict[int, int] = {}
        self.named: Counter[int] = Counter()  # copies of a title of the library that the file names
        self.targets: list[Target] = []
        self.known_targets: dict[int, int] = {}
        self.new_targets: dict[Key, int] = {}
        self.taken: dict[tuple[str, str], str] = {}  # numbers of copies of the file that are kept, and their titles
        self.accessions: set[str] = set()  # of the file
        self.unknown: dict[Pattern, list[str]] = {}
        self.readings: dict[str, Reading] = {}

    def judge(self, record: StockRecord) -> PlanLine:
        """The record with the copies that it names; those it only counts come with `counted`."""
        own = identity(record.title)
        key = own.key
        title_id = self.by_key.get(key)
        likely = title_id is None
        if title_id is None:
            title_id = self._like(own, key) or self._by_copies(own, record)
        fresh: list[CopyData] = []
        clashes: list[Clash] = []
        there = 0
        for copy in record.copies:
            if self.same and not copy.barcode:
                copy = replace(copy, barcode=copy.accession_no)
            found = self._judge_copy(copy, own, title_id)
            if isinstance(found, Clash):
                clashes.append(found)
            elif found is None:
                there += 1
            else:
                fresh.append(found)
        if clashes and not fresh and not there:
            return PlanLine(record, TitleState.WRONG, clashes=tuple(clashes))
        if title_id is not None:
            self.named[title_id] += there
            state = TitleState.KNOWN if fresh else TitleState.UNCHANGED
            known = self._known(title_id, record)
            return PlanLine(record, state, known, tuple(fresh), there, tuple(clashes), likely=likely and not there)
        target = self.new_targets.get(key)
        if target is not None:
            state = TitleState.KNOWN if fresh else TitleState.UNCHANGED
            return PlanLine(record, state, target, tuple(fresh), there, tuple(clashes))
        self.targets.append(Target(record.title))
        target = self.new_targets[key] = len(self.targets) - 1
        other = self.by_isbn.get(own.isbn) if own.isbn else None
        called = self.library.titles[other].title if other is not None else ""
        return PlanLine(record, TitleState.NEW, target, tuple(fresh), there, tuple(clashes), called)

    def counted(self, line: PlanLine) -> PlanLine:
        """The line with the copies that it counts and does not name, as far as the library has not as many."""
        record = line.record
        count = record.count or int(self.one_each)
        if record.copies or not count or line.target < 0:
            return line
        title_id = self.targets[line.target].title_id
        there = 0
        if title_id is not None:
            free = self.free.setdefault(title_id, max(0, self.held[title_id] - self.named[title_id]))
            there = min(free, count)
            self.free[title_id] = free - there
        missing = count - there
        if not self.give:
            return replace(line, there=there, clashes=(Clash("accession_missing", ""),) * missing)
        state = TitleState.KNOWN if missing and line.state is TitleState.UNCHANGED else line.state
        return replace(line, state=state, there=there, copies=(record.each,) * missing)

    def _known(self, title_id: int, record: StockRecord) -> int:
        target = self.known_targets.get(title_id)
        if target is None:
            self.targets.append(Target(record.title, title_id))
            target = self.known_targets[title_id] = len(self.targets) - 1
        return target

    def _like(self, own: Identity, key: Key) -> int | None:
        """The first title of the library of the same name that may be the record's."""
        found = (one for one in self.by_name.get(key[1:4], ()) if own.may_be(self.library.titles[one]))
        return next(found, None)

    def _by_copies(self, own: Identity, record: StockRecord) -> int | None:
        """The title of the library that has a copy of the record."""
        for copy in record.copies:
            for held in (self._by_barcode(copy.barcode), self.by_accession.get(copy.accession_no)):
                if held is not None and self._same(held.title_id, own):
                    return held.title_id
        return None

    def _same(self, title_id: int, own: Identity) -> bool:
        """Whether a title of the library may be the record's: the same name, and no other ISBN."""
        one = self.library.titles[title_id]
        return one.name == own.name and (one.isbn == own.isbn or not one.isbn or not own.isbn)

    def _by_barcode(self, barcode: str) -> HeldCopy | None:
        if not barcode:
            return None
        copy_id = self.library.codes.get(barcode)
        if copy_id is None:
            copy_id = self.library.codes.get(self._read(barcode).code)
        return None if copy_id is None else self.by_id.get(copy_id)

    def _read(self, barcode: str) -> Reading:
        reading = self.readings.get(barcode)
        if reading is None:
            reading = self.readings[barcode] = read(barcode, self.library.scheme)
        return reading

    def _judge_copy(self, copy: CopyData, own: Identity, title_id: int | None) -> CopyData | Clash | None:
        """The copy as it is to be added, why it cannot be, or None: it is there already.

        Of copies of the file with the same number the first that can be kept has it.
        """
        numbers = [("barcode", self._read(copy.barcode).code)] if copy.barcode else []
        if copy.accession_no:
            numbers.append(("accession", copy.accession_no))
        for part, number in numbers:
            if (part, number) in self.taken:
                return Clash(f"{part}_twice", number, self.taken[part, number])
        found = self._alone(copy, own, title_id)
        if not isinstance(found, Clash):
            self.taken.update(dict.fromkeys(numbers, own.title))
        return found

    def _alone(self, copy: CopyData, own: Identity, title_id: int | None) -> CopyData | Clash | None:
        """As `_judge_copy`, as if no other copy of the file had its numbers."""
        barcode = copy.barcode
        by_barcode = self._by_barcode(barcode)
        by_accession = self.by_accession.get(copy.accession_no) if copy.accession_no else None
        for held, code, number in (
            (by_barcode, "barcode_of_title", barcode),
            (by_accession, "accession_of_title", copy.accession_no),
        ):
            if held is not None and held.title_id != title_id and not self._same(held.title_id, own):
                return Clash(code, number, self.library.titles[held.title_id].title)
        if by_barcode is not None or by_accession is not None:
            return self._there(copy, by_barcode, by_accession)
        if barcode:
            code, unfit = self._fit(barcode)
            if unfit:
                return Clash(unfit, barcode)
            barcode = code
        accession_no = copy.accession_no or self._as_accession(barcode)
        if not accession_no and not self.give:
            return Clash("accession_missing", barcode)
        return CopyData(accession_no, barcode, copy.call_number, copy.place, copy.price_fen)

    def _as_accession(self, barcode: str) -> str:
        """A barcode as the accession number of its copy, where that is so and no other copy has it."""
        if not self.same or len(barcode) > LONGEST["accession_no"]:
            return ""
        return "" if barcode in self.accessions or barcode in self.by_accession else barcode

    def _there(self, copy: CopyData, by_barcode: HeldCopy | None, by_accession: HeldCopy | None) -> Clash | None:
        """None where the library's copy is the file's; a clash where one of its numbers says something else."""
        if by_barcode is not None and by_accession is not None:
            same = by_barcode.copy_id == by_accession.copy_id
            return None if same else Clash("numbers_apart", copy.barcode, copy.accession_no)
        if by_barcode is not None:
            return Clash("barcode_of_copy", copy.barcode, by_barcode.accession_no) if copy.accession_no else None
        other = by_accession is not None and by_accession.barcode and copy.barcode
        return Clash("barcode_of_copy", by_accession.barcode, copy.accession_no) if by_accession and other else None

    def _fit(self, barcode: str) -> tuple[str, str]:
        """A barcode as the library keeps it, and why it cannot be one of a copy, empty if it can."""
        reading = self._read(barcode)
        if barcode in self.library.codes or reading.code in self.library.codes:
            return reading.code, "barcode_of_other"
        if reading.kind is ReadingKind.COPY:
            return reading.code, ""
        shape = _shape(reading.code) if reading.kind in (ReadingKind.UNKNOWN, ReadingKind.DAMAGED) else None
        if shape is None:
            return reading.code, "barcode_unfit"
        self.unknown.setdefault(shape, []).append(reading.code)
        return reading.code, "" if self.adopt else "barcode_unknown"


_SHAPE = re.compile(r"([A-Z]{0,6})[-.]?([0-9]{4,12})", re.I)
_DAMAGED = re.compile(r"[239][0-9]{7}|97[789][0-9]{8,}")


def _shape(code: str) -> Pattern | None:
    """The pattern of numbers that look like `code`: letters in front as they are, then as many digits.

    What looks like a number of our own or an ISBN, only wrong, has none, and neither what is no such number. Digits
    alone keep their first one, so that our own numbers go on being told from damaged ones.
    """
    fit = _SHAPE.fullmatch(code)
    if fit is None or _DAMAGED.fullmatch(code):
        return None
    before, digits = code[: fit.start(2)], fit[2]
    if before:
        return Pattern(BarcodeKind.COPY, f"{re.escape(before)}[0-9]{{{len(digits)}}}")
    return Pattern(BarcodeKind.COPY, f"{digits[0]}[0-9]{{{len(digits) - 1}}}")


def _checked(shape: Pattern, examples: Sequence[str]) -> Pattern:
    """The pattern with the check digit that all examples have, if they have one."""
    pattern = pattern_of(BarcodeKind.COPY, examples)
    return shape if pattern is None else replace(shape, check=pattern.check)
