"""The benchmarks run for real on tiny libraries and tell what they promise; how fast is nobody's claim here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kiosk.bench.ground import Ground, copy_of, library_on, one_round, small_library
from kiosk.bench.report import Figure
from kiosk.clock import usual_instant
from kiosk.console import RefusedError
from kiosk.store.library import Library
from tests.databases import Postgres
from tests.desk.school import fill

ROOT = Path(__file__).resolve().parent.parent
CARDS = 4
OF_A_DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "SDL_VIDEODRIVER")  # other tests draw in memory and say so in the last


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def ground(cache: Path) -> Ground:
    return small_library(cache / "ground")


def bench(cache: Path, call: str, **environ: str) -> dict[str, Any]:
    """What a benchmark printed, run in a program of its own over the tiny library."""
    of_what = call.partition("(")[0].removeprefix("bench_")
    program = (
        "from pathlib import Path\n"
        f"from kiosk.bench import ground as grounds, {of_what}\n"
        f"small = grounds.small_library(Path({str(cache / 'ground')!r}))\n"
        f"ground = grounds.Ground(small.folder, small.opens, small.cards[:{CARDS}], small.copies)\n"
        f"raise SystemExit({of_what}.{call})\n"
    )
    clean = {key: value for key, value in os.environ.items() if key not in OF_A_DISPLAY}
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**clean, "XDG_CACHE_HOME": str(cache), **environ},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    for figure in told["figures"]:
        assert set(figure) == {"name", "unit", "min", "median", "p99", "n"}
        assert figure["min"] <= figure["median"] <= figure["p99"]
    assert told["machine"]["processor"]
    return told


def counts(told: dict[str, Any]) -> dict[str, int]:
    return {figure["name"]: figure["n"] for figure in told["figures"]}


def test_a_figure_tells_the_smallest_the_middle_and_the_nearest_rank() -> None:
    row = Figure("x", "ms", tuple(float(n) for n in range(200, 0, -1))).row()
    assert (row["min"], row["median"], row["p99"], row["n"]) == (1, 101, 198, 200)
    one = Figure("x", "s", (0.5,)).row()
    assert one["min"] == one["median"] == one["p99"] == 0.5


def test_each_scan_is_timed_by_its_own_picture_in_both_libraries(cache: Path, ground: Ground) -> None:
    before = (ground.folder / "library.db").read_bytes()
    told = bench(cache, "bench_scan(True, large=ground, rounds=1, settle=0.5)")
    assert counts(told) == {
        f"scan {name}, {library} library": count
        for library, cards in (("large", CARDS), ("small", len(ground.cards)))
        for name, count in (("identified", cards), ("lent", 2 * cards), ("returned", 2 * cards))
    }
    assert (ground.folder / "library.db").read_bytes() == before, "only copies are lent from"
    assert sorted(path.name for path in ground.folder.glob("work-*")) == []


def test_starts_are_counted_after_one_that_compiles(cache: Path, ground: Ground) -> None:
    told = bench(cache, "bench_start(True, ground=ground, starts=1)")
    assert set(counts(told).values()) == {1}
    assert "python -m kiosk run, first usable frame" in counts(told)
    assert list((cache / "school-library-kiosk" / "pycache").rglob("quick.*.pyc"))


def test_idling_memory_and_a_day_are_measured(cache: Path, ground: Ground) -> None:
    told = bench(cache, "bench_idle(True, ground=ground, seconds=1.0, settle=0.5, day=10)")
    names = counts(told)
    assert "idle, share of one core" in names
    if Path("/proc/self/status").exists():
        assert {"memory of an empty window", "a day: growth from session 2 to 10"} <= set(names)


def test_search_is_timed_key_by_key_in_four_ways(cache: Path, ground: Ground) -> None:
    told = bench(cache, "bench_search(True, location=str(ground.folder), titles=3)")
    ways = counts(told)
    assert ways["search, all keys"] == sum(count for name, count in ways.items() if name != "search, all keys")
    assert ways["search by ISBN"] == 3 * 13
    assert len(ways) == 5


def test_people_read_one_line_a_figure(cache: Path, ground: Ground) -> None:
    program = (
        "from kiosk.bench.report import Figure, report\n"
        "raise SystemExit(report([Figure('scan lent', 'ms', (1.0, 2.0))], {'size': '1x1'}, False))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["scan", "lent", "ms", "min", "1.0", "median", "2.0", "p99", "2.0", "n", "2"]
    assert "size: 1x1" in lines


def test_a_round_lends_two_copies_a_card_and_takes_all_back(ground: Ground) -> None:
    codes = list(one_round(ground))
    assert len(codes) == 5 * len(ground.cards) + 1
    lent = [code for code in codes[: 3 * len(ground.cards)] if code not in ground.cards]
    assert codes[-len(lent) :] == lent


def test_the_copy_is_gone_afterwards_whatever_happens(ground: Ground) -> None:
    with pytest.raises(ZeroDivisionError), copy_of(ground) as copy:
        assert (copy.folder / "library.db").is_file()
        raise ZeroDivisionError
    assert not copy.folder.exists()


def test_scans_are_timed_on_postgresql_and_what_they_lent_is_in_again_afterwards(
    cache: Path, ground: Ground, postgres: Postgres
) -> None:
    if postgres.process is None:
        postgres.start()
    url = postgres.url(postgres.new_database())
    made = library_on(url, titles=20, patrons=480, past_loans=10)
    assert library_on(url) == made
    told = bench(cache, f"bench_scan(True, url={url!r}, rounds=1, settle=0.5)")
    assert counts(told)["scan lent, large library"] == 2 * len(made.cards)
    assert told["notes"]["large library"] == url
    still_out = "SELECT count(*) FROM loans WHERE returned_at IS NULL"
    newer = f"SELECT count(*) FROM events WHERE at > {usual_instant(made.opens).timestamp() * 1000:.0f}"
    assert [postgres.run(one, url.rpartition("/")[2]) for one in (still_out, newer)] == [[(0,)], [(0,)]]


def test_nobodys_own_library_is_measured_on(postgres_library: Library) -> None:
    postgres_library.transact(fill)
    with pytest.raises(RefusedError, match="a library of its own"):
        library_on(postgres_library.location)
    with pytest.raises(RefusedError, match="takes a PostgreSQL URL"):
        library_on("/somewhere")
