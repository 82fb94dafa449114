"""Sample pages, pads and the first start for the gallery and the layout tests, with the longest words they meet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from kiosk.flows.views import (
    Align,
    BookTile,
    Button,
    Choice,
    Column,
    Field,
    FirstStartView,
    Form,
    Grid,
    GridCell,
    Mark,
    PadView,
    PageView,
    Paragraph,
    Picture,
    Progress,
    ResultCard,
    Ring,
    Row,
    Shelf,
    Table,
    Tabs,
    Text,
    Tiles,
    Tone,
)
from tests.screens.stock_pages import STOCK_PAGES

LONG_TITLE = "十万个为什么（少年儿童彩色插图注音精装珍藏版）：地球、海洋与宇宙探险·第三十二册"
ENGLISH_TITLE = "Alice's Adventures in Wonderland and Through the Looking-Glass, unabridged"
LONG_NAME = "阿卜杜热合曼·买买提吐尔逊江·阿不都热依木"
ENGLISH_NAME = "Maximiliane-Alexandra Featherstonehaugh"
NAMES = ("欧阳思源", "王小明", "李雨桐", "张堃", "司马子墨", "陈喆", "刘一诺", "赵梓涵", LONG_NAME, ENGLISH_NAME)

BACK = Button("back", "返回 Back", icon="back")
LEAVE = Button("leave", "离开 Leave", icon="close")
BOOK = BookTile("西游记", "I242.4", "30000018", "吴承恩", "I242.4/17", "3号架")
LONG_BOOK = BookTile(LONG_TITLE, "Z228.1", "30000026", "中国少年儿童百科全书编委会", "Z228.1/4:32", "12号架")


HOME = PageView(
    name="counter.home",
    title=Text("common.tray.others"),
    who="李雨桐",
    bar=(LEAVE,),
    blocks=(
        Paragraph("要做什么？扫读者证也可以。 What would you like to do? You may scan a card, too."),
        Tiles(
            tuple(
                Button(name, label, icon=icon)
                for name, label, icon in (
                    ("without_card", "没带读者证 No card", "class"),
                    ("returns", "还一摞书 Returns", "return"),
                    ("look_up", "查一本书 Look up a book", "search"),
                    ("repair", "书坏了 A damaged book", "wrench"),
                )
            ),
            columns=2,
        ),
    ),
    large=True,
    ring=Ring(30.0, 20.0),
)
CLASSES = replace(
    HOME,
    name="counter.classes",
    title=Text("common.tray.copies"),
    bar=(BACK, LEAVE),
    blocks=(
        Paragraph("你在哪个班？"),
        Tiles(
            tuple(
                Button("class", Text("common.date.short", {"month": grade, "day": n}), value=grade * 10 + n)
                for grade in range(1, 7)
                for n in range(1, 5)
            )
        ),
    ),
    ring=None,
)
PUPILS = replace(
    CLASSES,
    name="counter.class",
    title=Text("common.class_name", {"grade": 3, "number": 2}),
    who=LONG_NAME,
    blocks=(
        Paragraph("你叫什么名字？"),
        Tiles(tuple(Button("pick", NAMES[i % len(NAMES)], value=i) for i in range(45))),
    ),
)
NOTICE = ResultCard(
    Tone.DONE,
    "done",
    Text("common.class_name", {"grade": 3, "number": 2}),
    (Text("common.due_on", {"day": date(2026, 5, 27)}),),
)
RESULT = ResultCard(
    Tone.LOOK,
    "look",
    Text("common.money", {"amount": "放到管理员的架子上 Put it on the librarian's shelf: 12.00"}),
    (
        Text(
            "common.datetime.full", {"day": "这本书是预约的，先不要上架。It is kept for somebody,", "time": "please."}
        ),
        Text("common.due_on", {"day": date(2026, 5, 27)}),
    ),
    book=LONG_BOOK,
    buttons=(Button("undo", "撤销 Undo", icon="undo"),),
)
RETURNS = replace(
    CLASSES,
    name="counter.returns",
    title=Text("common.tray.copies"),
    blocks=(
        Paragraph("还了 12 本；有 1 本要放一边。 12 back, one of them is to be put aside.", Tone.LOOK),
        Table(
            (Column("序号"), Column("书名 Title", 6), Column("位置 Place", 3), Column("结果 Result", 4)),
            tuple(
                Row(
                    (str(12 - i), (BOOK, LONG_BOOK)[i % 2].title, "12号架 · Z228.1/4:32", "已还 Returned"),
                    tone=Tone.LOOK if i == 0 else Tone.DONE,
                )
                for i in range(12)
            ),
        ),
    ),
    notice=NOTICE,
)
RETURNS_SHORT = replace(
    RETURNS, blocks=(Paragraph("把书一本一本扫过来。"), *RETURNS.blocks[1:]), notice=None, name="counter.returns2"
)
SEARCH_FORM = Form(
    (Field("query", "书名、作者、拼音、ISBN Title, author, pinyin", "十万个", focus=True),),
    (Button("search", "查找 Search", icon="search"),),
)
SEARCH_TABLE = Table(
    (
        Column("书名 Title", 6),
        Column("作者 Author", 3),
        Column("索书号 Call number", 2),
        Column("在馆 In", 1, Align.END),
        Column("价格 Price", 1, Align.END),
    ),
    tuple(
        Row(
            (
                (LONG_TITLE, ENGLISH_TITLE, "昆虫记", "上下五千年")[i % 4],
                ("吴承恩", "中国少年儿童百科全书编委会 编著", ENGLISH_NAME)[i % 3],
                ("Z228.1/4:32", "I561.44/7")[i % 2],
                str(i % 5),
                Text("common.money", {"amount": f"{i * 7 % 90}.80"}),
            ),
            action="title",
            value=i,
        )
        for i in range(2000)
    ),
)
SEARCH = PageView(
    name="librarian.titles",
    title=Text("common.tray.copies"),
    who="陈老师",
    bar=(BACK, Button("new", "新书 New", icon="plus"), Button("print", "打印 Print", icon="printer")),
    blocks=(SEARCH_FORM, SEARCH_TABLE),
)
PATRON = PageView(
    name="librarian.patron",
    title=Text("common.first_start.place", {"place": LONG_NAME}),
    who="陈老师",
    bar=(
        BACK,
        Button("renew", "全部续借 Renew all", icon="renew"),
        Button("card", "换卡 Replace card", icon="card"),
        Button("helper", "设为小管理员 Make a helper", icon="helper"),
        Button("stop", "停卡 Stop the card", icon="lock", tone=Tone.NOT_NOW),
    ),
    notice=RESULT,
    trouble=Text("common.first_start.line"),
    blocks=(
        Paragraph("三(2)班 · 读者号 20001235 · 还可以借 1 本"),
        Paragraph("有一本书过期 12 天，请先还书。 One book is 12 days overdue, please return it first.", Tone.NOT_NOW),
        Shelf(
            (
                replace(LONG_BOOK, due_on=date(2026, 5, 6), mark=Mark.OVERDUE,
                        buttons=(Button("renew", "续借 Renew", icon="renew", value=1),)),
                replace(BOOK, due_on=date(2026, 5, 27), mark=Mark.FRESH,
                        buttons=(Button("undo", "撤销 Undo", icon="undo", value=2),)),
            )
        ),
        Table(
            (Column("时间 Time", 2), Column("事情 Event", 2), Column("书 Book", 5), Column("", 1)),
            tuple(
                Row((Text("common.date.short", {"month": 5, "day": i + 1}), "借书 Lent", LONG_TITLE, ""),
                    buttons=(Button("undo", "撤销 Undo", value=100 + i),))
                for i in range(20)
            ),
        ),
    ),
)  # fmt: skip
CHOICES = tuple(Choice(str(n), f"三({n})班") for n in range(1, 13))
KINDS = (Choice("pupil", "学生 Pupil"), Choice("teacher", "老师 Teacher"))
RULES = PageView(
    name="librarian.rules",
    title=Text("common.tray.copies"),
    who=ENGLISH_NAME,
    bar=(BACK,),
    blocks=(
        Paragraph("新的规则从下一次借书开始算。 New rules hold from the next loan on."),
        Form(
            (
                Field("limit", "学生最多借几本 Books a pupil may have", "2"),
                Field("days", "借几天 Days of a loan", "十四", error=Text("common.tray.hint")),
                Field("kind", "读者 Reader", "teacher", choices=KINDS),
                Field("pin", "密码 PIN", "1234", secret=True, hint=Text("common.first_start.line")),
                Field("classes", "班级 Classes", "3", choices=CHOICES),
                Field("name", "名字 Name", LONG_NAME + LONG_NAME, focus=True),
            ),
            (Button("save", "保存 Save", icon="check"), Button("back", "不保存 Do not save")),
        ),
    ),
)  # fmt: skip
ROTA = PageView(
    name="librarian.rota",
    title=Text("common.tray.copies"),
    who="陈老师",
    bar=(BACK, Button("odd", "单周 Odd weeks", icon="calendar"), Button("even", "双周 Even weeks", icon="calendar")),
    blocks=(
        Grid(
            tuple(Text(f"common.weekday.{n}") for n in range(1, 6)),
            tuple(f"{hour}:{minute:02}" for hour, minute in ((12, 0), (12, 15), (12, 30), (15, 30), (16, 0))),
            tuple(
                tuple(
                    GridCell()
                    if (row + day) % 4 == 3
                    else GridCell(action="slot", value=row * 10 + day)
                    if (row + day) % 5 == 4
                    else GridCell(
                        (f"三({day + 1})班", "三(3)班、四(1)班、五(2)班") if row % 2 else (f"三({day + 1})班",),
                        action="slot",
                        value=row * 10 + day,
                        tone=(None, None, Tone.INFO, Tone.LOOK)[(row * day) % 4],
                        chosen=row == 1 and day == 1,
                    )
                    for day in range(5)
                )
                for row in range(5)
            ),
        ),
    ),
)
EMPTY = replace(
    SEARCH,
    name="librarian.empty",
    blocks=(SEARCH_FORM, replace(SEARCH_TABLE, rows=(), empty=Text("common.first_start.line"))),
)
MENU = PageView(
    name="librarian.menu",
    title=Text("common.tray.copies"),
    who="陈老师",
    bar=(LEAVE,),
    blocks=(
        Tiles(
            tuple(
                Button(f"go{i}", label, icon=icon)
                for i, (label, icon) in enumerate(
                    (
                        ("读者 Readers", "card"), ("图书 Books", "books"), ("借阅轮流表 Rota", "calendar"),
                        ("开放日与放假 Open days and closures", "sun"), ("规则 Rules", "settings"),
                        ("班级 Classes", "class"), ("小管理员 Helpers", "helper"), ("密码 PIN", "key"),
                        ("退出程序 Leave the kiosk", "close"),
                    )
                )
            )
        ),
    ),
)  # fmt: skip
PAD = PadView(Text("common.tray.hint"), "123", dots=True, message=Text("common.first_start.line"), tone=Tone.NOT_NOW,
              ring=Ring(30.0, 25.0))  # fmt: skip
NUMBER = PadView(Text("common.first_start.line"), "30000018", dots=False)
WAIT = replace(PAD, enabled=False, entered="", message=Text("common.first_start.headline"), tone=Tone.LOOK)
FIRST = FirstStartView(
    "/home/library/.local/share/school-library-kiosk/library.sqlite3",
    (
        Field("library", "学校图书馆的名字 Name of the library", "向阳小学图书馆", focus=True),
        Field("pin", "管理员密码 Librarian's PIN", "", secret=True),
    ),
    (
        Button("make", "新建图书馆 Make a library", icon="plus"),
        Button("sample", "试试样例 Try the sample", icon="star"),
    ),
)
FIRST_TROUBLE = replace(FIRST, message=Text("common.first_start.line"))

PREVIEW = PageView(
    name="librarian.preview",
    title=Text("common.tray.copies"),
    who="陈老师",
    bar=(BACK, LEAVE),
    progress=Progress(3200, 10_000, Button("call_off", "取消 Call off", icon="close")),
    blocks=(
        Paragraph("第 1 页，共 3 页 Page 1 of 3"),
        Picture("sheet", 210, 297, bytes((255, 250, 240)) * (210 * 297), "一页标签 A page of labels"),
    ),
)

ROSTER = PageView(
    name="librarian.roster",
    title=Text("people.roster.title"),
    who=LONG_NAME,
    bar=(
        BACK,
        Button("other_year", Text("people.do.other_year", {"year": 2027, "next": 2028}), icon="calendar"),
        Button("accept", Text("people.do.accept", {"count": 1204}), icon="check", tone=Tone.DONE),
        LEAVE,
    ),
    blocks=(
        Paragraph(Text("people.roster.file", {"file": f"{LONG_TITLE}.xlsx", "year": 2026, "next": 2027})),
        Paragraph(Text("people.remark.identity", {"columns": ("E 列“身份证号”", "AB “ID number”")}), Tone.INFO),
        Tabs(
            tuple(
                Button("show", Text(f"people.state.{state}", {"count": 1204}), value=state, tone=tone)
                for state, tone in (
                    ("new", Tone.DONE),
                    ("changed", Tone.INFO),
                    ("moved", Tone.INFO),
                    ("gone", None),
                    ("doubtful", Tone.LOOK),
                    ("wrong", Tone.NOT_NOW),
                    ("unchanged", None),
                )
            ),
            "gone",
        ),
        Paragraph(Text("people.means.gone")),
        Table(
            (
                Column(Text("people.column.row"), 1),
                Column(Text("librarian.column.name"), 2),
                Column(Text("people.column.said"), 2),
                Column(Text("people.column.then"), 2),
                Column(Text("people.column.why"), 5),
            ),
            tuple(
                Row(
                    (
                        Text("people.roster.row_of", {"sheet": "2026年秋季三年级(2)班学生名单", "row": 1204}),
                        name,
                        "三年级（十二）班",
                        Text("people.roster.moves", {"was": "三(12)班", "now": "三(10)班"}),
                        Text("people.roster.decide", {"reason": Text("people.reason.moved_or_new")}),
                    ),
                    "doubt",
                    place,
                    tone=(Tone.LOOK, Tone.NOT_NOW, Tone.DONE, None)[place % 4],
                )
                for place, name in enumerate(NAMES)
            ),
        ),
        Form((), (Button("older", Text("people.do.after"), icon="down"),)),
    ),
)

SWITCHES = PageView(
    name="librarian.switches",
    title=Text("catalogue.title", {"name": f"{LONG_TITLE}.iso"}),
    who=LONG_NAME,
    bar=(BACK, Button("accept", Text("catalogue.do.accept"), icon="check", tone=Tone.DONE)),
    blocks=(
        Form(
            (),
            (
                Button("option", Text("catalogue.option.give", {"more": ""}), value="give", on=True),
                Button("option", Text("catalogue.option.same"), value="same", on=False),
                Button("option", Text("catalogue.option.one_each"), value="one_each", on=True, enabled=False),
            ),
        ),
        Tabs(
            tuple(
                Button("show", Text(f"catalogue.list.{name}", {"count": 1204}), value=name, tone=tone)
                for name, tone in (("wrong", Tone.NOT_NOW), ("doubtful", Tone.LOOK), ("new", Tone.DONE))
            ),
            "doubtful",
        ),
        Table(
            (Column("ISBN", 2), Column("书名 Title", 4), Column("登录号 Accession number"), Column("条形码", 1)),
            tuple(Row(("978-7-5414-9721-6", LONG_TITLE, f"2026-{i:06}", "30000018")) for i in range(9)),
        ),
    ),
)

PAGES: Mapping[str, object] = {
    "page-home": HOME,
    "page-classes": CLASSES,
    "page-pupils": PUPILS,
    "page-returns": RETURNS,
    "page-returns-short": RETURNS_SHORT,
    "page-search": SEARCH,
    "page-empty": EMPTY,
    "page-patron": PATRON,
    "page-rules": RULES,
    "page-rota": ROTA,
    "page-menu": MENU,
    "page-preview": PREVIEW,
    "page-roster": ROSTER,
    "page-switches": SWITCHES,
    "pad-pin": PAD,
    "pad-wait": WAIT,
    "pad-number": NUMBER,
    "first": FIRST,
    "first-trouble": FIRST_TROUBLE,
    **STOCK_PAGES,
}
