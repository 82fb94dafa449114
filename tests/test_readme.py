"""The README says what is there: commands, settings, rules, codes, fields, dependencies, pictures, and two commands.

The tables are compared row by row with what the program says of itself; the scripts are run.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path

import typer
from babel.messages.pofile import read_po
from pytest import CaptureFixture

from kiosk.check import CHECKS
from kiosk.cli import app, run
from kiosk.flows.outcomes import Note, Outcome, OutcomeKind
from kiosk.flows.trouble import CODES
from kiosk.journal import KEEP_DAYS, Line
from kiosk.lending.barcodes import BarcodeKind, ControlCode, ReadingKind, Scheme, command_number, number, read
from kiosk.lending.policy import OVERRIDABLE, WHAT_TO_DO_FIRST, ReasonCode
from kiosk.lending.rules import Rules, rules_to_plain
from kiosk.printing.spool import KEPT
from kiosk.replay import row_of
from kiosk.sample import DEMO_PIN
from kiosk.sample.write import write_sample
from kiosk.settings import settings_table
from kiosk.store.library import TroubleCode, create_library, open_library

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
PICTURES = ROOT / "assets" / "pictures"
WEIGHT = 1_500_000  # bytes that all pictures may have together
LISTINGS = ("patrons", "copies", "titles", "loans", "events")
KINDS = ("pupil", "teacher", "class_set", "librarian")


def section(heading: str) -> str:
    """The text under a heading of the second or third level, up to the next of its level or above."""
    found = re.search(rf"^(#{{2,3}}) {re.escape(heading)}\n(.*?)(?=^#{{2}} |^\1 |\Z)", README, re.MULTILINE | re.DOTALL)
    assert found, f"the README has no section {heading!r}"
    return found[2]


def table(text: str) -> list[tuple[str, ...]]:
    """The rows of the first table in `text`, without its head."""
    found = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    lines = found[0].splitlines() if found else []
    cells = [tuple(cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]) for line in lines]
    assert len(cells) > 2, "a table is expected"
    return cells[2:]


def as_table(rows: list[tuple[str, ...]]) -> str:
    """The rows as the README should have them, to be copied from the failure."""
    return "the rows should be:\n" + "\n".join(f"| {' | '.join(row)} |" for row in rows)


def codes(cells: Iterable[str]) -> list[str]:
    """What stands in backticks."""
    return [code for cell in cells for code in re.findall(r"`([^`]+)`", cell)]


def fenced(marker: str) -> str:
    """The code block after an HTML comment."""
    found = re.search(rf"<!-- {marker} -->\s*```\w*\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no code block after <!-- {marker} -->"
    return found[1]


def commands() -> dict[str, set[str]]:
    """Every command of the program by its full name, with its options."""
    found: dict[str, set[str]] = {}

    def walk(command: object, name: str) -> None:
        inner: Mapping[str, object] = getattr(command, "commands", {})
        for word, one in inner.items():
            walk(one, f"{name} {word}")
        options = {option for param in command.params for option in param.opts if option.startswith("--")}  # type: ignore[attr-defined]  # click's command
        if not inner:
            found[name] = options - {"--help"}

    walk(typer.main.get_command(app), "kiosk")
    return found


# ── Commands ──


def test_every_command_and_each_of_its_options_stands_in_the_table() -> None:
    rows = table(section("Commands"))
    told = {codes([row[0]])[0]: set(re.findall(r"--[a-z]+", row[0])) for row in rows}
    assert {re.split(r" [\[A-Z]", words)[0] for words in told} == set(commands())
    for name, options in commands().items():
        (shown,) = (options for words, options in told.items() if re.match(rf"{name}( |$)", words))
        assert shown | {"--library"} == options | {"--library"}, name


def test_everything_that_kiosk_check_looks_at_is_named() -> None:
    told = re.search(r"It looks at\s(.*?), and says", README, re.DOTALL)
    assert told
    assert re.split(r",\s|\sand\s", told[1]) == list(CHECKS)


def test_the_two_commands_are_those_the_installer_understands() -> None:
    first, windows, tests = fenced("install-command"), fenced("install-command-windows"), fenced("test-command")
    assert first.split() == ["python3", "kiosk/install.py"]
    assert windows.split() == ["py", "kiosk\\install.py"]
    assert tests.split()[:2] == first.split()
    told = subprocess.run(
        [sys.executable, *tests.split()[1:], "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0
    assert set(tests.split()[2:]) == {"--tests"} <= set(re.findall(r"--[a-z-]+", told.stdout))


# ── Settings and rules ──


def settings_rows() -> list[tuple[str, ...]]:
    return [(f"`{key}`", f"`{default}`", f"{zh}<br>{en}") for key, default, zh, en in settings_table()]


def test_the_settings_table_is_the_programs_own() -> None:
    assert table(section("Settings of a machine")) == settings_rows(), as_table(settings_rows())


def rules_rows() -> list[tuple[str, ...]]:
    plain = rules_to_plain(Rules())
    kinds = plain["kinds"]
    assert isinstance(kinds, dict)

    def said(value: object) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        return "–" if value is None else str(value)

    names = [name for name in kinds["pupil"] if name != "materials"]
    rows = [(f"`{name}`", *(said(kinds[kind][name]) for kind in KINDS)) for name in names]
    of_books = kinds["pupil"]["materials"]["book"]
    rows += [
        (f"`materials.*.{name}`", *(said(kinds[kind]["materials"]["book"][name]) for kind in KINDS))
        for name in of_books
    ]
    return rows + [(f"`{name}`", said(plain[name]), "", "", "") for name in plain if name != "kinds"]


def test_the_rules_table_holds_the_defaults_of_every_rule() -> None:
    assert [row[:5] for row in table(section("Rules of the library"))] == rules_rows(), as_table(rules_rows())
    plain = rules_to_plain(Rules())
    kinds = plain["kinds"]
    assert isinstance(kinds, dict)
    for kind in KINDS:  # the table gives books; the other materials start the same
        assert len({json.dumps(rule) for rule in kinds[kind]["materials"].values()}) == 1


# ── What scripts rely on ──


def test_every_outcome_reason_note_and_trouble_is_listed_and_no_other() -> None:
    assert codes([row[0] for row in table(section("Outcomes"))]) == [kind.value for kind in OutcomeKind]
    rows = table(section("Reasons"))
    assert codes([row[0] for row in rows]) == [code.value for code in WHAT_TO_DO_FIRST]
    assert set(WHAT_TO_DO_FIRST) == set(ReasonCode)
    overruled = {codes([row[0]])[0] for row in rows if row[2] == "yes"}
    assert overruled == {code.value for code in OVERRIDABLE}
    assert codes([section("Notes")]) == [note.value for note in Note if note.value]
    assert set(codes([section("Troubles")])) == {code.value for code in TroubleCode} - {"exists", "no_folder"} | CODES


def test_the_fields_of_replay_are_listed_in_their_order() -> None:
    at = datetime(2026, 9, 7, 12, 5)  # noqa: DTZ001  the school's local time
    row = row_of(Line(1, at, "20000014"), Outcome(OutcomeKind.IGNORED, "", at))
    assert codes([row[0] for row in table(section("Replay"))]) == list(row)


def test_the_fields_of_every_listing_are_listed(tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    library = create_library(str(tmp_path / "library"))
    write_sample(library, 1, date.today())  # noqa: DTZ011  any day will do
    library.close()
    told = {codes([row[0]])[0]: codes([row[1]]) for row in table(section("Listings"))}
    for listing in LISTINGS:
        assert run([listing, "--json", "--library", str(tmp_path / "library")]) == 0
        fields = list(json.loads(capsys.readouterr().out)[0])
        assert told[f"kiosk {listing}"] == fields


def test_every_action_that_has_words_is_listed() -> None:
    catalogue = (ROOT / "assets" / "locale" / "en" / "LC_MESSAGES" / "librarian.po").read_text("utf-8")
    actions = set(re.findall(r'msgid "librarian\.action\.(\w+)"', catalogue)) - {"other"}
    assert len(actions) > 10
    assert actions <= set(codes([section("Listings")]))


# ── Barcodes ──


def test_the_numbers_of_the_control_cards_are_right() -> None:
    text = section("Barcodes")
    for command in ControlCode:
        assert re.search(rf"\| `{command_number(command)}` \|.*{command.value}", text), command


def test_the_example_numbers_hold_their_check_digits() -> None:
    text = section("Barcodes")
    assert f"`{number(BarcodeKind.CARD, 1)}`" in text
    assert f"`{number(BarcodeKind.COPY, 1)}`" in text
    assert read(number(BarcodeKind.CARD, 1), Scheme()).kind is ReadingKind.CARD


# ── Filling a library ──


def test_the_script_that_fills_a_library_runs_and_lends(tmp_path: Path, capsys: CaptureFixture[str]) -> None:
    place = str(tmp_path / "library")
    assert run(["init", "--librarian", "张老师", "--library", place]) == 0
    capsys.readouterr()
    script = tmp_path / "fill.py"
    script.write_text(fenced("fill-script"), "utf-8")
    done = subprocess.run(
        [sys.executable, script, place], capture_output=True, text=True, check=False, cwd=tmp_path, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    open_library(place).close()
    assert run(["patrons", "--json", "--library", place]) == 0
    people = json.loads(capsys.readouterr().out)
    assert {person["kind"] for person in people} == {"librarian", "teacher", "pupil"}
    assert run(["copies", "--json", "--library", place]) == 0
    copies = json.loads(capsys.readouterr().out)
    assert run(["rota", "--json", "--library", place]) == 0
    (term,) = (one for one in json.loads(capsys.readouterr().out) if one["kind"] == "term")
    noon = f"{term['starts_on'][:4]}-11-25T12:05"
    scans = tmp_path / "scans.tsv"
    pupil = next(person for person in people if person["kind"] == "pupil")
    scans.write_text(f"{noon}:00\t{pupil['barcode']}\n{noon}:05\t{copies[0]['barcode']}\n", "utf-8")
    assert run(["replay", str(scans), "--json", "--library", place]) == 0
    outcomes = [json.loads(line)["outcome"] for line in capsys.readouterr().out.splitlines()]
    assert outcomes == ["identified", "lent"]


def test_the_readme_knows_the_demos_pin_and_how_long_journal_and_printed_jobs_are_kept() -> None:
    assert DEMO_PIN in section("The demo")
    assert f"{KEEP_DAYS} days" in section("Privacy")
    assert f"{KEPT.days} days" in section("Privacy")


# ── Dependencies ──


_MODULES = {
    "argon2-cffi": "argon2",
    "python-xlib": "Xlib",
    "fonttools": "fontTools",
    "Pillow": "PIL",
    "evdev-binary": "evdev",
    "opencv-python": "cv2",
    "zxing-cpp": "zxingcpp",
    "pyserial": "serial",
    "python-barcode": "barcode",
    "python-escpos": "escpos",
    "python-calamine": "python_calamine",
}


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=; ]", requirement)[0].lower()


def test_every_dependency_is_in_the_table_with_its_reason_and_licence_and_none_is_not_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = set(map(_name, project["dependencies"]))
    for extra in project["optional-dependencies"].values():
        wanted |= set(map(_name, extra))
    rows = table(section("Dependencies"))
    assert {codes([row[0]])[0].lower() for row in rows} == wanted
    assert all(row[1] and row[2] and row[3] for row in rows), "who needs it, why, licence"
    for row in rows:
        module = _MODULES.get(codes([row[0]])[0], codes([row[0]])[0].lower())
        for place in codes([row[1]]):
            files = [path for path in (ROOT / place, *(ROOT / place).rglob("*.py")) if path.is_file()]
            assert any(module in path.read_text("utf-8") for path in files), f"{place} does not use {module}"


# ── Pictures and words ──


def test_every_picture_that_is_linked_is_there_and_every_picture_is_linked() -> None:
    linked = re.findall(r"(?:\]\(|src=\")(assets/pictures/[^)\"]+)", README)
    assert sorted(linked) == sorted(f"assets/pictures/{path.name}" for path in PICTURES.glob("*.png"))
    assert len(linked) == len(set(linked))


def test_the_pictures_are_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.glob("*.png")) < WEIGHT


def test_every_link_within_the_readme_leads_somewhere() -> None:
    anchors = {
        re.sub(r"[^\w\- ]", "", line.lower()).strip().replace(" ", "-")
        for line in re.findall(r"^#+ (.*)", README, re.M)
    }
    for target in re.findall(r"\]\(([^)]+)\)", README):
        if target.startswith("#"):
            assert target[1:] in anchors, target
        elif "://" not in target:
            assert (ROOT / target).exists(), target


def test_every_file_the_readme_names_is_there() -> None:
    named = set(re.findall(r"`((?:kiosk|tests|assets|\.ci)/[\w./-]+)`", README))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_buttons_are_called_as_the_screen_calls_them() -> None:
    """In the Chinese summary they stand in “ ”, in the first day of each user in italics."""
    words: dict[str, set[str]] = {}
    for language in ("zh_CN", "en"):
        files = (ROOT / "assets" / "locale" / language / "LC_MESSAGES").glob("*.po")
        words[language] = {str(one.string) for file in files for one in read_po(file.open("rb"))}
    chinese = re.findall(r"“([^”]+)”", section("中文说明"))
    english = re.findall(
        r"(?<![*\w])\*([^*\s][^*]*)\*(?!\*)", section("A pupil") + section("A helper") + section("A librarian")
    )
    assert len(chinese) > 3 < len(english)
    assert [name for name in chinese if not words["zh_CN"] & {name, f"{name}！"}] == []
    assert [name for name in english if " ".join(name.split()) not in words["en"]] == []


def test_the_licence_stands_at_the_end() -> None:
    last = README.rsplit("\n## ", 1)[1]
    assert last.startswith("Licence")
    assert "Permission is hereby granted, free of charge" in last
    assert 'THE SOFTWARE IS PROVIDED "AS IS"' in last


# ── Nothing of the place where it was made ──

_PLACES = ("/" + "work/", "/" + "root/", ".." + "/shared", "/" + "tmp/bash_jobs", "/" + "tmp/house")
_REGISTRY = re.compile(
    r"(?:index-url|extra-index|registry)\s*[=:]\s*\S*://|://[\w.-]*(?:artifact|nexus|pypi|npmjs|proxy)", re.I
)


def test_no_tracked_file_names_a_path_of_the_machine_it_was_made_on_or_a_registrys_host() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        files = [
            path for path in ROOT.rglob("*") if path.is_file() and not {".venv", "build", ".git"} & set(path.parts)
        ]
    else:
        files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    found = []
    for path in files:
        if not path.is_file() or b"\0" in (content := path.read_bytes()):
            continue
        text = content.decode("utf-8", "replace")
        for place in _PLACES:
            if place in text:
                found.append(f"{path.relative_to(ROOT)}: {place}")
        if path != Path(__file__).resolve() and (host := _REGISTRY.search(text)):
            found.append(f"{path.relative_to(ROOT)}: {host[0]}")
    assert found == []
