"""What a flow may ask of the desk. One command is one transaction.

Flows build commands without a `request_id`; the kiosk flow stamps each with a unique one before it leaves, so that
a retry of the same command can never act twice. A command that acts for somebody else carries `operator_id`, the
helper or librarian at work; the desk checks that they may.
"""

from __future__ import annotations

from dataclasses import dataclass


class Cancelled(Exception):  # noqa: N818  nothing is broken: somebody changed their mind
    """Whoever waits for a long work called it off; nothing of it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Common to all commands."""

    request_id: str = ""


@dataclass(frozen=True, slots=True)
class SessionRef:
    """The session a scan belongs to: who, and which loans (by id) it renewed already.

    What it lent the store knows by the loans' session id, even where an answer was lost on the way.
    """

    session_id: str
    patron_id: int
    renewed: frozenset[int] = frozenset()
    operator_id: int | None = None

    def is_of_this_kiosk(self, session_id: str) -> bool:
        """Whether `session_id` began in the same start of the same kiosk (ids are `<boot>-s<number>`)."""
        return session_id.rpartition("-s")[0] == self.session_id.rpartition("-s")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeScan(Command):
    """Do what a scan means (design, "What scans mean"), with or without a session.

    Answers `identified`, `lent`, `returned`, `returned_and_lent`, `refused`, `unknown`, `damaged` or `info`.
    """

    code: str
    clean: bool = True
    session: SessionRef | None = None
    operator_id: int | None = None  # without a session: the helper who takes a pile of returns


@dataclass(frozen=True, slots=True, kw_only=True)
class Renew(Command):
    """Renew one loan of the session's patron, or with `loan_id` None each one that may be."""

    session: SessionRef
    loan_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Command):
    """Take back a loan made in this session, as if it had not been (no trace in statistics)."""

    session: SessionRef
    loan_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession(Command):
    """Begin for a patron picked by name (a child without a card at the counter). Answers `identified`."""

    patron_id: int
    operator_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBoard(Command):
    """What the idle screen shows: today's rota, new books, announcement, the library's display settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe(Command):
    """Is the store there again? Answers `info` or `trouble`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateLibrary(Command):
    """Make a library where this kiosk expects one and found none; `sample` fills it with the sample school.

    A library that is not the sample begins with one librarian; the outcome's data is the number of their card.
    """

    name: str = ""
    librarian: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintSlip(Command):
    """Print what a session that has ended lent and renewed, and until when, where this machine prints slips."""

    session_id: str
    patron_id: int
    renewed: tuple[int, ...] = ()
