"""This machine's settings: defaults without a file, one sentence for what is wrong, comments that survive."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.settings import (
    Settings,
    SettingsError,
    library_location,
    load_settings,
    parse_size,
    read_settings,
    save_settings,
    settings_path,
    settings_table,
)


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings, warnings = load_settings(tmp_path / "none.toml")
    assert settings == Settings()
    assert warnings == ()
    assert (settings.kiosk.session_timeout_s, settings.scanner.bounce_s) == (25, 2)
    assert (settings.screen.language, settings.screen.windowed) == ("zh_CN", False)


def test_a_file_changes_only_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[screen]\nsize = "1366x768"\nlanguage = "en"\n[sound]\nmute = true\n', encoding="utf-8")
    settings, warnings = load_settings(file)
    assert settings.screen.size == (1366, 768)
    assert settings == attrs.evolve(
        Settings(),
        screen=attrs.evolve(Settings().screen, size=(1366, 768), language="en"),
        sound=attrs.evolve(Settings().sound, mute=True),
    )
    assert warnings == ()


def test_notepads_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xef\xbb\xbf[sound]\r\nmute = true\r\n")
    assert load_settings(file)[0].sound.mute


WRONG = [
    ("[screen]\nlanguage = 'fr'", ["screen.language", "zh_CN", '"fr"']),
    ("[screen]\nwindowed = 'yes'", ["screen.windowed", "true", "false"]),
    ("[screen]\nsize = '800'", ["screen.size", "1366x768", '"800"']),
    ("[sound]\nvolume = 9", ["sound.volume", "0", "1", "9"]),
    ("[scanner]\nsource = 'bluetooth'", ["scanner.source", "auto", "evdev"]),
    ("[scanner]\nmin_length = true", ["scanner.min_length", "1", "40"]),
    ("[scanner]\nbounce_s = '2'", ["scanner.bounce_s"]),
    ("[backup]\nkeep = 0", ["backup.keep", "1", "0"]),
    ("[sound]\nvolume = nan", ["sound.volume"]),
    ('[kiosk]\nname = "a\\nb"', ["kiosk.name"]),
    ("screen = 3", ["screen", "[screen]"]),
    ("[screen", ["TOML"]),
    ("printers = 3", ["printers", "[printers]"]),
    ("[[printers]]\nname = 'a'", ["printers", "[printers]"]),
    ("[printers]\nnamed = {name = 'a', target = 'b'}", ["printers.named", "[[printers.named]]"]),
    ("[printers]\nnamed = [[]]", ["printers.named"]),
    ("[printers]\nnamed = [{name = 'a', target = 'b', language = [1]}]", ["printers.named"]),
    ("[printers]\nnamed = [{name = 'a', target = 'b', width_mm = {}}]", ["printers.named"]),
    ("[printers]\nnamed = [{name = 'a', target = 'b', encoding = 'hex'}]", ["printers.named"]),
    ("[printers.named.named]\nx = 1", ["printers.named"]),
    ('[scanner]\nsource = "serial:\\u0000"', ["scanner.source"]),
    ("[sound]\nvolume = 0x" + "f" * 5000, ["sound.volume", "…"]),
    ("[sound]\nvolume = " + "9" * 5000, ["TOML"]),
    ("x = " + "[" * 100_000, ["TOML"]),
    ("x = " + "[" * 400 + "]" * 400 + "\n[sound]\nmute = " + "[" * 400 + "]" * 400, ["sound.mute"]),
    ("[kiosk]\nname = 'a\x00b'", ["TOML", "line 2"]),
]


@pytest.mark.parametrize(("text", "named"), WRONG)
def test_a_wrong_value_is_told_in_one_line_with_file_key_and_what_is_allowed(
    tmp_path: Path, text: str, named: list[str]
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as raised:
        load_settings(file)
    sentence = str(raised.value)
    assert "\n" not in sentence
    for word in [str(file), *named]:
        assert sentence.count(word) >= 2, f"{word} stands in both languages"


def test_a_file_that_is_not_text_or_a_folder_is_told_plainly(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes("[kiosk]\nname = '图书馆'".encode("gb18030"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_settings(file)
    for odd in (
        tmp_path,
        tmp_path / "settings.toml" / "x",
        Path("/dev/zero"),
        Path("/proc/self/mem"),
        tmp_path / "pipe",
    ):
        if odd.name == "pipe":
            os.mkfifo(odd)
        with pytest.raises(SettingsError, match="cannot be opened"):
            load_settings(odd)


def test_unknown_keys_warn_and_the_rest_holds(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[sound]\nmute = true\nloud = 3\n[colour]\nred = 1\n", encoding="utf-8")
    settings, warnings = load_settings(file)
    assert settings.sound.mute
    assert len(warnings) == 2
    assert "sound.loud" in warnings[0]
    assert "colour" in warnings[1]


toml_values = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.text(max_size=80), st.lists(st.integers(), max_size=3), st.dates()
)
keys = st.sampled_from([row[0] for row in settings_table()])


@given(keys, toml_values)
def test_any_value_is_taken_or_told_in_one_line(key: str, value: object) -> None:
    section, _, name = key.partition(".")
    try:
        settings, _ = read_settings({section: {name: value}}, "settings.toml")
    except SettingsError as error:
        assert "\n" not in str(error)
        assert key in str(error)
    else:
        assert getattr(getattr(settings, section), name) is not None or value == "auto"


def test_saving_keeps_comments_and_other_keys(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("# ours\n[screen]\nlanguage = 'zh_CN'  # the children's\n\n[other]\nx = 1\n", encoding="utf-8")
    save_settings(file, {"screen.language": "en", "sound.volume": 0.5})
    text = file.read_text(encoding="utf-8")
    assert "# ours" in text
    assert "# the children's" in text
    assert tomllib.loads(text) == {"screen": {"language": "en"}, "other": {"x": 1}, "sound": {"volume": 0.5}}
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.toml"]


def test_saving_makes_the_file_and_its_folder(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.toml"
    save_settings(file, {"screen.windowed": True})
    assert load_settings(file)[0].screen.windowed


def test_a_wrong_value_is_never_saved(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    with pytest.raises(SettingsError):
        save_settings(file, {"screen.windowed": True, "backup.keep": -1})
    with pytest.raises(KeyError):
        save_settings(file, {"screen.colour": "red"})
    assert not file.exists()


@pytest.mark.parametrize("text", ["[screen", "printers = 3\n", "x = " + "[" * 100_000, "[sound]\nvolume = 9\n"])
def test_a_file_that_is_wrong_is_told_and_left_as_it_is_when_something_is_to_be_saved(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsError):
        save_settings(file, {"printers.named": []})
    assert file.read_text("utf-8") == text
    assert [entry.name for entry in tmp_path.iterdir()] == ["settings.toml"]


def test_saving_shows_nobody_what_only_its_owner_could_read(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("[kiosk]\nlibrary = 'postgresql://kiosk:secret@server/library'\n", "utf-8")
    file.chmod(0o600)
    save_settings(file, {"screen.language": "en"})
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_an_unknown_key_does_to_a_terminal_is_not_done(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('"\\u001b[2J\\n" = 1\n', "utf-8")
    (warning,) = load_settings(file)[1]
    assert warning.isprintable()


def test_the_table_has_every_setting_with_its_default_and_two_meanings() -> None:
    table = settings_table()
    assert len({key for key, *_ in table}) == len(table) >= 15
    for key, default, zh, en in table:
        section, _, name = key.partition(".")
        settings, _ = read_settings({section: {name: tomllib.loads(f"x = {default}")["x"]}}, "the table")
        assert settings == Settings(), key
        assert zh != en
        assert zh


def test_the_library_is_found_by_option_then_environment_then_setting_then_the_users_folder() -> None:
    chosen = attrs.evolve(Settings(), kiosk=attrs.evolve(Settings().kiosk, library="/srv/setting"))
    environ = {"KIOSK_LIBRARY": "/srv/environment"}
    assert library_location("/srv/option", environ, chosen) == "/srv/option"
    assert library_location(None, environ, chosen) == "/srv/environment"
    assert library_location(None, {}, chosen) == "/srv/setting"
    assert library_location(None, {}, Settings()).endswith("library")


def test_the_settings_file_can_be_named_in_the_environment() -> None:
    assert settings_path({"KIOSK_SETTINGS": "/etc/kiosk.toml"}) == Path("/etc/kiosk.toml")
    assert settings_path({}).name == "settings.toml"


def test_a_kiosk_without_a_name_takes_the_computers() -> None:
    assert Settings().kiosk_name
    named = attrs.evolve(Settings(), kiosk=attrs.evolve(Settings().kiosk, name="一楼"))
    assert named.kiosk_name == "一楼"


@pytest.mark.parametrize(
    "words", ["", "1366", "1366x", "x768", "10x10", "1366x768x2", "99999999x3", "１３６６x768", "-1x2"]
)
def test_a_size_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_size(words)


def test_a_size_may_be_portrait() -> None:
    assert parse_size("1080×1920") == (1080, 1920)
