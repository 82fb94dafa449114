from __future__ import annotations

import string

import pytest

from kiosk.scanner.keys import ALT, CAPS, CTRL, EVDEV, META, SHIFT, USB, Key, Keyboard, alt_code, character


def typed(keyboard: Keyboard, *moves: str, at: float = 10.0) -> str:
    """Play "+NAME" (press), "-NAME" (release) or "NAME" (both); the characters that came."""
    got: list[Key | None] = []
    for move in moves:
        if move[0] != "-" or len(move) == 1:
            got.append(keyboard.press(at, move.removeprefix("+") or move))
        if move[0] != "+" or len(move) == 1:
            got.append(keyboard.release(at, move.removeprefix("-") or move))
    return "".join(key.char for key in got if key)


@pytest.mark.parametrize("table", [EVDEV, USB], ids=["evdev", "usb"])
def test_every_printable_ascii_character_has_a_key(table: dict[int, str]) -> None:
    reachable = {character(name, held) for name in table.values() for held in ((), (SHIFT,))}
    assert set(map(chr, range(32, 127))) <= reachable


def test_both_tables_know_the_same_keys() -> None:
    assert set(EVDEV.values()) - set(USB.values()) == {"LINEFEED"}  # xdotool uses it; USB has no such key
    assert set(USB.values()) <= set(EVDEV.values())


def test_some_numbers_as_the_kernel_and_the_usb_tables_have_them() -> None:
    # linux/input-event-codes.h: KEY_1 2, KEY_Q 16, KEY_ENTER 28, KEY_SLASH 53; HID page 7: a 4, 1 30, Enter 40.
    assert [EVDEV[n] for n in (2, 16, 28, 53, 79)] == ["1", "q", "ENTER", "/", "PAD1"]
    assert [USB[n] for n in (4, 30, 39, 40, 56, 98)] == ["a", "1", "0", "ENTER", "/", "PAD0"]


def test_shift_and_ctrl_give_what_a_us_keyboard_gives() -> None:
    assert typed(Keyboard(), "+SHIFT", "a", "1", "-SHIFT", "a", "1") == "A!a1"
    assert typed(Keyboard(), "+CTRL", "m", "j", "]", "-CTRL", "m") == "\r\n\x1dm"
    assert character("1", {CTRL}) == character("a", {META}) == character("a", {ALT}) == ""


def test_both_shift_keys_must_be_up_before_letters_are_small() -> None:
    assert typed(Keyboard(), "+SHIFT", "+SHIFT", "a", "-SHIFT", "b", "-SHIFT", "c") == "ABc"


def test_the_number_pad_gives_digits_whatever_num_lock_says() -> None:
    assert typed(Keyboard(), "PAD7", "PAD.", "PAD+", "LOCK", "PADENTER") == "7.+\r"


def test_caps_lock_is_told_and_changes_nothing() -> None:
    keyboard = Keyboard()
    keyboard.press(1.0, CAPS)
    assert keyboard.press(1.1, "a") == Key(1.1, "a", caps=True)
    keyboard.press(1.2, CAPS)
    assert keyboard.press(1.3, "a") == Key(1.3, "a", caps=False)


def test_alt_and_keypad_digits_make_one_character() -> None:
    keyboard = Keyboard()
    for char in string.ascii_letters + string.digits + "-]":
        pads = [f"PAD{digit}" for digit in f"{ord(char):04}"]
        assert typed(keyboard, "+ALT", *pads, "-ALT") == char
    assert typed(keyboard, "+ALT", "PAD0", "PAD1", "PAD3", "-ALT") == "\r"
    assert typed(keyboard, "+ALT", "-ALT", "a") == "a"


def test_alt_codes_follow_windows() -> None:
    assert (alt_code("065"), alt_code("65"), alt_code("0128"), alt_code("128")) == ("A", "A", "€", "Ç")
    assert (alt_code("0321"), alt_code("0129"), alt_code("13")) == ("A", "", "\r")
    assert alt_code("99999999") == alt_code(str(99999999 % 256))


def test_a_modifier_whose_release_was_lost_is_forgotten() -> None:
    keyboard = Keyboard()
    keyboard.press(1.0, SHIFT)
    assert keyboard.press(2.0, "1") == Key(2.0, "!")
    assert keyboard.press(20.0, "1") == Key(20.0, "1")
    assert keyboard.release(20.1, SHIFT) is None


def test_a_key_without_a_name_is_told_as_one_without_a_character() -> None:
    assert Keyboard().press(1.0, "") == Key(1.0, "")
