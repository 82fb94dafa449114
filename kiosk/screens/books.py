"""Books and answers inside pages: the row of covers, and the result of what was done last."""

from __future__ import annotations

from kiosk.flows.views import BookTile, Button, Mark, ResultCard, Shelf, Text, Tone
from kiosk.screens import theme, widgets
from kiosk.screens.canvas import Canvas, Kit, Rect
from kiosk.screens.piece import TALL, Piece, Scale, columns_that_fit, pile, words_piece
from kiosk.screens.theme import Size

MARKS: dict[Mark, tuple[Tone, str]] = {
    Mark.FRESH: (Tone.DONE, "check"),
    Mark.RENEWED: (Tone.INFO, "renew"),
    Mark.OVERDUE: (Tone.NOT_NOW, "clock"),
}
COVER_WIDTH = 168  # px at 1080p


def book_lines(book: BookTile) -> list[Text | str]:
    """What stands beside a cover: who wrote it, where it stands, when it is due."""
    lines: list[Text | str] = [book.authors] if book.authors else []
    lines += [" · ".join(part for part in (book.call_number, book.place) if part)]
    if book.due_on is not None:
        lines.append(Text("common.due_on", {"day": book.due_on}))
    return [line for line in lines if line]


def book_piece(kit: Kit, book: BookTile, width: int, scale: Scale) -> Piece:
    """A book lying open to view: cover at the left, title and what is to be known beside it, its buttons below."""
    cover = min(kit.px(COVER_WIDTH), width // 3)
    gap = kit.px(24)
    beside = width - cover - gap
    words = [words_piece(kit, book.title, Size.LEAD, beside, face="kai", lines=3)]
    words += [words_piece(kit, line, Size.BODY, beside, colour=theme.SOFT, lines=2) for line in book_lines(book)]
    if book.buttons:
        words.append(buttons_column(kit, book.buttons, beside, scale))
    text = pile(words, kit.px(10))
    height = max(round(cover * widgets.COVER), text.height)

    def paint(canvas: Canvas, rect: Rect) -> None:
        box = Rect(rect.left, rect.top, cover, round(cover * widgets.COVER))
        place = widgets.cover(canvas, box, book)
        if book.mark in MARKS:
            tone, icon = MARKS[book.mark]
            side = canvas.px(60)
            widgets.badge(canvas, Rect(place.right - side, place.top, side, side), tone, icon)
        inner = Rect(rect.left + cover + gap, rect.top, beside, text.height)
        text.paint(canvas, inner.move(0, max(0, (box.height - text.height) // 2)))

    return Piece(height, paint)


def buttons_column(kit: Kit, buttons: tuple[Button, ...], width: int, scale: Scale) -> Piece:
    """Buttons side by side where they fit, else under one another."""
    high = kit.px(scale.touch)
    wanted = sum(widgets.button_width(kit, one, scale.text) + kit.px(20) for one in buttons) - kit.px(20)
    rows = [buttons] if wanted <= width else [(one,) for one in buttons]

    def row(shown: tuple[Button, ...]) -> Piece:
        return Piece(high, lambda canvas, rect: widgets.button_row(canvas, rect, shown, size=scale.text))

    return pile([row(shown) for shown in rows], kit.px(12))


def shelf_piece(kit: Kit, shelf: Shelf, width: int, scale: Scale) -> Piece:
    """Books side by side on sheets of card, as many in a row as there is room for."""
    if not shelf.books:
        return Piece(0, lambda canvas, rect: None)  # noqa: ARG005  a piece that paints nothing
    gap, edge = kit.px(scale.gap), kit.px(24)
    columns = columns_that_fit(width, kit.px(540), gap, min(3, len(shelf.books)))
    each = (width - gap * (columns - 1)) // columns
    sheets = [book_piece(kit, book, each - 2 * edge, scale) for book in shelf.books]
    rows = [sheets[i : i + columns] for i in range(0, len(sheets), columns)]

    def row_piece(row: list[Piece]) -> Piece:
        high = max(piece.height for piece in row) + 2 * edge + kit.px(6)

        def paint(canvas: Canvas, rect: Rect) -> None:
            for i, piece in enumerate(row):
                place = Rect(rect.left + i * (each + gap), rect.top, each, high)
                canvas.card(place)
                piece.paint(canvas, Rect(place.left + edge, place.top + edge, each - 2 * edge, piece.height))

        return Piece(high, paint)

    return pile([row_piece(row) for row in rows], gap)


def answer_piece(kit: Kit, card: ResultCard, width: int, scale: Scale) -> Piece:
    """An answer that owns the page: badge, headline, lines in order, book and buttons."""
    look = theme.TONES[card.tone]
    edge, side = kit.px(28), kit.px(150)
    inside = width - 3 * edge - side
    words = [words_piece(kit, card.headline, scale.head, inside, colour=look.deep, face="kai", lines=3)]
    words += [words_piece(kit, line, scale.text, inside, lines=4) for line in card.lines]
    if card.book is not None:
        words.append(book_piece(kit, card.book, inside, scale))
    if card.buttons:
        words.append(buttons_column(kit, card.buttons, inside, scale))
    text = pile(words, kit.px(14))
    height = max(text.height, side) + 2 * edge

    def paint(canvas: Canvas, rect: Rect) -> None:
        canvas.rounded(rect, look.tint, 28)
        top = rect.top + edge if text.height > 2 * side else rect.top + (height - side) // 2
        widgets.badge(canvas, Rect(rect.left + edge, top, side, side), card.tone, card.icon)
        inner = Rect(rect.left + 2 * edge + side, rect.top, inside, text.height)
        text.paint(canvas, inner.move(0, (height - text.height) // 2))

    return Piece(height, paint)


def notice_piece(kit: Kit, card: ResultCard, width: int, scale: Scale) -> Piece:
    """An answer above a page that stays: the same words in little room, the book by its title, buttons beside."""
    look = theme.TONES[card.tone]
    edge, side = kit.px(18), kit.px(76)
    wide = sum(widgets.button_width(kit, one) + kit.px(20) for one in card.buttons)
    beside = wide if wide and wide <= width // 2 else 0
    inside = width - 3 * edge - side - beside
    short = not kit.layout(card.headline, Size.LEAD, inside, TALL, face="kai", lines=2).cut
    size = Size.LEAD if short else Size.BODY
    words = [words_piece(kit, card.headline, size, inside, colour=look.deep, face="kai", lines=8)]
    if card.book is not None:
        words.append(words_piece(kit, card.book.title, Size.BODY, inside, face="kai", lines=2))
    words += [words_piece(kit, line, Size.BODY, inside, lines=4) for line in card.lines]
    if card.buttons and not beside:
        words.append(buttons_column(kit, card.buttons, inside, scale))
    text = pile(words, kit.px(4))
    height = max(text.height, side) + 2 * edge

    def paint(canvas: Canvas, rect: Rect) -> None:
        canvas.rounded(rect, look.tint, 24)
        box = Rect(rect.left + edge, rect.top + (height - side) // 2, side, side)
        widgets.badge(canvas, box, card.tone, card.icon)
        text.paint(canvas, Rect(box.right + edge, rect.top + (height - text.height) // 2, inside, text.height))
        if beside:
            high = min(canvas.px(scale.touch), height - edge)
            place = Rect(rect.right - edge - beside, rect.centery - high // 2, beside, high)
            widgets.button_row(canvas, place, card.buttons, align="end")

    return Piece(height, paint)
