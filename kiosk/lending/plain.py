"""Reading settings from plain (JSON) data: each reader checks one value and says in a sentence what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

Choice = TypeVar("Choice", bound=StrEnum)
Plain = Mapping[str, object]


def refuse_unknown_keys(data: Plain, known: Iterable[str], where: str) -> None:
    """Raise ValueError if `data` has a key that is not in `known`: a typing mistake must not pass as a default."""
    allowed = tuple(known)
    for key in data:
        if key not in allowed:
            msg = f"{where}{key} is no setting; allowed are {', '.join(allowed)}."
            raise ValueError(msg)


def section(data: Plain, key: str, where: str = "") -> Plain:
    """The mapping under `key`, empty if missing. Raises ValueError if it is something else."""
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        raise _wrong(where + key, "a table of settings", value)
    return value


def whole_number(data: Plain, key: str, default: int, allowed: tuple[int, int], where: str = "") -> int:
    """The whole number under `key`, or `default` if missing; `allowed` is (least, most), both included."""
    return _whole(data.get(key, default), where + key, allowed, "a whole number")


def whole_number_or_none(
    data: Plain, key: str, default: int | None, allowed: tuple[int, int], where: str = ""
) -> int | None:
    """As `whole_number`, where None (JSON null) is allowed too."""
    value = data.get(key, default)
    return None if value is None else _whole(value, where + key, allowed, "nothing (null) or a whole number")


def _whole(value: object, name: str, allowed: tuple[int, int], what: str) -> int:
    least, most = allowed
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _wrong(name, f"{what} from {least} to {most}", value)
    return value


def yes_or_no(data: Plain, key: str, default: bool, where: str = "") -> bool:
    """The true or false under `key`, or `default` if missing."""
    return _truth(data.get(key, default), where + key, "true or false")


def yes_or_no_or_none(data: Plain, key: str, default: bool | None, where: str = "") -> bool | None:
    """As `yes_or_no`, where None (JSON null) is allowed too."""
    value = data.get(key, default)
    return None if value is None else _truth(value, where + key, "nothing (null), true or false")


def _truth(value: object, name: str, what: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(name, what, value)
    return value


def choice(data: Plain, key: str, kind: type[Choice], default: Choice | None = None, where: str = "") -> Choice:
    """The member of `kind` under `key`, or `default` if missing; without a default the key must be there."""
    value = data.get(key, default)
    try:
        return kind(value)  # type: ignore[arg-type]  # whatever is no value of the enum raises ValueError
    except ValueError:
        raise _wrong(where + key, "one of " + ", ".join(kind), value) from None


def text(data: Plain, key: str, where: str = "") -> str:
    """The text under `key`, which must be there."""
    value = data.get(key)
    if not isinstance(value, str):
        raise _wrong(where + key, "a text", value)
    return value


def whole_numbers(data: Plain, key: str, where: str = "") -> list[int]:
    """The list of whole numbers under `key`, empty if missing."""
    value = data.get(key, [])
    if not isinstance(value, list) or any(isinstance(n, bool) or not isinstance(n, int) for n in value):
        raise _wrong(where + key, "a list of whole numbers", value)
    return value


def tables(data: Plain, key: str, where: str = "") -> list[Plain]:
    """The list of mappings under `key`, empty if missing."""
    value = data.get(key, [])
    if not isinstance(value, list) or any(not isinstance(entry, Mapping) for entry in value):
        raise _wrong(where + key, "a list of tables", value)
    return value


def _wrong(key: str, allowed: str, value: object) -> ValueError:
    return ValueError(f"{key} must be {allowed}, not {value!r:.40}.")
