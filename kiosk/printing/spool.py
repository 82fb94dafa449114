"""The print queue: a folder of files on this machine, and the threads that send them to the printers.

A job is two files: its bytes (`000017-3fa9c1.job`) and, written after them, what is known of it (`….json`). Each
file is written beside its place, synced and renamed, so that a power cut leaves the old one or the new one whole.
Several processes may share a folder (the kiosk, and a command beside it):

* whoever changes a job holds `queue.lock` for that moment;
* whoever sends holds the printer's own lock as long as it sends, and only its holder makes a job PRINTING. So who
  gets that lock and finds a job PRINTING knows that its sender died: nobody knows how much is on paper, the job
  fails, and a person looks.

The system lets go of the locks of a process that died. Nothing is printed twice by itself: a job that failed waits
until somebody says `retry`. Those behind it were never tried, and go on as soon as their printer prints again.
Files can be read by their owner only, and no log holds what is printed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from kiosk.defects import place_of
from kiosk.files import sync_folder
from kiosk.flows.views import Money, Text, Value, Weekday
from kiosk.i18n import Words
from kiosk.lending.patrons import ClassName
from kiosk.printing.printers import PATIENCE, Language, Printer, PrintTrouble, send
from kiosk.printing.printers.files import folder_trouble, write_private

KEPT: Final = timedelta(days=3)
"""How long a job that was printed is kept, so that it can be printed once more."""

LOOK_EVERY: Final = 2.0
"""Seconds between two looks at the folder, for jobs that another process put there."""

_TIDY_EVERY: Final = timedelta(hours=1)
_SETTLED_NS: Final = 1_000_000_000

LOCK_PATIENCE: Final = 5.0
"""Seconds that a change waits for another process to finish its own."""

WORDS: Final = Words()
"""The words by which jobs are called in other programs' lists, unless others are given."""

_ID: Final = re.compile(r"[0-9]{6,}-[0-9a-f]{6}\.json")

_log = logging.getLogger(__name__)


class JobState(StrEnum):
    """Where a job stands. HELD: it waits behind one that failed on the same printer, until that prints again."""

    WAITING = "waiting"
    PRINTING = "printing"
    DONE = "done"
    FAILED = "failed"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Job:
    """One job of the queue. `title` may be shown to anybody who sees the queue: it names no child.

    `count` is how many labels, cards or pages it has. `problem` says why it failed or is held. `tries` counts how
    often it was sent. `made_at` and `done_at` are UTC.
    """

    job_id: str
    title: Text
    printer: str
    language: Language
    dpi: int
    count: int
    state: JobState
    made_at: datetime
    problem: Text | None = None
    tries: int = 0
    done_at: datetime | None = None


class Spool:
    """The print queue in `folder`, which is made (for its owner only) if it is not there.

    `printers` are the printers by name; `use` gives others. `now` tells the time (aware). `on_change` is called,
    from any thread, when the queue may look different; it should only pass that on. Every method may be called from
    any thread and raises PrintTrouble when the folder cannot be used; a printer's trouble is never raised, it
    stands in the job. `say` makes the words by which a job is called where other programs show it.
    """

    def __init__(
        self,
        folder: Path,
        printers: Mapping[str, Printer],
        now: Callable[[], datetime],
        on_change: Callable[[], None] = lambda: None,
        *,
        say: Callable[[Text], str] = WORDS.say,
        patience: float = PATIENCE,
        look_every: float = LOOK_EVERY,
        kept: timedelta = KEPT,
    ) -> None:
        self._folder = folder
        self._printers = dict(printers)
        self._now = now
        self._on_change = on_change
        self._say = say
        self._patience = patience
        self._look_every = look_every
        self._kept = kept
        self._trouble: Text | None = None
        self._defects: dict[str, Text] = {}  # of the threads, by their names, while they last
        self._closing = threading.Event()
        self._look = threading.Event()
        self._changed = threading.Condition()
        self._watcher: threading.Thread | None = None
        self._senders: dict[str, threading.Thread] = {}
        self._seen, self._busy = 0, True  # when the folder was last changed as we looked; whether work was left
        with contextlib.suppress(OSError):  # what cannot be made is told by whoever uses it
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def trouble(self) -> Text | None:
        """What keeps the queue itself from working (a full disk, a folder that vanished, a defect), or None."""
        return next(iter(self._defects.copy().values()), self._trouble)

    def use(self, printers: Mapping[str, Printer]) -> None:
        """Work with these printers from now on; a job that is being sent goes on as it began."""
        self._printers = dict(printers)
        self._look.set()

    def add(self, title: Text, content: bytes, printer: str, count: int, now: datetime) -> Job:
        """Put a job in the queue, in the language of the printer. On return it survives a power cut."""
        known = self._printers.get(printer)
        if known is None:
            raise PrintTrouble("no_printer", printer=printer)
        made_at = now.astimezone(UTC)
        with self._told(writing=True):
            draft = self._folder / f".{secrets.token_hex(8)}.part"
            try:
                write_private(draft, content)
                with self._changing():
                    job_id = f"{self._next_number():06}-{secrets.token_hex(3)}"
                    job = Job(
                        job_id, title, printer, known.language, known.dpi, count, JobState.WAITING, made_at
                    )  # fmt: skip
                    draft.replace(self._content_file(job_id))
                    self._write(job)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        self._tell()
        return job

    def jobs(self) -> tuple[Job, ...]:
        """Every job, in the order they were added. One whose file is damaged is there as failed."""
        with self._told():
            return tuple(job for job in map(self._read, self._ids()) if job is not None)

    def job(self, job_id: str) -> Job:
        """One job as it stands. Raises PrintTrouble `no_job` when it is not there any more."""
        with self._told():
            return self._there(job_id)

    def content(self, job_id: str) -> bytes:
        """The bytes of a job, as for a preview."""
        with self._told():
            self._there(job_id)
            try:
                return self._content_file(job_id).read_bytes()
            except OSError as error:  # gone, or on a bad spot of the disk: this job's trouble, not the queue's
                raise PrintTrouble("no_content") from error

    def retry(self, job_id: str) -> Job:
        """Print a job (again), and let those go on that are held behind it. One that waits stays as it is."""
        with self._told(writing=True), self._changing():
            job = self._change(job_id, lambda job: job if job.state is JobState.WAITING else _waiting(job))
            self._release(job.printer)
        self._tell()
        return job

    def move_to(self, job_id: str, printer: str) -> Job:
        """Print a job on another printer, of the same language (and for drawn labels the same resolution)."""
        known = self._printers.get(printer)
        if known is None:
            raise PrintTrouble("no_printer", printer=printer)

        def moved(job: Job) -> Job:
            if job.language is not known.language:
                raise PrintTrouble("other_language", printer=printer)
            if job.language in (Language.TSPL, Language.ZPL) and job.dpi != known.dpi:
                raise PrintTrouble("other_dpi", printer=printer, dpi=known.dpi, made_for=job.dpi)
            return replace(_waiting(job), printer=printer)

        with self._told(writing=True), self._changing():
            job = self._change(job_id, moved)
        self._tell()
        return job

    def cancel(self, job_id: str) -> None:
        """Take a job out of the queue, with its bytes. Raises PrintTrouble while it is being printed."""
        with self._told(writing=True), self._changing():
            job = self._there(job_id)
            if job.state is JobState.PRINTING:
                raise PrintTrouble("being_printed")
            self._remove(job_id)
        self._tell()

    def tidy(self, now: datetime) -> None:
        """Remove jobs that were printed long enough ago, and bytes whose job never came to be. Never a failed job."""
        ended = now - self._kept
        with self._told(writing=True), self._changing():
            kept = set()
            for job_id in self._ids():
                job = self._read(job_id)
                if job is not None and job.state is JobState.DONE and (job.done_at or job.made_at) < ended:
                    self._remove(job_id)
                else:
                    kept.add(job_id)
            for path in (*self._folder.glob("*.job"), *self._folder.glob(".*.part")):
                with contextlib.suppress(OSError):  # another process' draft, in its place by now; or it will not go
                    old = datetime.fromtimestamp(path.stat().st_mtime, UTC) < ended
                    if old and path.stem not in kept:
                        path.unlink()

    def start(self) -> None:
        """Begin to send what waits, in threads of their own: one a printer, so that none waits for another."""
        if self._watcher is None:
            self._closing.clear()
            self._watcher = threading.Thread(target=self._watch, name="print-queue", daemon=True)
            self._watcher.start()

    def close(self, patience: float = 2.0) -> None:
        """Send nothing new, and wait so many seconds for what is being sent.

        What is not finished then is told as interrupted when the queue is next started.
        """
        self._closing.set()
        self._look.set()
        ends = time.monotonic() + patience
        for thread in (self._watcher, *self._senders.copy().values()):
            if thread is not None:
                thread.join(max(0.0, ends - time.monotonic()))
        self._watcher = None

    def wait_for(self, job_id: str, patience: float) -> Job:
        """Wait until a job is done, failed or held, at most so many seconds; the job as it then stands."""
        ends = time.monotonic() + patience
        with self._changed:
            while True:
                job = self.job(job_id)
                left = ends - time.monotonic()
                if job.state not in (JobState.WAITING, JobState.PRINTING) or left <= 0:
                    return job
                self._changed.wait(min(left, 0.5))  # another process may be the one that sends it

    # ── Sending ──

    def _watch(self) -> None:
        """Look at the folder when told to, and now and then, whatever a look ends in."""
        tidied: datetime | None = None
        while not self._closing.is_set():
            told = self._look.is_set()
            self._look.clear()
            with self._surviving("print-queue-tidy"):
                now = self._now()
                if tidied is None or abs(now - tidied) >= _TIDY_EVERY:
                    self.tidy(now)
                    tidied = now
            looked = False
            with self._surviving("print-queue"):
                self._begin_what_waits(told)
                looked = True
            if not looked:
                self._seen, self._busy = 0, True
            self._look.wait(self._look_every)

    def _begin_what_waits(self, told: bool) -> None:
        """Start a sender for each printer that has work.

        The jobs are only read when somebody changed the folder, or when something was still to be done.
        """
        with self._told():
            changed_at = self._folder.stat().st_mtime_ns
        if told or self._busy or changed_at != self._seen:
            names = {job.printer for job in self.jobs() if job.state in (JobState.WAITING, JobState.PRINTING)}
            for name in names:
                self._start_sender(name)
            self._busy = bool(names)
            if changed_at != self._seen and not told:  # by another process
                self._notify()
            # Two changes at nearly the same time have the same time: look again.
            self._seen = changed_at if time.time_ns() - changed_at > _SETTLED_NS else 0

    @contextlib.contextmanager
    def _surviving(self, thread: str) -> Iterator[None]:
        """Let one of our threads go on after whatever happens here.

        The queue's own trouble is told already. A defect is logged when it begins and told until it is over.
        """
        try:
            yield
        except PrintTrouble:
            return
        except Exception as error:
            if thread not in self._defects:
                _log.error("%s: %s", thread, place_of(error))
                self._defects[thread] = PrintTrouble("queue_defect", reason=type(error).__name__).text
                self._notify()
            return
        if self._defects.pop(thread, None) is not None:
            self._notify()

    def _start_sender(self, name: str) -> None:
        if name not in self._senders:
            sender = threading.Thread(target=self._send_all, args=(name,), name=f"printer-{name}", daemon=True)
            self._senders[name] = sender
            try:
                sender.start()
            except BaseException:  # the system has no thread left: the next look tries again
                del self._senders[name]
                raise

    def _send_all(self, name: str) -> None:
        """Send what waits for one printer, as long as no other process is doing so."""
        sent = False
        with self._surviving(f"printer-{name}"), self._told(), _lock(self._printer_lock(name), 0.0) as mine:
            if mine:
                self._fail_the_interrupted(name)
                while not self._closing.is_set() and (job := self._claim(name)) is not None:
                    self._send(job)
                sent = True
        del self._senders[name]
        if sent:  # for what was added in the last moment; after any trouble the next beat looks again
            self._look.set()

    def _fail_the_interrupted(self, name: str) -> None:
        """Its lock is ours, so whoever was printing on this printer is gone."""
        for job in self.jobs():
            if job.printer == name and job.state is JobState.PRINTING:
                self._end(job, PrintTrouble("interrupted", printer=name))

    def _claim(self, name: str) -> Job | None:
        with self._told(writing=True), self._changing():
            for job_id in self._ids():
                job = self._read(job_id)
                if job is not None and job.printer == name and job.state is JobState.WAITING:
                    claimed = replace(job, state=JobState.PRINTING, problem=None, tries=job.tries + 1)
                    self._write(claimed)
                    break
            else:
                return None
        self._tell()
        return claimed

    def _send(self, job: Job) -> None:
        trouble: PrintTrouble | None = None
        try:
            printer = self._printers.get(job.printer)
            if printer is None:
                raise PrintTrouble("no_printer", printer=job.printer)
            send(printer, self.content(job.job_id), job.language, self._say(job.title), self._patience)
        except PrintTrouble as found:
            trouble = found
            _log.warning("job %s for %s: %s", job.job_id, job.printer, found.code)
        except Exception as error:
            trouble = PrintTrouble("defect", printer=job.printer, reason=type(error).__name__)
            _log.error("job %s for %s: %s", job.job_id, job.printer, place_of(error))
        self._end(job, trouble)

    def _end(self, job: Job, trouble: PrintTrouble | None) -> None:
        """Write down how a job ended. What is wrong with a printer holds the jobs behind it too."""
        with self._told(writing=True), self._changing():
            if trouble is None:
                self._write(replace(job, state=JobState.DONE, problem=None, done_at=self._now().astimezone(UTC)))
                self._release(job.printer)  # it works again
            else:
                self._write(replace(job, state=JobState.FAILED, problem=trouble.text))
                if trouble.code not in _OF_THE_JOB:
                    behind = PrintTrouble("behind", printer=job.printer).text
                    for other in map(self._read, self._ids()):
                        if other and other.printer == job.printer and other.state is JobState.WAITING:
                            self._write(replace(other, state=JobState.HELD, problem=behind))
        self._tell()

    def _release(self, printer: str) -> None:
        """Let the jobs go on that were held; the caller is `_changing`."""
        for job in map(self._read, self._ids()):
            if job is not None and job.printer == printer and job.state is JobState.HELD:
                self._write(_waiting(job))

    # ── Files ──

    def _change(self, job_id: str, change: Callable[[Job], Job]) -> Job:
        """Change a job that may be changed; the caller is `_changing`."""
        job = self._there(job_id)
        if job.state is JobState.PRINTING:
            raise PrintTrouble("being_printed")
        if not job.printer:  # its file is damaged, and must not be written over
            raise PrintTrouble("unreadable")
        changed = change(job)
        if changed != job:
            self._write(changed)
        return changed

    def _ids(self) -> list[str]:
        """In the order the jobs were added. Raises OSError when the folder is not there."""
        return sorted(path.stem for path in self._folder.iterdir() if _ID.fullmatch(path.name))

    def _next_number(self) -> int:
        return max((int(job_id.partition("-")[0]) for job_id in self._ids()), default=0) + 1

    def _content_file(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.job"

    def _known_file(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.json"

    def _printer_lock(self, name: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.lock"

    def _there(self, job_id: str) -> Job:
        job = self._read(job_id)
        if job is None:
            raise PrintTrouble("no_job")
        return job

    def _read(self, job_id: str) -> Job | None:
        """A job out of its file; None when it is gone, a failed job when the file cannot be read or makes no sense."""
        try:
            return _job_from_plain(job_id, json.loads(self._known_file(job_id).read_bytes()))
        except FileNotFoundError:
            if not self._folder.is_dir():
                raise
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            problem = PrintTrouble("unreadable").text
            made_at = datetime.fromtimestamp(0, UTC)
            title = Text("printer.unknown_job")
            return Job(job_id, title, "", Language.PDF, 0, 0, JobState.FAILED, made_at, problem)

    def _write(self, job: Job) -> None:
        draft = self._folder / f".{job.job_id}.part"
        try:
            write_private(draft, json.dumps(_job_to_plain(job), ensure_ascii=False).encode())
            draft.replace(self._known_file(job.job_id))
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
        sync_folder(self._folder)

    def _remove(self, job_id: str) -> None:
        self._known_file(job_id).unlink(missing_ok=True)
        self._content_file(job_id).unlink(missing_ok=True)
        sync_folder(self._folder)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """The moment in which only we change jobs, of all threads and processes."""
        with _lock(self._folder / "queue.lock", LOCK_PATIENCE) as mine:
            if not mine:
                raise PrintTrouble("queue_locked", folder=str(self._folder))
            yield

    @contextlib.contextmanager
    def _told(self, *, writing: bool = False) -> Iterator[None]:
        """Turn what the system says of the folder into a PrintTrouble, and remember it as the queue's.

        A full disk can be read from all the same, so only a write that worked ends what was remembered.
        """
        try:
            yield
        except OSError as error:
            trouble = folder_trouble(error, self._folder)
            if not self._folder.is_dir():
                trouble = PrintTrouble("queue_gone", folder=str(self._folder))
            self._set_trouble(trouble.text)
            raise trouble from error
        if self._trouble is not None and (writing or self._trouble.key == "printer.trouble.queue_gone"):
            self._set_trouble(None)

    def _set_trouble(self, trouble: Text | None) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            if trouble is not None:
                _log.warning("the print queue: %s", trouble.key)
            self._tell()

    def _tell(self) -> None:
        self._look.set()
        self._notify()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()
        try:
            self._on_change()
        except Exception:
            _log.exception("whoever is told of the print queue failed")


_OF_THE_JOB: Final = frozenset({"no_content", "unreadable", "wrong_language", "interrupted", "defect"})
"""Troubles of one job, which say nothing of the next one for the same printer."""


def _waiting(job: Job) -> Job:
    return replace(job, state=JobState.WAITING, problem=None, done_at=None)


@contextlib.contextmanager
def _lock(file: Path, patience: float) -> Iterator[bool]:
    """Hold the system's lock on `file` against other threads and processes; False if nobody let go in time."""
    ends = time.monotonic() + patience
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not (mine := _try_lock(handle)) and time.monotonic() < ends:
            time.sleep(0.01)
        yield mine
    finally:
        os.close(handle)  # which lets go of the lock


if sys.platform == "win32":
    import msvcrt

    def _try_lock(handle: int) -> bool:
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


# ── Jobs as JSON ──


def _job_to_plain(job: Job) -> dict[str, object]:
    return {
        "title": text_to_plain(job.title),
        "printer": job.printer,
        "language": job.language.value,
        "dpi": job.dpi,
        "count": job.count,
        "state": job.state.value,
        "made_at": job.made_at.isoformat(),
        "problem": None if job.problem is None else text_to_plain(job.problem),
        "tries": job.tries,
        "done_at": None if job.done_at is None else job.done_at.isoformat(),
    }


def _job_from_plain(job_id: str, plain: Mapping[str, Any]) -> Job:
    return Job(
        job_id,
        text_from_plain(plain["title"]),
        str(plain["printer"]),
        Language(plain["language"]),
        int(plain["dpi"]),
        int(plain["count"]),
        JobState(plain["state"]),
        _instant(plain["made_at"]),
        None if plain["problem"] is None else text_from_plain(plain["problem"]),
        int(plain["tries"]),
        None if plain["done_at"] is None else _instant(plain["done_at"]),
    )


def _instant(text: str) -> datetime:
    """A time with its zone, in a year that clocks have. Raises ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or not 1970 <= instant.year < 9000:
        raise ValueError(text)
    return instant


def text_to_plain(text: Text) -> dict[str, object]:
    """A message as JSON holds it: its key, and each value as itself or as `[type, …]`."""
    return {"key": text.key, "values": {name: _value_to_plain(value) for name, value in text.values.items()}}


def text_from_plain(plain: Mapping[str, Any]) -> Text:
    """The message that `text_to_plain` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    return Text(str(plain["key"]), {str(name): _value_from_plain(value) for name, value in plain["values"].items()})


def _value_to_plain(value: Value) -> object:
    match value:
        case str() | int():
            return value
        case Text():
            return ["text", text_to_plain(value)]
        case tuple():
            return ["several", *map(_value_to_plain, value)]
        case ClassName():
            return ["class", value.grade, value.number, value.own]
        case Money():
            return ["money", value.fen]
        case Weekday():
            return ["weekday", value.number]
        case datetime():  # before date, which a datetime is too
            return ["datetime", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
        case time_of_day():
            return ["time", value.isoformat()]


def _value_from_plain(plain: Any) -> Value:
    match plain:
        case str() | int():
            return plain
        case ["text", words]:
            return text_from_plain(words)
        case ["several", *values]:
            return tuple(one for one in map(_value_from_plain, values) if isinstance(one, Text | str))
        case ["class", int(grade), int(number), str(own)]:
            return ClassName(grade, number, own)
        case ["money", int(fen)]:
            return Money(fen)
        case ["weekday", int(number)]:
            return Weekday(number)
        case ["datetime", words]:
            return datetime.fromisoformat(words)
        case ["date", words]:
            return date.fromisoformat(words)
        case ["time", words]:
            return time_of_day.fromisoformat(words)
    raise ValueError(f"no value: {plain!r}")
