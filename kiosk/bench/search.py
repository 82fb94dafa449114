"""`kiosk bench search`: search as you type."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kiosk.bench.ground import large_library
from kiosk.bench.report import Figure, report


def bench_search(as_json: bool, *, location: str | None = None, titles: int = 60) -> int:
    """Search as you type, in the large library or the one at `location`: Chinese, pinyin, initials, ISBN."""
    from kiosk.store.library import describe, open_library
    from kiosk.store.search import search_titles

    location = location or str(large_library().folder)
    library = open_library(location)
    times: dict[str, list[float]] = {}
    for kind, query in _queries(library, titles):
        began = time.perf_counter()
        library.read(lambda conn, query=query: search_titles(conn, query))  # type: ignore[misc]  # mypy and bound defaults
        times.setdefault(kind, []).append((time.perf_counter() - began) * 1000)
    library.close()
    everything = tuple(value for values in times.values() for value in values)
    figures = [Figure(f"search by {kind}", "ms", tuple(values)) for kind, values in times.items()]
    return report([*figures, Figure("search, all keys", "ms", everything)], {"library": describe(location)}, as_json)


def _queries(library: Any, count: int) -> list[tuple[str, str]]:
    """What people would type, key by key, to find `count` titles in each of four ways."""
    from random import Random

    from sqlalchemy import select

    from kiosk.store.pinyin import title_readings
    from kiosk.store.schema import titles

    read: Callable[[Any], list[Any]] = lambda conn: list(conn.execute(select(titles.c.title, titles.c.isbn)))  # noqa: E731
    random = Random(1)  # noqa: S311  a sample, not a secret
    queries = []
    for title, isbn in random.sample(library.read(read), count):
        start = random.randrange(max(1, len(title) - 3))
        word = title[start : start + 4]
        syllables = title_readings(title)[0]
        ways = {
            "Chinese words": word,
            "pinyin": "".join(syllables)[:12],
            "initials": "".join(one[0] for one in syllables)[:6],
            "ISBN": isbn or "",
        }
        queries += [(way, text[:n]) for way, text in ways.items() for n in range(1, len(text) + 1)]
    return queries
