from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.lending.patrons import PatronKind
from kiosk.store import edit
from kiosk.store.edit import NewCopy, NewTitle
from kiosk.store.library import Library, open_library
from kiosk.store.search import search_patrons, search_titles

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
TITLES = [
    NewTitle("红楼梦", "曹雪芹 著", "9787020002207", "I242.4"),
    NewTitle("红楼梦人物画传（上）", "戴敦邦", None, "J222"),
    NewTitle("青少年读红楼梦", "周 明", None, "I207.411"),
    NewTitle("水浒传", "施耐庵", "9787020008742", "I242.4"),
    NewTitle("西安的故事", "红霞", None, "K928"),
    NewTitle("先生的心", "李一", None, "I267"),
    NewTitle("音乐之声", "特拉普", None, "I561.4"),
    NewTitle("Ｈａｒｒｙ　Potter：哈利·波特与魔法石", "J. K. Rowling", "7020033431", "I561.84"),
    NewTitle("C语言入门 100%", "谭先生", None, "TP312"),
]


@pytest.fixture(scope="module")
def titles(shared_location: str) -> Iterator[Library]:
    """A few titles, and people in three classes. Tests only read."""

    def work(conn):
        ids = edit.add_titles(conn, TITLES, AT)
        rows = [NewCopy(ids[0], f"A{n}", f"B{n}", "I242.4/12") for n in range(3)]
        copies = edit.add_copies(conn, rows, AT)
        patron = edit.add_patron(conn, PatronKind.TEACHER, "王明", None, AT)
        edit.add_loans(conn, [{"copy_id": copies[0], "patron_id": patron, "lent_at": AT, "due_on": TODAY}])

    library = open_library(shared_location)
    library.transact(work)
    library.transact(_add_people)
    yield library
    library.close()


def _add_people(conn) -> None:
    three_two = edit.add_class(conn, 2023, 2)
    three_one = edit.add_class(conn, 2023, 1)
    own = edit.add_class(conn, 2022, 9, "四甲")
    edit.add_patron(conn, PatronKind.PUPIL, "单小红", three_two, AT, card="20000018")
    edit.add_patron(conn, PatronKind.PUPIL, "张小红", three_one, AT, card="20000026")
    edit.add_patron(conn, PatronKind.PUPIL, "张三", own, AT)
    edit.add_patron(conn, PatronKind.TEACHER, "红老师", None, AT)


def found(library: Library, query: str, limit: int = 50) -> list[str]:
    return [hit.title for hit in library.read(lambda conn: search_titles(conn, query, limit))]


DREAM, DRAWN, YOUNG, WATER, XIAN, TEACHER, MUSIC, HARRY, PROGRAM = (row.title for row in TITLES)


@pytest.mark.parametrize(
    ("query", "titles_found"),
    [
        ("红楼梦", [DREAM, DRAWN, YOUNG]),
        ("红楼", [DREAM, DRAWN, YOUNG]),
        ("楼梦", [DREAM, YOUNG, DRAWN]),
        ("梦", [DREAM, YOUNG, DRAWN]),
        ("红", [DREAM, DRAWN, YOUNG, XIAN]),
        ("hongl", [DREAM, DRAWN, YOUNG]),
        ("hong lou m", [DREAM, DRAWN, YOUNG]),
        ("HONGLOUMENG", [DREAM, DRAWN, YOUNG]),
        ("ｈｌｍ", [DREAM, DRAWN, YOUNG]),
        ("hlmr", [DRAWN]),
        ("loumeng", [DREAM, YOUNG, DRAWN]),
        ("oumeng", []),
        ("xian", [TEACHER, XIAN, PROGRAM]),
        ("yinyue", [MUSIC]),
        ("yinle", [MUSIC]),
        ("曹雪芹", [DREAM]),
        ("cxq", [DREAM]),
        ("caoxue", [DREAM]),
        ("9787020002207", [DREAM]),
        ("978-7-02-000220-7", [DREAM]),
        ("978702000", [DREAM, WATER]),
        ("702000220x", [DREAM]),
        ("9787020033430", [HARRY]),
        ("7-02-003343", [HARRY]),
        ("I242.4/12", [DREAM]),
        ("i242", [WATER, DREAM]),
        ("I242.4", [WATER, DREAM]),
        ("harry potter", [HARRY]),
        ("哈利波特", [HARRY]),
        ("potter 魔法", [HARRY]),
        ("红楼 画", [DRAWN]),
        ("红lou", [DREAM, DRAWN, YOUNG]),
        ("青少年 zm", [YOUNG]),
        ("《红楼梦》", [DREAM, DRAWN, YOUNG]),
        ("c语言", [PROGRAM]),
        ("", []),
        ("  ", []),
        ("%", []),
        ("_", []),
        ('"', []),
        ("红楼梦' OR '1'='1", []),
    ],
)
def test_what_is_typed_finds(titles: Library, query: str, titles_found: list[str]) -> None:
    got = found(titles, query)
    if query in ("i242", "I242.4", "xian", "978702000"):
        assert sorted(got) == sorted(titles_found)
    else:
        assert got == titles_found


def test_a_hit_tells_how_many_there_are_and_how_many_are_out(titles: Library) -> None:
    (hit, *_) = titles.read(lambda conn: search_titles(conn, "红楼梦"))
    assert (hit.copies, hit.out, hit.authors) == (3, 1, "曹雪芹 著")


def test_a_title_added_at_another_kiosk_is_found_at_once(library: Library) -> None:
    assert found(library, "西游") == []
    other = open_library(library.location)
    other.transact(lambda conn: edit.add_title(conn, "西游记", created_at=AT))
    other.close()
    assert found(library, "西游") == ["西游记"]


def test_the_best_are_not_missed_among_very_many(library: Library) -> None:
    rows = [NewTitle(f"第{n}本梦的书") for n in range(1500)] + [NewTitle("梦"), NewTitle("梦里")]
    library.transact(lambda conn: edit.add_titles(conn, rows, AT))
    assert found(library, "梦", 3)[:2] == ["梦", "梦里"]
    assert found(library, "m", 3)[:2] == ["梦", "梦里"]
    assert found(library, "meng", 3)[:2] == ["梦", "梦里"]


@pytest.mark.parametrize(
    "query",
    ["x" * 10_000, "梦" * 10_000, "😀", "\0", "\ud800", "a\nb|c", "%s{0}", "*" * 300, "'; DROP TABLE titles;--"],
)
def test_a_hostile_query_is_answered_calmly(titles: Library, query: str) -> None:
    assert found(titles, query) == []
    assert titles.read(lambda conn: search_patrons(conn, query, today=TODAY)) == []


@settings(max_examples=150)
@given(query=st.text(max_size=40))
def test_any_text_is_a_query(titles: Library, query: str) -> None:
    assert set(found(titles, query)) <= {row.title for row in TITLES}
    titles.read(lambda conn: search_patrons(conn, query, today=TODAY))


@settings(max_examples=60)
@given(data=st.data())
def test_every_part_of_a_title_finds_it(titles: Library, data) -> None:
    title = data.draw(st.sampled_from([DREAM, DRAWN, YOUNG, WATER, XIAN, TEACHER, MUSIC]))
    start = data.draw(st.integers(0, len(title) - 1))
    end = data.draw(st.integers(start + 1, len(title)))
    part = title[start:end]
    if part.strip("（）"):
        assert title in found(titles, part)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("小红", ["张小红", "单小红"]),
        ("红", ["红老师", "张小红", "单小红"]),
        ("shan", ["单小红"]),
        ("dxh", ["单小红"]),
        ("zhangs", ["张三"]),
        ("2000001", ["单小红"]),
        ("三(2)班", ["单小红"]),
        ("三（２）班", ["单小红"]),
        ("三2", ["单小红"]),
        ("三年级2班 红", ["单小红"]),
        ("四甲", ["张三"]),
        ("三1 张", ["张小红"]),
        ("", []),
    ],
)
def test_a_patron_is_found_by_name_card_and_class(titles: Library, query: str, names: list[str]) -> None:
    hits = titles.read(lambda conn: search_patrons(conn, query, today=TODAY))
    assert [hit.name for hit in hits] == names
