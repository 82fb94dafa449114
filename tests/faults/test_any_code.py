"""Any string from a scanner: a calm answer, nothing executed, nothing logged raw, one line in the journal."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.flows.outcomes import OutcomeKind
from kiosk.flows.views import SessionView
from kiosk.journal import Journal, read_lines
from kiosk.store import schema
from tests.desk.school import BOOK, NOON, WANG, School
from tests.faults.test_troubles import Kiosk

NASTY = [
    "",
    " ",
    "\x00",
    "\x00" * 100,
    BOOK + "\x00",
    "\x1b[2J\x1b]0;pwned\x07",
    "1" * 10_000,
    "3" + "0" * 9_999,
    "'; DROP TABLE loans; --",
    '" OR 1=1 --',
    "%s%s%n%d{0}{x}${jndi:ldap://x}",
    "{}" * 50,
    "😀" * 40,
    "\ud800",
    "\udfff\ud800" + BOOK,
    "\u202e" + BOOK,
    "\u2028\u2029\x85\x0b\x0c",
    "a\tb\tc",
    "line\nline\r\nline",
    "\\x00\\u202e",
    "../../etc/passwd",
    "<b>bold</b>&amp;",
    "９７８７０２０００２２０７",
    "٣٠٠٠٠٠١٢",
    "²³¹",
    "İ" * 64,
]
CODES = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(), max_size=80),  # lone surrogates too
    st.binary(max_size=80).map(lambda code: code.decode("latin-1")),
    st.text("0123456789", max_size=24),
    st.sampled_from(NASTY),
)
CALM = {OutcomeKind.UNKNOWN, OutcomeKind.DAMAGED, OutcomeKind.REFUSED}


@pytest.mark.parametrize("code", NASTY, ids=range(len(NASTY)))
def test_nasty_codes_are_answered_calmly_on_each_database(school_anywhere: School, code: str) -> None:
    school = school_anywhere
    for session in (None, school.session(WANG)):
        for clean in (True, False):
            outcome = school.scan(code, session, clean=clean)
            assert outcome.kind in CALM, outcome
            assert len(outcome.reasons) == 1
    assert school.actions() == []


@given(code=CODES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_code_is_answered_calmly_and_nothing_is_done(school: School, code: str) -> None:
    for session in (None, school.session(WANG)):
        outcome = school.scan(code, session)
        assert outcome.kind in CALM | {OutcomeKind.INFO, OutcomeKind.IDENTIFIED, OutcomeKind.LENT}
        assert outcome.kind in CALM or code.strip() in {row.code for row in school.rows(schema.barcodes)}


def test_nothing_of_a_code_is_logged_raw_and_each_is_one_line_of_the_journal(
    school_location: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)
    kiosk = Kiosk(school_location)
    journal = Journal(tmp_path, "kiosk")
    kiosk.scan(WANG)
    for code in NASTY:
        assert kiosk.scan(code) in ("unknown", "damaged", "refused")
        journal.write(NOON, code, kiosk.told[-1].outcome.kind.value)
        assert isinstance(kiosk.view, SessionView)
    journal.close()
    kiosk.door.close()
    for record in caplog.records:
        said = record.getMessage()
        assert said.isprintable()
        assert not any(len(code) > 3 and code in said for code in NASTY)
    (file,) = tmp_path.glob("*.tsv")
    text = file.read_bytes().decode("utf-8")
    assert text.count("\n") == len(NASTY) == len(list(read_lines(file)))
    assert all(len(line.split("\t")) == 3 for line in text.splitlines())
    assert len(text) < 120 * len(NASTY)
