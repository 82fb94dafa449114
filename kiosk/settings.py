"""This machine's settings: screen, scanner, sound, printers, backups, and where the library is (TOML).

What all kiosks of a library share (rules, rota, calendar, numbering, pinyin) lives in the library, not here.
Each setting is declared once, below, with its default, what is allowed and what it means; the loader, the errors
and the README's table are all made from that.
"""

from __future__ import annotations

import json
import platform
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attrs

from kiosk.files import read_note, written_whole
from kiosk.printing.printers import Printer, with_default
from kiosk.printing.printers.book import printer_from_plain
from kiosk.store.place import is_place

APP_NAME = "school-library-kiosk"
SETTINGS_VARIABLE = "KIOSK_SETTINGS"
LIBRARY_VARIABLE = "KIOSK_LIBRARY"


class SettingsError(Exception):
    """What this machine is set up with, or told when starting, cannot be used.

    Its text is one sentence for people: the file and key (or the option), and what is allowed.
    """


@attrs.frozen
class Allowed:
    """What a setting may be: `read` gives the value or raises ValueError; `zh` and `en` say it in words."""

    read: Callable[[object], Any]
    zh: str
    en: str


def _yes_no() -> Allowed:
    def read(value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise ValueError(value)

    return Allowed(read, "true 或 false", "true or false")


def _whole(low: int, high: int) -> Allowed:
    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise ValueError(value)

    return Allowed(read, f"{low} 到 {high} 的整数", f"a whole number from {low} to {high}")


def _number(low: float, high: float) -> Allowed:
    def read(value: object) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        raise ValueError(value)

    return Allowed(read, f"{low:g} 到 {high:g} 的数", f"a number from {low:g} to {high:g}")


def _one_of(*values: str) -> Allowed:
    def read(value: object) -> str:
        if isinstance(value, str) and value in values:
            return value
        raise ValueError(value)

    quoted = [f'"{value}"' for value in values]
    return Allowed(read, "、".join(quoted) + " 之一", "one of " + ", ".join(quoted))


def _text(most: int, least: int = 0) -> Allowed:
    def read(value: object) -> str:
        if isinstance(value, str) and least <= len(value) <= most and value.isprintable():
            return value
        raise ValueError(value)

    return Allowed(read, f"{least} 到 {most} 个字的文字", f"a text of {least} to {most} characters")


def _place() -> Allowed:
    words = _text(500)

    def read(value: object) -> str:
        if (place := words.read(value)) == "" or is_place(place):
            return str(place)
        raise ValueError(value)

    return Allowed(read, f'{_PLACE[0]}，或 ""', f'{_PLACE[1]}, or ""')


_PLACE = ("一个文件夹，或 postgresql:// 开头的地址", "a folder, or a URL that begins with postgresql://")


def _size() -> Allowed:
    def read(value: object) -> tuple[int, int] | None:
        if value is None or isinstance(value, tuple):
            return value
        if isinstance(value, str):
            return None if value == "auto" else parse_size(value)
        raise ValueError(value)

    return Allowed(read, '"auto" 或 "宽x高"，例如 "1366x768"', '"auto" or "WIDTHxHEIGHT" such as "1366x768"')


def _sources() -> Allowed:
    names = r"(auto|x11|sdl|none|(evdev|serial|camera)(:[^,]+)?)"

    def read(value: object) -> str:
        if isinstance(value, str) and value.isprintable() and re.fullmatch(rf"{names}(,{names})*", value):
            return value
        raise ValueError(value)

    words = '"auto", "x11", "sdl", "none", "evdev:NAME", "serial:PORT@SPEED", "camera:NAME"'
    return Allowed(read, f"{words.replace(', ', '、')}，几个之间用逗号", f"{words}, several joined with commas")


def _focus() -> Allowed:
    def read(value: object) -> int | None:
        if value is None or value == "auto":
            return None
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 255:
            return value
        raise ValueError(value)

    return Allowed(read, '"auto" 或 0 到 255 的整数', '"auto" or a whole number from 0 to 255')


def _printers() -> Allowed:
    def read(value: object) -> tuple[Printer, ...]:
        if isinstance(value, tuple):
            return value
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise ValueError(value)
        printers = tuple(map(printer_from_plain, value))
        if len({printer.name for printer in printers}) < len(printers):
            raise ValueError(value)
        return printers

    return Allowed(
        read,
        "一台一节 [[printers.named]]：name、target，可加 language、dpi、stock、encoding、width_mm",
        "a section [[printers.named]] each: name, target, and perhaps language, dpi, stock, encoding, width_mm",
    )


def parse_sources(words: str) -> str:
    """A list of scan sources as `scanner.source` takes it. Raises ValueError for anything else."""
    sources: str = _sources().read(words)
    return sources


def parse_size(words: str) -> tuple[int, int]:
    """The width and height in pixels of `1366x768`. Raises ValueError for anything else or below 640 × 480."""
    fit = re.fullmatch(r"(\d{3,5})[xX×](\d{3,5})", words.strip(), re.ASCII)
    if fit is None:
        raise ValueError(words)
    width, height = int(fit[1]), int(fit[2])
    if min(width, height) < 480 or max(width, height) < 640:
        raise ValueError(words)
    return width, height


def _setting(default: object, allowed: Allowed, zh: str, en: str) -> Any:
    """A field with what its table row says. As a TOML value the default is `default`."""
    return attrs.field(
        default=allowed.read(default),
        converter=allowed.read,
        metadata={"default": default, "allowed": allowed, "zh": zh, "en": en},
    )


@attrs.frozen
class Kiosk:
    """The kiosk itself and where its library is."""

    name: str = _setting(
        "",
        _text(40),
        "这台机器的名字，记在每一条借还记录里；留空时用电脑名",
        "this machine's name, written into every event; empty takes the computer's name",
    )
    library: str = _setting(
        "",
        _place(),
        "书库在哪里；留空时用用户数据文件夹",
        "where the library is; empty takes the user's data folder",
    )
    session_timeout_s: float = _setting(
        25,
        _number(5, 300),
        "没有人操作时，多少秒后结束这位读者的借还",
        "seconds without an action after which a reader's session ends",
    )


@attrs.frozen
class Screen:
    """Window and words."""

    windowed: bool = _setting(
        False, _yes_no(), "true 时在窗口里运行，不占满屏幕", "true runs in a window instead of the full screen"
    )
    size: tuple[int, int] | None = _setting(
        "auto",
        _size(),
        "窗口大小；auto 时由屏幕决定",
        "the window's size; auto lets the display decide",
    )
    language: str = _setting("zh_CN", _one_of("zh_CN", "en"), "开机时的语言", "the language after starting")


@attrs.frozen
class Scanner:
    """How scans arrive."""

    source: str = _setting(
        "auto",
        _sources(),
        "扫码从哪里读入；auto 时自己选最可靠的",
        "where scans are read from; auto takes the most reliable there is",
    )
    terminator_wait_ms: int = _setting(
        200,
        _whole(50, 2000),
        "扫码枪不发回车时，停多少毫秒算一个条码读完",
        "for a scanner that sends no Enter: the pause in milliseconds that ends a code",
    )
    min_length: int = _setting(
        4,
        _whole(1, 40),
        "没有回车结尾时，至少这么多个字符才算一个条码",
        "without an Enter, at least so many characters make a code",
    )
    bounce_s: float = _setting(
        2.0,
        _number(0, 30),
        "多少秒内再次扫到同一条码时不理会",
        "the same code again within so many seconds is ignored",
    )


@attrs.frozen
class Camera:
    """A camera that reads codes."""

    on: bool = _setting(False, _yes_no(), "true 时也用摄像头读条码", "true reads codes with a camera too")
    device: str = _setting(
        "",
        _text(200),
        "哪个摄像头：编号（0、1 …）、名称的一部分或录像文件；留空时用第一个",
        "which camera: its number (0, 1 …), a part of its name, or a video file; empty takes the first",
    )
    size: tuple[int, int] | None = _setting(
        "1280x720",
        _size(),
        "向摄像头要多大的画面；auto 时用 1280x720",
        "the picture asked of the camera; auto asks for 1280x720",
    )
    focus: int | None = _setting(
        "auto",
        _focus(),
        "对焦：auto 自动，或固定的数值（0 远，255 近）",
        "focus: auto, or fixed (0 far, 255 near)",
    )
    mirrored: bool = _setting(
        False,
        _yes_no(),
        "true 时屏幕上的画面左右相反，用于面向读者的摄像头",
        "true turns the picture on the screen around, for a camera that looks at the reader",
    )
    corner: bool = _setting(
        True, _yes_no(), "false 时屏幕一角不显示摄像头画面", "false hides the camera's picture in the screen's corner"
    )


@attrs.frozen
class Backup:
    """Copies of the library for the day the disk dies."""

    folder: str = _setting(
        "",
        _text(500),
        "备份放在哪个文件夹（可以是优盘，拔掉也不要紧）；留空时放在书库里的 backups",
        "the folder for backups (a USB stick may be missing); empty takes backups inside the library",
    )
    keep: int = _setting(14, _whole(1, 1000), "保留最近几份备份", "how many backups are kept")
    daily: bool = _setting(True, _yes_no(), "每天自动备份一次", "a backup each day, without being asked")


@attrs.frozen
class Sound:
    """What is heard."""

    volume: float = _setting(0.8, _number(0, 1), "提示音音量，0 到 1", "how loud, from 0 to 1")
    mute: bool = _setting(False, _yes_no(), "true 时不出声", "true keeps quiet")


@attrs.frozen
class Printers:
    """Where things are printed."""

    named: tuple[Printer, ...] = _setting(
        [],
        _printers(),
        "这台机器用的打印机；名为 PDF 的一台总在，存成文件",
        "the printers of this machine; one called PDF, which makes files, is always there",
    )
    folder: str = _setting(
        "",
        _text(500),
        "PDF 存到哪个文件夹；留空时存到“文档”里的“图书馆打印 Library printing”",
        "the folder for PDF files; empty takes “图书馆打印 Library printing” in the user's documents",
    )
    slip: str = _setting(
        "",
        _text(200),
        "借完书用哪台打印机打还书日期条；留空时不打",
        "the printer of due-date slips at the end of a session; empty prints none",
    )

    def by_name(self) -> dict[str, Printer]:
        """Every printer by its name, the one that makes files first."""
        return with_default(self.named, self.folder)


@attrs.frozen
class Settings:
    """All settings of one machine; the defaults need no file."""

    kiosk: Kiosk = attrs.field(factory=Kiosk)
    screen: Screen = attrs.field(factory=Screen)
    scanner: Scanner = attrs.field(factory=Scanner)
    camera: Camera = attrs.field(factory=Camera)
    backup: Backup = attrs.field(factory=Backup)
    sound: Sound = attrs.field(factory=Sound)
    printers: Printers = attrs.field(factory=Printers)

    @property
    def kiosk_name(self) -> str:
        """The name in the events: the one set, else the computer's."""
        return self.kiosk.name or platform.node()[:40] or "kiosk"

    @property
    def sources(self) -> str:
        """The scan sources as `scanner.source` spells them, with the camera that is switched on."""
        words = self.scanner.source
        there = any(word.strip().partition(":")[0] == "camera" for word in words.split(","))
        return f"{words},camera" if self.camera.on and not there else words


_SECTIONS: Mapping[str, type[Any]] = {
    "kiosk": Kiosk,
    "screen": Screen,
    "scanner": Scanner,
    "camera": Camera,
    "backup": Backup,
    "sound": Sound,
    "printers": Printers,
}


def _shown(value: object) -> str:
    """A default or wrong value as the file would spell it, however long, deep or odd it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        words = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, a list in a list in a list …
        words = "…"
    return words if len(words) <= 60 else words[:59] + "…"


def settings_table() -> list[tuple[str, str, str, str]]:
    """One row a setting: (key, default as TOML, meaning in Chinese with what is allowed, the same in English)."""
    rows = []
    for section, shape in _SECTIONS.items():
        for attribute in attrs.fields(shape):
            facts = attribute.metadata
            allowed: Allowed = facts["allowed"]
            rows.append(
                (
                    f"{section}.{attribute.name}",
                    _shown(facts["default"]),
                    f"{facts['zh']}（{allowed.zh}）",
                    f"{facts['en']} ({allowed.en})",
                )
            )
    return rows


def settings_path(environ: Mapping[str, str]) -> Path:
    """The settings file: `KIOSK_SETTINGS`, else `settings.toml` in the user's configuration folder."""
    if named := environ.get(SETTINGS_VARIABLE):
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path(APP_NAME, appauthor=False) / "settings.toml"


def library_location(option: str | None, environ: Mapping[str, str], settings: Settings) -> str:
    """Where the library is: `--library`, else `KIOSK_LIBRARY`, else the setting, else the user's data folder.

    A folder or a `postgresql://` URL, as given; nothing is opened or made. Raises SettingsError for what can be
    neither. The first two empty are wrong as well: that is a script whose own variable is not set, and the library
    it would be given instead is the school's.
    """
    for named, given in (("--library", option), (LIBRARY_VARIABLE, environ.get(LIBRARY_VARIABLE))):
        if given is None:
            continue
        if not is_place(given):
            zh, en = _PLACE
            raise SettingsError(f"{named} 应为{zh}，现在是 {_shown(given)} / {named} must be {en}, not {_shown(given)}")
        return given
    if settings.kiosk.library:
        return settings.kiosk.library
    from platformdirs import user_data_path

    return str(user_data_path(APP_NAME, appauthor=False) / "library")


def read_settings(document: Mapping[str, object], origin: str) -> tuple[Settings, tuple[str, ...]]:
    """Settings out of a parsed TOML document, and a sentence for each key that is not known.

    `origin` names the file in the sentences. Raises SettingsError for the first wrong value.
    """
    warnings = []
    sections: dict[str, Any] = {}
    for section, content in document.items():
        shape = _SECTIONS.get(section)
        if shape is None:
            warnings.append(_unknown(origin, section))
            continue
        if not isinstance(content, Mapping):
            raise SettingsError(
                f"设置文件 {origin} 里的 {section} 应为一节 [{section}]"
                f" / In the settings file {origin}, {section} must be a section [{section}]"
            )
        known = attrs.fields_dict(shape)
        values = {}
        for key, value in content.items():
            if key not in known:
                warnings.append(_unknown(origin, f"{section}.{key}"))
                continue
            allowed: Allowed = known[key].metadata["allowed"]
            try:
                values[key] = allowed.read(value)
            except ValueError:
                name = f"{section}.{key}"
                raise SettingsError(
                    f"设置文件 {origin} 里的 {name} 应为{allowed.zh}，现在是 {_shown(value)}"
                    f" / In the settings file {origin}, {name} must be {allowed.en}, not {_shown(value)}"
                ) from None
        sections[section] = shape(**values)
    return Settings(**sections), tuple(warnings)


def _unknown(origin: str, key: str) -> str:
    key = key if key.isprintable() else json.dumps(key)
    return (
        f"设置文件 {origin} 里的 {key} 不认识，未使用"
        f" / In the settings file {origin}, {key} is not known and was not used"
    )


def load_settings(path: Path) -> tuple[Settings, tuple[str, ...]]:
    """The settings in `path` (the defaults if there is no such file), and warnings about unknown keys.

    Raises SettingsError with one sentence for a file that cannot be read, is not TOML or holds a wrong value.
    """
    try:
        document = tomllib.loads(read_note(path))
    except FileNotFoundError:
        return Settings(), ()
    except OSError as error:
        raise _unusable(path, f"打不开：{error.strerror}", f"cannot be opened: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise _unusable(path, "不是 UTF-8 文字，请用 UTF-8 保存", "is not UTF-8 text; save it as UTF-8") from error
    except RecursionError as error:
        raise _unusable(
            path, "不是正确的 TOML：括号套得太深", "is not proper TOML: too many brackets in brackets"
        ) from error
    except ValueError as error:  # tomllib's own, and a number that is too long for it
        raise _unusable(path, f"不是正确的 TOML：{error}", f"is not proper TOML: {error}") from error
    return read_settings(document, str(path))


def _unusable(path: Path, zh: str, en: str) -> SettingsError:
    return SettingsError(
        f"设置文件 {path} {zh}（改正它，或先移走：没有这个文件时用默认设置）"
        f" / The settings file {path} {en} (correct it, or move it away: without one the defaults hold)"
    )


def save_settings(path: Path, changes: Mapping[str, object]) -> None:
    """Write changed settings (`{"screen.language": "en"}`) into the file, keeping its comments and other keys.

    Values are as the file spells them. Raises SettingsError for a wrong value and for a file that is wrong already,
    before anything is written, and OSError when the file cannot be written. The old file stays whole until the new
    one replaces it.
    """
    import tomlkit

    for key, value in changes.items():
        section, _, name = key.partition(".")
        if name not in attrs.fields_dict(_SECTIONS[section]):
            raise KeyError(key)
        read_settings({section: {name: value}}, str(path))
    load_settings(path)
    document = tomlkit.parse(read_note(path)) if path.exists() else tomlkit.document()
    for key, value in changes.items():
        section, _, name = key.partition(".")
        if section not in document:
            document[section] = tomlkit.table()
        document[section][name] = value
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path, over=True) as draft:
        draft.write_text(tomlkit.dumps(document), encoding="utf-8")
