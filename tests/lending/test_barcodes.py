import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lending.barcodes import (
    MAX_LENGTH,
    BarcodeKind,
    Check,
    ControlCode,
    Pattern,
    Reading,
    ReadingKind,
    Scheme,
    command_number,
    ean13_digit,
    luhn_digit,
    mod43_character,
    number,
    read,
    scheme_from_plain,
    scheme_to_plain,
)

OWN = Scheme()
OLD_COPIES = Scheme((Pattern(BarcodeKind.COPY, r"\d{6}"),))
serials = st.integers(0, 999_999)
kinds = st.sampled_from(BarcodeKind)
digits = st.text("0123456789", min_size=1, max_size=20)


def kind_of(code: str, scheme: Scheme = OWN, clean: bool = True) -> ReadingKind:
    return read(code, scheme, clean).kind


# --- our own numbers -------------------------------------------------------------------------------------------


@given(kinds, serials)
def test_own_numbers_are_eight_digits_and_read_back_as_their_kind(kind, serial):
    code = number(kind, serial)
    assert len(code) == 8
    assert code.isdigit()
    if kind is not BarcodeKind.COMMAND:
        assert read(code, OWN) == Reading(ReadingKind(kind.value), code)


def test_control_cards_read_back_as_their_command():
    for command in ControlCode:
        code = command_number(command)
        assert read(code, OWN) == Reading(ReadingKind.COMMAND, code, command)


def test_a_command_number_that_no_control_card_carries_is_unknown():
    assert kind_of(number(BarcodeKind.COMMAND, 999)) is ReadingKind.UNKNOWN


@pytest.mark.parametrize("serial", [-1, 1_000_000])
def test_a_serial_outside_six_digits_is_an_error(serial):
    with pytest.raises(ValueError, match="outside 0 to 999999"):
        number(BarcodeKind.CARD, serial)


@given(kinds, serials, st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_never_reads_as_an_own_number(kind, serial, place, shift):
    code = number(kind, serial)
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    assert kind_of(wrong) in (ReadingKind.DAMAGED, ReadingKind.UNKNOWN)
    if wrong[0] in "239":
        assert kind_of(wrong) is ReadingKind.DAMAGED


@given(kinds, serials, st.integers(0, 6))
def test_two_neighbours_changed_over_are_noticed_but_for_09_and_90(kind, serial, place):
    code = number(kind, serial)
    pair = code[place : place + 2]
    swapped = code[:place] + pair[::-1] + code[place + 2 :]
    if pair[0] != pair[1] and pair not in ("09", "90"):
        assert kind_of(swapped) in (ReadingKind.DAMAGED, ReadingKind.UNKNOWN)


@given(kinds, serials, st.integers(1, 3), st.integers(0, 4))
def test_an_own_number_that_lost_characters_behind_its_first_is_damaged(kind, serial, lost, place):
    code = number(kind, serial)
    cut = code[: 1 + place] + code[1 + place + lost :]
    assert kind_of(cut) is ReadingKind.DAMAGED


def test_nine_digits_beginning_as_ours_are_damaged_and_ten_are_unknown():
    code = number(BarcodeKind.COPY, 18)
    assert kind_of(code + "1") is ReadingKind.DAMAGED
    assert kind_of(code + "11") is ReadingKind.UNKNOWN
    assert kind_of(code[:4]) is ReadingKind.UNKNOWN


def test_an_unclean_reading_is_damaged_whatever_it_spells():
    for code in (number(BarcodeKind.CARD, 1), command_number(ControlCode.FINISH), "9787020002207", "x"):
        assert kind_of(code, clean=False) is ReadingKind.DAMAGED


@pytest.mark.parametrize("written", [" {} ", "{}\r\n", "\t{}", "\u3000{}"])
def test_blanks_around_a_number_do_not_matter(written):
    code = number(BarcodeKind.CARD, 18)
    assert read(written.format(code), OWN) == Reading(ReadingKind.CARD, code)


def test_blanks_between_digits_and_full_width_digits_do_not_matter():
    code = number(BarcodeKind.CARD, 18)
    wide = "".join(chr(ord(character) - 0x30 + 0xFF10) for character in code)
    assert read(f"{code[:4]} {code[4:]}", OWN).code == code
    assert read(wide, OWN) == Reading(ReadingKind.CARD, code)


def test_digits_of_other_scripts_are_no_digits():
    arabic = "".join(chr(0x0660 + int(digit)) for digit in number(BarcodeKind.CARD, 18))
    assert kind_of(arabic) is ReadingKind.UNKNOWN


# --- publishers' barcodes --------------------------------------------------------------------------------------


def test_an_isbn_is_the_publishers_with_or_without_its_add_on():
    for code in ("9787020002207", "978702000220712", "978702000220712345", "9787020002207 12345"):
        reading = read(code, OWN)
        assert (reading.kind, reading.isbn) == (ReadingKind.PUBLISHER, "9787020002207")


def test_a_magazines_ean_is_the_publishers_too_but_no_isbn():
    reading = read("977100012340" + ean13_digit("977100012340"), OWN)
    assert (reading.kind, reading.isbn) == (ReadingKind.PUBLISHER, None)


@pytest.mark.parametrize("code", ["9787020002208", "978702000220", "97870200022", "978702000220812"])
def test_an_isbn_with_a_wrong_check_digit_or_missing_digits_is_damaged(code):
    assert kind_of(code) is ReadingKind.DAMAGED


def test_the_ean_of_a_pencil_is_unknown():
    assert kind_of("690123456789" + ean13_digit("690123456789")) is ReadingKind.UNKNOWN


def test_a_publishers_barcode_is_never_a_schools_number():
    assert kind_of("9787020002207", Scheme((Pattern(BarcodeKind.COPY, r"\d+"),))) is ReadingKind.PUBLISHER


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(3, 12), st.integers(1, 9))
def test_a_wrong_digit_in_an_isbn_is_damaged(body, place, shift):
    isbn = f"978{body}{ean13_digit('978' + body)}"
    wrong = isbn[:place] + str((int(isbn[place]) + shift) % 10) + isbn[place + 1 :]
    assert kind_of(isbn) is ReadingKind.PUBLISHER
    assert kind_of(wrong) is ReadingKind.DAMAGED


# --- a school's existing numbers -------------------------------------------------------------------------------


def test_a_schools_own_pattern_is_no_damaged_number_of_ours():
    assert kind_of("200123") is ReadingKind.DAMAGED
    assert read("200123", OLD_COPIES) == Reading(ReadingKind.COPY, "200123")


def test_the_first_pattern_that_fits_wins():
    scheme = Scheme((Pattern(BarcodeKind.CARD, r"1\d{5}"), Pattern(BarcodeKind.COPY, r"\d{6}")))
    assert kind_of("123456", scheme) is ReadingKind.CARD
    assert kind_of("623456", scheme) is ReadingKind.COPY
    assert kind_of("6234567", scheme) is ReadingKind.UNKNOWN


def test_a_number_that_fits_a_pattern_but_fails_its_check_is_damaged():
    scheme = Scheme((Pattern(BarcodeKind.COPY, r"\d{7}", Check.LUHN),))
    good = "123456" + luhn_digit("123456")
    assert kind_of(good, scheme) is ReadingKind.COPY
    assert kind_of("1234568", scheme) is ReadingKind.DAMAGED


def test_a_later_pattern_whose_check_holds_wins_over_an_earlier_one_whose_check_fails():
    scheme = Scheme((Pattern(BarcodeKind.COPY, r"\d{7}", Check.LUHN), Pattern(BarcodeKind.CARD, r"1\d+")))
    assert kind_of("1234568", scheme) is ReadingKind.CARD


def test_the_check_is_reckoned_over_the_first_group_where_there_is_one():
    scheme = Scheme((Pattern(BarcodeKind.COPY, r"T(\d{7})", Check.LUHN),))
    code = "T123456" + luhn_digit("123456")
    assert read(code, scheme) == Reading(ReadingKind.COPY, code)
    assert kind_of("T1234568", scheme) is ReadingKind.DAMAGED


def test_luhn_over_something_that_is_no_number_is_damaged():
    assert kind_of("ABC", Scheme((Pattern(BarcodeKind.COPY, "[A-Z]+", Check.LUHN),))) is ReadingKind.DAMAGED


def test_a_pattern_never_makes_a_command():
    assert kind_of("ABC", Scheme((Pattern(BarcodeKind.COMMAND, "[A-Z]+"),))) is ReadingKind.UNKNOWN


# --- check digits ----------------------------------------------------------------------------------------------


def test_check_digits_of_published_examples():
    assert luhn_digit("7992739871") == "3"
    assert ean13_digit("978030640615") == "7"
    assert mod43_character("12345ABCDE/") == "T"


@given(digits)
def test_luhn_catches_every_single_wrong_digit(body):
    right = luhn_digit(body)
    for place, digit in enumerate(body):
        for other in "0123456789".replace(digit, ""):
            assert luhn_digit(body[:place] + other + body[place + 1 :]) != right


@given(digits)
def test_luhn_catches_every_change_of_neighbours_but_09_and_90(body):
    whole = body + luhn_digit(body)
    for place in range(len(whole) - 1):
        pair = whole[place : place + 2]
        changed = whole[:place] + pair[::-1] + whole[place + 2 :]
        noticed = luhn_digit(changed[:-1]) != changed[-1]
        assert noticed == (pair[0] != pair[1] and pair not in ("09", "90"))


CODE_39 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%"


@given(st.text(CODE_39, min_size=1, max_size=12), st.data())
def test_mod43_catches_every_single_wrong_character(body, data):
    scheme = Scheme((Pattern(BarcodeKind.COPY, ".+", Check.MOD43),))
    code = "A" + body + mod43_character("A" + body)
    place = data.draw(st.integers(1, len(body)))
    other = data.draw(st.sampled_from(CODE_39.replace(code[place], "")))
    wrong = code[:place] + other + code[place + 1 :]
    # A blank check character at the end is a blank around the code, which readers drop.
    if not code.endswith(" "):
        assert kind_of(code, scheme) is ReadingKind.COPY
        assert kind_of(wrong, scheme) is ReadingKind.DAMAGED


def test_mod43_over_characters_that_code_39_has_not_is_damaged():
    scheme = Scheme((Pattern(BarcodeKind.COPY, ".+", Check.MOD43),))
    assert kind_of("abc", scheme) is ReadingKind.DAMAGED
    with pytest.raises(ValueError, match="substring"):
        mod43_character("abc")


# --- any text at all -------------------------------------------------------------------------------------------

any_text = st.one_of(
    st.text(),
    st.text(st.characters(codec=None, exclude_categories=())),
    st.binary().map(lambda data: data.decode("latin-1")),
    st.text("0123456789 -", max_size=20),
    st.sampled_from(("'; DROP TABLE loans;--", "%s%n{0}", "📚" * 50, "\x00", "", " ", "3" * 10_000)),
)
schemes = st.sampled_from(
    (
        OWN,
        OLD_COPIES,
        Scheme((Pattern(BarcodeKind.COPY, ".*", Check.MOD43),)),
        Scheme((Pattern(BarcodeKind.CARD, r"(\d)?.*", Check.LUHN),)),
    )
)


@given(any_text, schemes, st.booleans())
def test_any_text_is_answered_calmly_and_only_a_control_card_commands(text, scheme, clean):
    reading = read(text, scheme, clean)
    assert (reading.command is not None) == (reading.kind is ReadingKind.COMMAND)
    if reading.command is not None:
        assert reading.code == command_number(reading.command)
    assert len(reading.code) <= MAX_LENGTH
    assert reading.code.isprintable()


def test_ten_thousand_digits_are_unknown_and_not_carried_along():
    assert read("3" * 10_000, OLD_COPIES) == Reading(ReadingKind.UNKNOWN, "3" * MAX_LENGTH)


def test_a_control_character_inside_a_code_means_damage():
    code = number(BarcodeKind.COPY, 18)
    assert read(f"{code[:4]}\x00{code[4:]}", OWN) == Reading(ReadingKind.DAMAGED, code)


# --- settings --------------------------------------------------------------------------------------------------


def test_a_scheme_survives_json():
    scheme = Scheme(
        (
            Pattern(BarcodeKind.CARD, r"C(\d{7})", Check.LUHN),
            Pattern(BarcodeKind.COPY, r"[0-9A-Z]{6}", Check.MOD43),
            Pattern(BarcodeKind.COPY, r"\d{6}"),
        )
    )
    assert scheme_from_plain(json.loads(json.dumps(scheme_to_plain(scheme)))) == scheme
    assert scheme_from_plain({}) == Scheme()
    assert scheme_from_plain({"patterns": [{"kind": "copy", "expression": "x"}]}).patterns[0].check is Check.NONE


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"patterns": {}}, "patterns must be a list of tables, not {}."),
        ({"patterns": ["x"]}, "patterns must be a list of tables, not ['x']."),
        (
            {"patterns": [{"kind": "copy", "expression": "("}]},
            "patterns.0.expression must be a regular expression, not '('.",
        ),
        ({"patterns": [{"kind": "copy"}]}, "patterns.0.expression must be a text, not None."),
        (
            {"patterns": [{"kind": "command", "expression": "x"}]},
            "patterns.0.kind must be card or copy, not 'command'.",
        ),
        (
            {"patterns": [{"kind": "copy", "expression": "x", "check": "mod10"}]},
            "patterns.0.check must be one of luhn, mod43, none, not 'mod10'.",
        ),
        ({"pattern": []}, "pattern is no setting; allowed are patterns."),
    ],
)
def test_a_wrong_scheme_is_refused_in_a_sentence(data, sentence):
    with pytest.raises(ValueError) as refusal:
        scheme_from_plain(data)
    assert str(refusal.value) == sentence
