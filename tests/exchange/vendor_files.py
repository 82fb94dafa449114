"""Catalogue files as vendors deliver them, made here: a carton of books with its CNMARC records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from kiosk.lending.barcodes import ean13_digit

Subfields = Sequence[tuple[str, str]]
Field = tuple[str, str, Subfields]  # tag, indicators, subfields

_HEROES = (
    "小狐狸",
    "蓝鲸",
    "萤火虫",
    "三月兔",
    "老橡树",
    "会飞的课桌",
    "纸船",
    "月亮邮差",
    "蚂蚁先生",
    "龙堃",
    "喆喆和䶮龙",
)
_DEEDS = ("的秘密", "历险记", "回家", "找朋友", "与春天", "的最后一天", "奇遇记", "的图书馆", "去远方", "的一百个问题")
_PUBLISHERS = (("北京", "小溪少年儿童出版社"), ("上海", "青禾出版社"), ("南京", "云杉教育出版社"), ("杭州", "启明书局"))
_AUTHORS = ("王小溪著", "李青禾文；赵一帆图", "（英）布朗著；张云译", "陈堃著", "《儿童科学》编写组编")
_CLASSES = ("I287.45", "I287.7", "I18", "J228.5", "K825.6=422", "Q95-49", "H319.4:B821", "P1-49", "G624.233")
# The notations of a price, the usual one most often.
PRICES = (*("CNY{0}.{1}",) * 8, "{0}.{1}元", "￥{0}.{1}", "CNY{0}.{1}(全8册)", "CNY赠{0}.{1}", "{0}.{1}RMB×2", "")


@dataclass(frozen=True, slots=True)
class Book:
    """What one record of a carton says."""

    isbn: str
    title: str
    clc: str
    price_fen: int | None
    accession_nos: tuple[str, ...]
    call_number: str


@dataclass(frozen=True, slots=True)
class Carton:
    """A vendor's file and the books it is about, in its order."""

    data: bytes
    books: tuple[Book, ...]


def carton(
    titles: int = 120,
    *,
    seed: int = 1,
    encoding: str = "gb18030",
    first_accession_no: int = 1,
    copies: tuple[int, int] = (1, 4),
    between: bytes = b"\r\n",
) -> Carton:
    """A CNMARC file for `titles` books: copies in 905 $b and 906, prices in the notations that occur.

    `copies` is how many a title has, from and to. The same arguments give the same file.
    """
    random = Random(seed)
    chunks, books = [], []
    accession_no = first_accession_no
    for number in range(titles):
        book = _book(random, number, accession_no, random.randint(*copies))
        accession_no += len(book.accession_nos)
        chunks.append(_record(random, number, book, encoding))
        books.append(book)
    return Carton(between.join(chunks) + between, tuple(books))


def _book(random: Random, number: int, accession_no: int, copies: int) -> Book:
    stem = f"9787{number % 100_000_000:08d}"
    clc = random.choice(_CLASSES)
    return Book(
        isbn=stem + ean13_digit(stem),
        title=f"{random.choice(_HEROES)}{random.choice(_DEEDS)}{number + 1}",
        clc=clc,
        price_fen=random.randrange(980, 9800, 10),
        accession_nos=tuple(f"{accession_no + n:08d}" for n in range(copies)),
        call_number=f"{clc}/{number + 1}",
    )


def _record(random: Random, number: int, book: Book, encoding: str) -> bytes:
    assert book.price_fen is not None
    place, publisher = random.choice(_PUBLISHERS)
    price = random.choice(PRICES).format(book.price_fen // 100, f"{book.price_fen % 100:02}")
    isbn = f"978-7-{book.isbn[4:8]}-{book.isbn[8:12]}-{book.isbn[12]}" if number % 2 else book.isbn
    clc, book_number = book.call_number.rsplit("/", 1)
    fields: list[Field] = [
        ("001", "", (("", f"01{number:09d}"),)),
        ("010", "  ", (("a", isbn), *((("d", price),) if price else ()))),
        ("100", "  ", (("a", "20260901d2026    em y0chiy50      ea"),)),
        ("101", "0 ", (("a", "chi"),)),
        ("200", "1 ", (("a", book.title), ("e", "注音版"), ("f", random.choice(_AUTHORS)))),
        ("205", "  ", (("a", "2版"),)),
        ("210", "  ", (("a", place), ("c", publisher), ("d", "2026.3"))),
        ("215", "  ", (("a", f"{random.randint(32, 320)}页"), ("c", "彩图"), ("d", "21cm"))),
        ("225", "2 ", (("a", "小学生必读丛书"),)),
        (
            "330",
            "  ",
            (("a", "本书讲述了一个关于勇气、友谊和成长的故事，适合小学低年级学生阅读。" * random.randint(1, 4)),),
        ),
        ("606", "0 ", (("a", "儿童故事"), ("x", "作品集"))),
        ("606", "0 ", (("a", "童话"),)),
        ("690", "  ", (("a", book.clc), ("v", "5"))),
        ("701", " 0", (("a", "王小溪"), ("4", "著"))),
        ("801", " 0", (("a", "CN"), ("b", "SHUSHANG"), ("c", "20260901"))),
        (
            "905",
            "  ",
            (
                *(("b", one) for one in book.accession_nos),
                ("d", clc),
                ("e", book_number),
                ("f", str(len(book.accession_nos))),
            ),
        ),
        *(("906", "  ", (("b", one), ("r", f"{book.price_fen / 100:.2f}"))) for one in book.accession_nos),
    ]
    return iso2709(fields, encoding)


def iso2709(fields: Sequence[Field], encoding: str = "gb18030", leader: str = "nam0 22") -> bytes:
    """One record with right lengths, put together by hand; `leader` are its places 5 to 11.

    Lengths with too many digits lose the first of them, as in programs that do not look.
    """
    directory, contents, at = [], [], 0
    for tag, indicators, subfields in fields:
        text = "".join(f"\x1f{code}{value}" if code else value for code, value in subfields)
        content = f"{indicators}{text}\x1e".encode(encoding)
        directory.append(f"{tag}{len(content) % 10_000:04d}{at % 100_000:05d}".encode())
        contents.append(content)
        at += len(content)
    base = 24 + 12 * len(fields) + 1
    head = f"{(base + at + 1) % 100_000:05d}{leader}{base:05d}   450 ".encode()
    return b"".join((head, *directory, b"\x1e", *contents, b"\x1d"))
