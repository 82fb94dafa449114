"""Which MARC field is which: profiles, TOML files that a school can change (`assets/marc/README.md`)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kiosk.assets import asset
from kiosk.exchange.trouble import FileTrouble
from kiosk.files import read_note
from kiosk.lending.stock import TitleData


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: subfields `codes` of every field `tag`, or characters `span` of a control field."""

    tag: str
    codes: str = ""
    span: tuple[int, int] = (0, 0)  # from, up to and without


Source = tuple[Place, ...]
"""Places whose values belong together, one after the other."""


@dataclass(frozen=True, slots=True)
class CopyField:
    """A field that describes copies: the subfields of each part, and the parts that each subfield may hold."""

    tag: str
    codes: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Constant:
    """A field that an export always has; `text` is its data, with `$` before each subfield code."""

    tag: str
    indicators: str
    text: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of MARC. `assets/marc/README.md` says what each part means."""

    name: str
    told_by: str
    title: Mapping[str, tuple[Source, ...]]
    joined_by: Mapping[str, str]
    magazine: tuple[str, ...]
    av: tuple[str, ...]
    copies: tuple[CopyField, ...]
    ends_without: str
    indicators: Mapping[str, str]
    constants: tuple[Constant, ...]


TITLE_PARTS = frozenset(field.name for field in fields(TitleData)) - {"material", "price_fen"} | {"price"}
COPY_PARTS = ("accession_no", "barcode", "call_number", "clc", "book_number", "auxiliary", "place", "price", "count")

_PLACE = re.compile(r"([0-9A-Z]{3})(?:\$([0-9a-z]+)|/([0-9]+)(?:-([0-9]+))?)")
_TAG = re.compile(r"[0-9A-Z]{3}")


def load_profiles(*folders: Path) -> tuple[Profile, ...]:
    """The profiles in `folders` (a missing one holds none), then the shipped ones whose name none of those has.

    Raises FileTrouble profile: which file, and what is wrong in it.
    """
    profiles: dict[str, Profile] = {}
    for folder in (*folders, asset("marc")):
        for path in sorted(folder.glob("*.toml")):
            profile = read_profile(path)
            profiles.setdefault(profile.name, profile)
    return tuple(profiles.values())


def read_profile(path: Path) -> Profile:
    """The profile in one file. Raises FileTrouble profile: which file, and what is wrong in it."""
    try:
        return _profile(tomllib.loads(read_note(path)))
    except OSError as error:
        raise FileTrouble("unreadable", file=path.name, why=error.strerror or str(error)) from error
    except RecursionError as error:
        raise FileTrouble("profile", file=path.name, why="[[[[…") from error
    except ValueError as error:  # no UTF-8, no TOML, and what we found wrong
        raise FileTrouble("profile", file=path.name, why=str(error)) from error


class _Wrong(ValueError):  # noqa: N818  it never leaves this module
    """What is wrong in a profile, with the name of the part."""


def _profile(plain: Mapping[str, Any]) -> Profile:
    known = {
        *("name", "told_by", "ends_without", "title", "joined_by", "leader"),
        *("copies", "indicators", "constant"),
    }
    _only(plain, known, "")
    title = {part: _sources(f"title.{part}", value) for part, value in _table(plain, "title").items()}
    _only(title, TITLE_PARTS, "title.")
    if not title.get("title"):
        raise _Wrong("title.title")
    joined_by = _texts(plain, "joined_by")
    _only(joined_by, TITLE_PARTS, "joined_by.")
    leader = _table(plain, "leader")
    _only(leader, {"magazine", "av"}, "leader.")
    copies = plain.get("copies", [])
    constants = plain.get("constant", [])
    if not all(
        isinstance(tables, list) and all(isinstance(one, dict) for one in tables) for tables in (copies, constants)
    ):
        raise _Wrong("[[copies]], [[constant]]")
    return Profile(
        name=_text(plain, "name"),
        told_by=_tag(plain, "told_by"),
        title=title,
        joined_by=joined_by,
        magazine=_list("leader.magazine", leader.get("magazine", ["as"])),
        av=_list("leader.av", leader.get("av", ["gm"])),
        copies=tuple(_copy_field(one) for one in copies),
        ends_without=_text(plain, "ends_without") if "ends_without" in plain else "",
        indicators=_texts(plain, "indicators"),
        constants=tuple(
            Constant(_tag(one, "field"), _text(one, "indicators") if "indicators" in one else "  ", _text(one, "text"))
            for one in constants
        ),
    )


def _copy_field(plain: Mapping[str, Any]) -> CopyField:
    _only(plain, {"field", *COPY_PARTS}, "copies.")
    codes = {part: _text(plain, part) for part in COPY_PARTS if part in plain}
    each = sorted(set("".join(codes.values())))
    return CopyField(
        _tag(plain, "field"), codes, {code: tuple(part for part in codes if code in codes[part]) for code in each}
    )


def _sources(part: str, value: Any) -> tuple[Source, ...]:
    return tuple(tuple(_place(part, place) for place in source.split()) for source in _list(part, value))


def _place(part: str, text: str) -> Place:
    found = _PLACE.fullmatch(text)
    if not found:
        raise _Wrong(f"{part}: {text}")
    tag, codes, first, last = found.groups()
    if codes:
        return Place(tag, codes)
    return Place(tag, span=(int(first), int(last or first) + 1))


def _table(plain: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = plain.get(name, {})
    if not isinstance(value, dict):
        raise _Wrong(f"[{name}]")
    return value


def _texts(plain: Mapping[str, Any], name: str) -> dict[str, str]:
    table = _table(plain, name)
    return {key: _text(table, key) for key in table}


def _text(plain: Mapping[str, Any], name: str) -> str:
    value = plain.get(name)
    if not isinstance(value, str) or not value:
        raise _Wrong(name)
    return value


def _tag(plain: Mapping[str, Any], name: str) -> str:
    tag = _text(plain, name)
    if not _TAG.fullmatch(tag):
        raise _Wrong(f"{name}: {tag}")
    return tag


def _list(part: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
        raise _Wrong(part)
    return tuple(value)


def _only(plain: Mapping[str, Any], known: frozenset[str] | set[str], where: str) -> None:
    for key in plain:
        if key not in known:
            raise _Wrong(f"{where}{key}")
