from __future__ import annotations

from types import SimpleNamespace

import pygame
import pytest

from kiosk.flows.events import Scan
from kiosk.scanner.keys import SHIFT, USB, character
from kiosk.scanner.sdl import KEYDOWN, KEYUP, TEXTINPUT, SdlSource

PLACES = {
    (character(name, held), bool(held)): code
    for code, name in reversed(list(USB.items()))
    for held in ((), (SHIFT,))
    if not name.startswith("PAD")
}


def events(code: str, *, without: str = "", text: bool = True, mod: int = 0) -> list[SimpleNamespace]:
    """What pygame gives for a code; the second press of each character in `without` is missing."""
    out, seen = [], ""
    for char in code:
        shifted = (char, False) not in PLACES
        place = PLACES[char, shifted]
        if not (char in without and char in seen):
            state = mod | (pygame.KMOD_LSHIFT if shifted else 0)
            out.append(SimpleNamespace(type=pygame.KEYDOWN, scancode=place, mod=state))
        if text and char not in "\r\t\b\x1b":
            flipped = char.swapcase() if mod & pygame.KMOD_CAPS else char
            out.append(SimpleNamespace(type=pygame.TEXTINPUT, text=flipped))
        out.append(SimpleNamespace(type=pygame.KEYUP, scancode=place, mod=mod))
        seen += char
    return out


def read(*bursts: list[SimpleNamespace], loses_repeats: bool = True, gap: float = 0.0) -> list[Scan]:
    scans: list[Scan] = []
    source = SdlSource(scans.append, loses_repeats=loses_repeats)
    at = 10.0
    for burst in bursts:
        for event in burst:
            source.handle(event, at)
            at += gap * (event.type == pygame.KEYDOWN)
        at += 1.0
    source.tick(1000.0)
    return scans


def test_the_event_numbers_are_pygames() -> None:
    assert (KEYDOWN, KEYUP, TEXTINPUT) == (pygame.KEYDOWN, pygame.KEYUP, pygame.TEXTINPUT)
    assert (USB[pygame.KSCAN_A], USB[pygame.KSCAN_KP_7], USB[pygame.KSCAN_RSHIFT]) == ("a", "PAD7", SHIFT)


def test_both_lanes_make_one_scan() -> None:
    assert [(scan.code, scan.clean) for scan in read(events("SCH-001a\r"))] == [("SCH-001a", True)]


def test_keys_that_sdl_dropped_come_back_from_the_text() -> None:
    assert [(scan.code, scan.clean) for scan in read(events("20000016\r", without="0"))] == [("20000016", True)]


def test_lost_keys_without_text_are_not_believed() -> None:
    (scan,) = read(events("20000016\r", without="0", text=False))
    assert (scan.code, scan.clean) == ("2016", False)


def test_caps_lock_does_not_flip_a_scanners_letters_but_a_persons() -> None:
    burst = events("SCH-001a\r", mod=pygame.KMOD_CAPS)
    assert [scan.code for scan in read(burst)] == ["SCH-001a"]
    slow = events("sch-001\r", mod=pygame.KMOD_CAPS)
    assert [(scan.code, scan.typed) for scan in read(slow, gap=0.15)] == [("SCH-001", True)]


def test_a_person_types_rubs_out_and_enters() -> None:
    (scan,) = read(events("20009\b016\r"), gap=0.15)
    assert (scan.code, scan.typed) == ("2000016", True)


def test_a_code_that_only_silence_ends() -> None:
    assert [scan.code for scan in read(events("20000016"))] == ["20000016"]


def test_something_that_lies_on_the_keyboard_is_no_code() -> None:
    down, text, up = events("7")
    assert read([down, *[text] * 300, up], gap=0.03) == []


def test_an_alt_sequence_counts_once() -> None:
    pads = [SimpleNamespace(type=pygame.KEYDOWN, scancode=pygame.KSCAN_KP_1, mod=pygame.KMOD_LALT)] * 3
    alt_up = SimpleNamespace(type=pygame.KEYUP, scancode=pygame.KSCAN_LALT, mod=0)
    made = SimpleNamespace(type=pygame.TEXTINPUT, text="o")
    end = SimpleNamespace(type=pygame.KEYDOWN, scancode=pygame.KSCAN_RETURN, mod=0)
    assert [scan.code for scan in read([*pads, alt_up, made, end], loses_repeats=False)] == ["o"]


def test_leaving_the_window_forgets_what_was_unfinished() -> None:
    scans: list[Scan] = []
    source = SdlSource(scans.append, loses_repeats=True)
    for event in events("20000016"):
        source.handle(event, 1.0)
    assert source.deadline is not None
    source.window_left()
    assert source.deadline is None


@pytest.mark.parametrize("field", [True, False])
def test_typing_goes_to_the_field_that_has_the_focus(field: bool) -> None:
    scans: list[Scan] = []
    source = SdlSource(scans.append, loses_repeats=True)
    source.typing_goes_to_field = field
    for n, event in enumerate(events("20000016\r")):
        source.handle(event, 1.0 + n * 0.1)
    for event in events("30000014\r"):
        source.handle(event, 50.0)
    assert [scan.code for scan in scans] == (["30000014"] if field else ["20000016", "30000014"])


def test_other_events_are_passed_over() -> None:
    assert read([SimpleNamespace(type=pygame.MOUSEMOTION), SimpleNamespace(type=pygame.TEXTINPUT, text="")]) == []
