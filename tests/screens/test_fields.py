"""Typing into the fields of a form: keys, mouse, clipboard, input method, and scanners that type."""

from __future__ import annotations

from dataclasses import replace

import pygame
import pytest

from kiosk.flows.events import Edited, Pressed
from kiosk.flows.views import Button, Choice, Field, Form, PageView, Text
from kiosk.screens.fields import caret_at
from tests.screens.hands import Hands
from tests.screens.stock_pages import STOCK_PAGES

CTRL, SHIFT = pygame.KMOD_CTRL, pygame.KMOD_SHIFT
FIELDS = (
    Field("title", "书名", "西游记", focus=True),
    Field("pin", "密码", "1234", secret=True),
    Field("kind", "读者", "pupil", choices=(Choice("pupil", "学生"), Choice("teacher", "老师"))),
)
BUTTONS = (Button("save", "保存"), Button("drop", "不要"))
VIEW = PageView("form", Text("common.tray.title"), bar=(Button("back", "返回"),), blocks=(Form(FIELDS, BUTTONS),))


def echo(view: PageView, said: Pressed | Edited) -> PageView:
    """A flow that keeps what it is told."""
    if isinstance(said, Pressed):
        return view
    fields = tuple(replace(f, text=said.text) if f.name == said.field else f for f in view.blocks[0].fields)
    return replace(view, blocks=(replace(view.blocks[0], fields=fields),))


def text(hands: Hands, name: str = "title") -> str:
    return hands.stage._fields.line(name).text


def selected(hands: Hands, name: str = "title") -> str:
    return hands.stage._fields.line(name).selected


@pytest.fixture(params=["told", "deaf"])
def hands(request):
    """With a flow that shows what it is told, and with one that goes on showing what it had."""
    return Hands(VIEW, answer=echo) if request.param == "told" else Hands(VIEW)


def test_the_field_that_wants_the_caret_has_it(hands):
    assert hands.stage.typing
    assert hands.type("！") == [Edited("title", "西游记！", hands.now)]


def test_typing_replaces_a_proposed_text_and_a_click_keeps_it():
    proposed = replace(VIEW, blocks=(Form((replace(FIELDS[0], text="4", proposed=True), FIELDS[1]), BUTTONS),))
    hands = Hands(proposed)
    assert selected(hands) == "4"
    assert hands.type("12") == [Edited("title", "1", hands.now - 1), Edited("title", "12", hands.now)]
    hands = Hands(proposed)
    hands.key(pygame.K_END)
    assert hands.type("0") == [Edited("title", "40", hands.now)]


def test_every_change_is_told_with_its_time(hands):
    hands.type("ab")
    hands.key(pygame.K_BACKSPACE)
    assert [said.text for said in hands.said] == ["西游记a", "西游记ab", "西游记a"]
    assert [said.at for said in hands.said] == [101.0, 102.0, 103.0]


def test_moving_the_caret_says_nothing(hands):
    for key in (pygame.K_LEFT, pygame.K_RIGHT, pygame.K_HOME, pygame.K_END):
        assert hands.key(key) == []
        assert hands.key(key, SHIFT) == []


def test_the_caret_goes_where_the_keys_say(hands):
    hands.key(pygame.K_HOME)
    hands.type("新")
    hands.key(pygame.K_RIGHT)
    hands.type("的")
    hands.key(pygame.K_DELETE)
    assert text(hands) == "新西的记"


def test_shift_and_arrows_choose_and_typing_replaces_what_is_chosen(hands):
    hands.key(pygame.K_LEFT, SHIFT)
    hands.key(pygame.K_LEFT, SHIFT)
    assert selected(hands) == "游记"
    hands.type("厢")
    assert text(hands) == "西厢"


def test_copy_cut_and_paste(hands):
    hands.key(pygame.K_a, CTRL)
    assert hands.key(pygame.K_c, CTRL) == []
    assert hands.key(pygame.K_x, CTRL)[0].text == ""
    hands.key(pygame.K_v, CTRL)
    assert hands.key(pygame.K_v, CTRL)[0].text == "西游记西游记"


def test_a_secret_is_neither_copied_nor_cut(hands):
    hands.key(pygame.K_TAB)
    assert hands.stage._touch.typing == "pin"
    hands.key(pygame.K_a, CTRL)
    hands.key(pygame.K_c, CTRL)
    hands.key(pygame.K_x, CTRL)
    assert text(hands, "pin") == "1234"
    assert hands.stage._fields.clipboard == ""


def test_a_secret_is_drawn_as_dots(hands):
    drawn = hands.stage.kit.drawn = []
    hands.stage.redraw()
    hands.show()
    assert not any("1234" in one.text for one in drawn)
    assert not any("1234" in str(key) for key in hands.stage.kit.cache._surfaces)


def test_a_click_puts_the_caret_between_two_characters(hands):
    target = hands.target("field", "title")
    hands.click((target.carets[1] + 2, target.rect.centery))
    hands.type("X")
    assert text(hands) == "西X游记"


def test_a_drag_chooses(hands):
    target = hands.target("field", "title")
    hands.drag((target.carets[1], target.rect.centery), (target.carets[3] + 50, target.rect.centery))
    assert selected(hands) == "游记"


def test_a_click_on_another_field_takes_the_caret_there(hands):
    hands.click(hands.target("field", "pin").rect.center)
    hands.type("5")
    assert text(hands) == "西游记"
    assert len(text(hands, "pin")) == 5


def test_an_input_method_shows_what_it_composes_and_only_the_finished_word_is_told(hands):
    before = pygame.image.tobytes(hands.surface, "RGB")
    assert hands.do(pygame.TEXTEDITING, text="lao shi", start=3, length=0) == []
    assert pygame.image.tobytes(hands.surface, "RGB") != before
    assert hands.key(pygame.K_BACKSPACE) == []
    assert hands.key(pygame.K_RETURN) == []
    assert text(hands) == "西游记"
    assert hands.do(pygame.TEXTINPUT, text="老师") == [Edited("title", "西游记老师", hands.now)]
    assert hands.key(pygame.K_BACKSPACE)[0].text == "西游记老"


def test_an_input_method_that_gives_up_leaves_the_text(hands):
    hands.do(pygame.TEXTEDITING, text="lao", start=3, length=0)
    hands.do(pygame.TEXTEDITING, text="", start=0, length=0)
    assert hands.key(pygame.K_BACKSPACE)[0].text == "西游"


def test_tab_goes_through_the_form_in_order_and_back(hands):
    order = [("field", "pin"), ("choice", "kind"), ("choice", "kind"), ("press", "save"), ("press", "drop")]
    for expected in (*order, ("press", "back"), ("field", "title")):
        hands.key(pygame.K_TAB)
        assert hands.focus[:2] == expected
    for expected in (("press", "back"), *reversed(order)):
        hands.key(pygame.K_TAB, SHIFT)
        assert hands.focus[:2] == expected


def test_a_field_reached_by_tab_is_chosen_whole(hands):
    hands.key(pygame.K_TAB)
    hands.type("9")
    assert text(hands, "pin") == "9"


def test_enter_in_a_field_presses_the_first_button(hands):
    assert hands.key(pygame.K_RETURN, text="\r") == [Pressed("save", hands.now)]


def test_a_choice_may_be_of_nothing():
    own = Field("grace", "宽限", "yes", choices=(Choice("", "同开头的规定"), Choice("yes", "是")))
    hands = Hands(replace(VIEW, blocks=(Form((own,), BUTTONS),)), answer=echo)
    (said,) = hands.click(hands.target("choice", "grace", "").rect.center)
    assert isinstance(said, Edited) and (said.field, said.text) == ("grace", "")


def test_a_choice_is_made_by_keyboard_and_by_mouse(hands):
    hands.click(hands.target("choice", "kind", "teacher").rect.center)
    hands.key(pygame.K_TAB)
    while hands.focus != ("choice", "kind", "pupil"):
        hands.key(pygame.K_TAB)
    hands.key(pygame.K_SPACE, text=" ")
    assert [(said.field, said.text) for said in hands.said] == [("kind", "teacher"), ("kind", "pupil")]


def test_the_flow_may_set_the_text(hands):
    hands.type("a")
    hands.show(VIEW)
    fields = (replace(FIELDS[0], text="红楼梦"), *FIELDS[1:])
    hands.show(replace(VIEW, blocks=(Form(fields, BUTTONS),)))
    hands.type("。")
    assert text(hands) == "红楼梦。"


def test_what_is_typed_outlives_changes_elsewhere_on_the_page(hands):
    hands.type("a")
    hands.show(replace(hands.view, who="陈老师"))
    hands.type("b")
    assert text(hands) == "西游记ab"


def test_another_page_forgets_what_was_typed(hands):
    hands.type("a")
    hands.show(replace(VIEW, name="other"))
    hands.type("b")
    assert text(hands) == "西游记b"


def test_what_a_scanner_typed_into_a_field_is_taken_back_and_told(hands):
    hands.type("a")
    began = hands.now + 0.001
    for digit in "30000018":
        hands.do(pygame.KEYDOWN, 0.002, key=ord(digit), mod=0, unicode=digit, scancode=0)
        hands.do(pygame.TEXTINPUT, 0.0, text=digit)
    assert text(hands) == "西游记a30000018"
    assert hands.stage.forget_typing_since(began) == (Edited("title", "西游记a", began),)
    assert text(hands) == "西游记a"


def test_a_long_text_stays_inside_its_box():
    long = "夏洛的网" * 40
    view = replace(VIEW, blocks=(Form((replace(FIELDS[0], text=long), *FIELDS[1:]), BUTTONS),))
    hands = Hands(view)
    target = hands.target("field", "title")
    for key in (pygame.K_END, pygame.K_HOME):
        hands.key(key)
        target = hands.target("field", "title")
        assert target.rect.left < target.carets[target.caret] < target.rect.right


def test_an_unchanged_page_is_not_painted_again(hands):
    hands.type("a")
    assert hands.show() == []


@pytest.mark.parametrize(("x", "place"), [(-5, 0), (0, 0), (4, 0), (6, 1), (10, 1), (29, 2), (99, 3)])
def test_the_nearest_caret_place_is_found(x, place):
    assert caret_at([0, 10, 20, 40], x) == place


@pytest.mark.parametrize("size", [(1366, 768), (1920, 1080)], ids=str)
def test_a_title_of_sixty_characters_is_read_at_a_glance(size):
    title = "书" * 60
    page = STOCK_PAGES["stock-title"]
    form = next(block for block in page.blocks if isinstance(block, Form))
    fields = tuple(replace(one, text=title) if one.name == "title" else one for one in form.fields)
    hands = Hands(replace(page, blocks=(replace(form, fields=fields),)), size)
    box = hands.target("field", "title")
    assert len(box.carets) == len(title) + 1
    assert box.rect.left < box.carets[0] and box.carets[-1] < box.rect.right
