"""The pages of new stock for the gallery and the layout tests, with the longest words they meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.flows.librarian.stock import KINDS
from kiosk.flows.librarian.stock.arriving import Arriving
from kiosk.flows.librarian.stock.batches import BatchCard
from kiosk.flows.librarian.stock.labels_first import Apart
from kiosk.flows.librarian.stock.taking import Taking, said
from kiosk.flows.librarian.stock.title_form import TitleForm
from kiosk.flows.stock import (
    ApartList,
    Batch,
    BatchPage,
    KnownTitle,
    Line,
    NewTitle,
    Offers,
    SameSet,
    SetApart,
    StockState,
    Taken,
    TakenIn,
)
from kiosk.flows.views import Button, PageView, ResultCard, Text
from kiosk.lending.stock import TitleData

LONG = "十万个为什么（少年儿童彩色插图注音精装珍藏版）：地球、海洋与宇宙探险·第三十二册"
ENGLISH = "Alice's Adventures in Wonderland and Through the Looking-Glass, unabridged"
BATCH = Batch(1, "2026年秋季 市新华书店第三批 图书馆装备专项（含捐赠）", titles=3, ordered=46, arrived=31, short=15)
LINES = (
    Line(1, 1, BATCH.name, "9787541497216", LONG, 30, 30, 2, 26_000, "《少年科学》杂志社编写组编著；赵一帆等绘图"),
    Line(2, 1, BATCH.name, "9787530765418", ENGLISH, 12, 0, 0, 3950, "Lewis Carroll"),
    Line(3, 1, BATCH.name, "", "校史", 0, 1, 0, None),
)
TITLE = TitleData(
    LONG,
    isbn="9787541497210",
    authors="《少年科学》杂志社编写组编著；赵一帆等绘图",
    publisher="人民教育电子音像出版社有限责任公司",
    published="2026",
    clc="H319.4:I561",
    price_fen=26_000,
)
OFFERS = Offers("H319.4:I561/1048", (SameSet(7, ENGLISH, "H319.4:I561/1047"), SameSet(8, LONG, "H319.4:I561/12")), "32")
TAKEN = TakenIn(
    "k-1",
    7,
    LONG,
    "H319.4:I561",
    "H319.4:I561/1048/32",
    tuple(Taken(n, f"2026-{n:06}", f"30{n:06}") for n in range(1, 31)),
    damaged=2,
    line=LINES[0],
)


def view(page: Any, notice: ResultCard | None = None) -> PageView:
    """A page as the librarian's flow shows it."""
    kind = KINDS[type(page)]
    bar = (Button("back", Text("librarian.do.back"), icon="back"), *kind.bar(page))
    return PageView(kind.name, kind.title(page), "陈老师", bar, kind.blocks(page), notice)


def card() -> ResultCard:
    """What was just taken in."""
    say = said(TAKEN)
    return ResultCard(say.tone, say.tone.value, say.headline, say.lines, say.book, serial=1)


STOCK_PAGES: Mapping[str, object] = {
    "stock-arriving": view(Arriving(1, state=StockState(31, 1, BATCH), taken=(TAKEN, TAKEN)), card()),
    "stock-title": view(TitleForm.of(NewTitle(TITLE, right=False), 1)),
    "stock-new": view(Taking.new_title(NewTitle(TITLE, False, OFFERS, LINES[1]), 1)),
    "stock-known": view(
        Taking.known_title(
            KnownTitle(7, TITLE, 30, "H319.4:I561/1048/32", "三楼 开架阅览室 C12", 26_000, line=LINES[0]), 1
        )
    ),
    "stock-apart": view(
        Apart(
            listed=ApartList(
                (
                    SetApart("30001081", "30003079", (), 200),
                    SetApart("30003087", "30004085", ("30003087",), 100),
                    SetApart("30004093", "30005090", ("30004093",) * 100, 100),
                )
            )
        )
    ),
    "stock-batch": view(BatchCard(1, BatchPage(BATCH, LINES, 0, 827_400, 780_000, 52_000, 47_400))),
}
