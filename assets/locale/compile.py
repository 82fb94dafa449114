"""Compiles the catalogues: every `.po` under this folder to the `.mo` beside it, which the program reads.

    python assets/locale/compile.py            all of them
    python assets/locale/compile.py --check    writes nothing; status 1 and the names of those that are out of date

Write a message as `msgid "session.lent.headline"` with the words as its msgstr; plural forms go by the value `n`.
Run this after each change and commit both files.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).resolve().parent


def catalogues() -> list[Path]:
    """The `.po` files, in the order of their names."""
    return sorted(HERE.glob("*/LC_MESSAGES/*.po"))


def read(path: Path) -> Catalog:
    """The catalogue in a `.po` file. Raises babel's `PoFileError` on a line it cannot read."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def compiled(path: Path) -> bytes:
    """The `.mo` file of a `.po` file."""
    target = io.BytesIO()
    write_mo(target, read(path))
    return target.getvalue()


def up_to_date(path: Path) -> bool:
    """Whether the `.mo` beside `path` says the same (headers aside: they name the Babel that wrote them)."""
    made = path.with_suffix(".mo")
    if not made.is_file():
        return False

    def messages(data: bytes) -> dict[object, object]:
        return {_whole(message.id): _whole(message.string) for message in read_mo(io.BytesIO(data)) if message.id}

    return messages(made.read_bytes()) == messages(compiled(path))


def _whole(text: object) -> object:
    """Plural forms come as a list from one place and as a tuple from the other."""
    return tuple(text) if isinstance(text, list) else text


def main(arguments: list[str]) -> int:
    """Compiles or checks; the exit status."""
    stale = [path for path in catalogues() if not up_to_date(path)]
    for path in stale:
        sys.stdout.write(f"{path.relative_to(HERE)}\n")
        if "--check" not in arguments:
            path.with_suffix(".mo").write_bytes(compiled(path))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
