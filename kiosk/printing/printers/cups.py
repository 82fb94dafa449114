"""`cups:QUEUE`: a queue of CUPS, through its own commands `lp`, `lpstat` and `cancel`.

CUPS takes a job for a printer that is off and waits, silently. So the job is watched for a while: when the queue
says that the printer has trouble, the job is taken back, and there is one queue to look at, the kiosk's own.
What CUPS says was seen with CUPS 2.4 (lpstat -l -p; a message of its own, or a PWG 5100.9 reason under Alerts).
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from dataclasses import dataclass
from typing import Final

from kiosk.printing.printers import Found, Language, Printer, PrintTrouble

_LOOK_EVERY: Final = 0.5  # seconds
_WATCH: Final = 20.0  # seconds that a job is watched at most

_SIGNS: Final = (
    (r"media-empty|media-needed|out of paper|paper out|no paper", "paper_out"),
    (r"cover-open|door-open|cover open|door open", "cover_open"),
    (r"media-jam|paper jam", "jam"),
    (r"marker-supply-empty|toner-empty|ribbon", "ribbon_out"),
    (r"waiting for printer to become available|may not exist or is unavailable|unable to locate printer", "queue_off"),
    (r"offline-report|printer is offline|not responding|unreachable|no route to host", "queue_off"),
)
"""What a queue says of its printer (lower case) → the trouble that it is."""


def send(printer: Printer, place: str, content: bytes, title: str, patience: float) -> None:
    """Hand the job to CUPS, and see that it gets going. Raises PrintTrouble.

    Returns when the job has left the queue, or when the queue has been at it for a while without trouble.
    """
    _ready(printer, place, patience)
    # Full size for pages: a label sheet that is fitted to the paper's margins is off all over.
    how = "print-scaling=none" if printer.language is Language.PDF else "raw"
    told = _run(printer, ["lp", "-d", place, "-t", title, "-o", how, "-"], patience, content)
    number = re.search(r"(\S+-\d+) \(", told.out)
    if told.status != 0 or number is None:
        raise PrintTrouble("system", printer=printer.name, reason=told.error or told.out)
    job = number[1]
    ends = time.monotonic() + min(patience, _WATCH)
    while job in (listed := _run(printer, ["lpstat", "-l", "-o", place], patience).out).split():
        trouble = PrintTrouble("aborted", printer=printer.name) if _gave_up(listed, job) else None
        late = time.monotonic() >= ends
        if late:
            trouble = trouble or _trouble(printer, place, patience)
        if trouble is not None:
            _run(printer, ["cancel", job], patience)
            raise trouble
        if late:
            return
        time.sleep(min(_LOOK_EVERY, patience))
    if _gave_up(_run(printer, ["lpstat", "-l", "-W", "completed", "-o", place], patience).out, job):
        raise PrintTrouble("aborted", printer=printer.name)


def reach(printer: Printer, place: str, patience: float) -> None:
    """Whether the queue is there, takes jobs and says nothing bad of its printer. Raises PrintTrouble."""
    _ready(printer, place, patience)
    if (trouble := _trouble(printer, place, patience)) is not None:
        raise trouble


def found(patience: float) -> tuple[Found, ...]:
    """The queues of this machine; none without CUPS."""
    try:
        told = _run(Printer("CUPS", "cups:"), ["lpstat", "-e"], patience)
    except PrintTrouble:
        return ()
    return tuple(Found(f"cups:{name}", name) for name in told.out.split())


def _ready(printer: Printer, queue: str, patience: float) -> None:
    """Raises PrintTrouble when the queue would not take a job, or not print it."""
    if "not running" in _run(printer, ["lpstat", "-r"], patience).out:
        raise PrintTrouble("cups_off", printer=printer.name)
    accepting = _run(printer, ["lpstat", "-a", queue], patience)
    if accepting.status != 0 or not accepting.out:
        raise PrintTrouble("no_queue", printer=printer.name, queue=queue)
    if f"{queue} not accepting" in accepting.out:
        raise PrintTrouble("queue_closed", printer=printer.name, queue=queue, reason=_message(accepting.out) or "–")
    state = _run(printer, ["lpstat", "-l", "-p", queue], patience).out
    if re.match(rf"printer {re.escape(queue)} disabled", state):
        raise PrintTrouble("queue_stopped", printer=printer.name, queue=queue, reason=_message(state) or "–")


def _trouble(printer: Printer, queue: str, patience: float) -> PrintTrouble | None:
    """What the queue says is wrong with its printer."""
    state = _run(printer, ["lpstat", "-l", "-p", queue], patience).out
    if re.match(rf"printer {re.escape(queue)} disabled", state):
        return PrintTrouble("queue_stopped", printer=printer.name, queue=queue, reason=_message(state) or "–")
    alerts = re.search(r"^\s*Alerts: (.*)$", state, re.MULTILINE)
    message = _message(state) if "now printing" in state.partition("\n")[0] else ""  # else it is of an earlier job
    said = f"{message}\n{alerts[1] if alerts else ''}".lower()
    for sign, code in _SIGNS:
        if re.search(sign, said):
            return PrintTrouble(code, printer=printer.name)
    return None


def _gave_up(listed: str, job: str) -> bool:
    """Whether a list of jobs says that CUPS could not print this one (RFC 8011, job-state-reasons)."""
    reasons = re.search(rf"^{re.escape(job)} .*\n(?:\t.*\n)*?\tAlerts: (.*)$", listed, re.MULTILINE)
    return reasons is not None and bool(re.search(r"aborted|with-errors|unprintable", reasons[1]))


def _message(told: str) -> str:
    """A queue's own message, which lpstat puts in the second line; empty when there is none."""
    lines = told.splitlines()
    line = lines[1].strip() if len(lines) > 1 and lines[1].startswith("\t") else ""
    return "" if line.startswith("Form mounted:") else line


@dataclass(frozen=True, slots=True)
class _Told:
    status: int
    out: str
    error: str


def _run(printer: Printer, command: list[str], patience: float, content: bytes = b"") -> _Told:
    """Run one of CUPS' commands. Raises PrintTrouble when it is not there or hangs."""
    environ = {**os.environ, "LC_ALL": "C.UTF-8"}  # its English is read, and the title may be Chinese
    environ.pop("LANGUAGE", None)
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=patience, env=environ, check=False)
    except FileNotFoundError as error:
        raise PrintTrouble("no_cups", printer=printer.name) from error
    except subprocess.TimeoutExpired as error:
        raise PrintTrouble("no_answer", printer=printer.name) from error
    out, said = (stream.decode("utf-8", "replace").strip() for stream in (done.stdout, done.stderr))
    return _Told(done.returncode, out, " ".join(said.split()))
