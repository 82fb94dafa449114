"""The print queue: no job is lost by a printer, a crash, a power cut or a full disk, and none is printed twice."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.flows.views import Money, Text, Value, Weekday
from kiosk.lending.patrons import ClassName
from kiosk.printing.printers import Language, Printer, PrintTrouble
from kiosk.printing.spool import Job, JobState, Spool, text_from_plain, text_to_plain
from tests.printing.machines import NetworkPrinter, hanging, leaving_early

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 4, 15, tzinfo=UTC)
TITLE = Text("printer.state.waiting", {"n": 12})
LONG = 30.0  # seconds that a test waits for what is sure to come
MUCH = bytes(range(256)) * 40_000


def keeping(folder: Path, name: str = "keeper") -> Printer:
    return Printer(name, f"dummy:{folder}", Language.TSPL, 203)


def kept(folder: Path) -> list[bytes]:
    """What a keeping printer got, in its order."""
    return [file.read_bytes() for file in sorted(folder.glob("*.tspl"))]


@contextmanager
def spool(
    folder: Path,
    *printers: Printer,
    on_change: Callable[[], None] = lambda: None,
    say: Callable[[Text], str] = str,
    now: Callable[[], datetime] = lambda: NOW,
    patience: float = 5.0,
) -> Iterator[Spool]:
    """A queue; whoever wants to see it work starts it."""
    queue = Spool(
        folder,
        {printer.name: printer for printer in printers},
        now,
        on_change,
        say=say,
        patience=patience,
        look_every=0.05,
    )
    yield queue
    queue.close(LONG)


def add(queue: Spool, content: bytes, printer: str = "keeper") -> Job:
    return queue.add(TITLE, content, printer, 12, NOW)


def trouble_of(action: Callable[[], object]) -> str:
    with pytest.raises(PrintTrouble) as raised:
        action()
    return raised.value.code


def problem(job: Job) -> str:
    assert job.problem is not None
    return job.problem.key.removeprefix("printer.trouble.")


# ── What a queue does ──


def test_a_job_is_there_after_a_restart_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path)) as queue:
        job = add(queue, b"label")
    with spool(tmp_path / "queue") as again:
        assert again.jobs() == (job,)
        assert again.content(job.job_id) == b"label"
    assert job == Job(job.job_id, TITLE, "keeper", Language.TSPL, 203, 12, JobState.WAITING, NOW)


def test_jobs_are_printed_in_the_order_they_came_and_kept_as_done(tmp_path: Path) -> None:
    told = threading.Event()
    with spool(tmp_path / "queue", keeping(tmp_path / "out"), on_change=told.set) as queue:
        jobs = [add(queue, bytes([number])) for number in range(12)]
        told.clear()
        queue.start()
        done = [queue.wait_for(job.job_id, LONG) for job in jobs]
        assert told.is_set()
    assert {job.state for job in done} == {JobState.DONE}
    assert {(job.tries, job.done_at) for job in done} == {(1, NOW)}
    assert kept(tmp_path / "out") == [bytes([number]) for number in range(12)]


def test_a_printer_that_is_off_fails_the_job_holds_those_behind_it_and_prints_nothing_until_told(
    tmp_path: Path,
) -> None:
    machine = NetworkPrinter()
    with spool(tmp_path / "queue", Printer("office", machine.target)) as queue:
        first, second, third = (add(queue, word, "office") for word in (b"1", b"2", b"3"))
        queue.start()
        failed = queue.wait_for(first.job_id, LONG)
        held = queue.wait_for(third.job_id, LONG)
        assert (failed.state, problem(failed), failed.tries) == (JobState.FAILED, "refused", 1)
        assert (held.state, problem(held), held.tries) == (JobState.HELD, "behind", 0)
        machine.switch_on()
        time.sleep(0.3)  # several looks at the folder
        assert machine.got == []
        queue.retry(first.job_id)
        for job in (first, second, third):
            done = queue.wait_for(job.job_id, LONG)
            assert (done.state, done.problem) == (JobState.DONE, None)
    machine.__exit__(None, None, None)
    assert machine.got == [b"1", b"2", b"3"]


def test_jobs_held_behind_a_failed_one_go_on_when_their_printer_prints_again(tmp_path: Path) -> None:
    machine = NetworkPrinter()
    with spool(tmp_path / "queue", Printer("office", machine.target)) as queue:
        first, second = add(queue, b"1", "office"), add(queue, b"2", "office")
        queue.start()
        assert queue.wait_for(second.job_id, LONG).state is JobState.HELD
        machine.switch_on()
        third = add(queue, b"3", "office")
        assert queue.wait_for(third.job_id, LONG).state is JobState.DONE
        assert queue.wait_for(second.job_id, LONG).state is JobState.DONE
        assert queue.job(first.job_id).state is JobState.FAILED
    machine.__exit__(None, None, None)
    assert machine.got == [b"3", b"2"]


def test_a_job_that_another_process_adds_is_seen_and_told_while_nothing_else_happens(tmp_path: Path) -> None:
    told = threading.Event()
    with spool(tmp_path / "queue", keeping(tmp_path / "out"), on_change=told.set) as queue:
        queue.start()
        time.sleep(1.5)  # the folder has settled
        told.clear()
        with spool(tmp_path / "queue", keeping(tmp_path / "out")) as other:
            job = add(other, b"label")
            assert other.wait_for(job.job_id, LONG).state is JobState.DONE
        assert told.wait(LONG)


def test_a_printer_that_hangs_blocks_no_other(tmp_path: Path) -> None:
    with (
        NetworkPrinter(hanging) as machine,
        spool(tmp_path / "queue", Printer("office", machine.target), keeping(tmp_path / "out"), patience=2.0) as queue,
    ):
        stuck = add(queue, MUCH, "office")
        queue.start()
        other = add(queue, b"label")
        assert queue.wait_for(other.job_id, LONG).state is JobState.DONE
        assert problem(queue.wait_for(stuck.job_id, LONG)) == "no_answer"


def test_what_broke_off_in_the_middle_is_printed_again_only_when_told(tmp_path: Path) -> None:
    with (
        NetworkPrinter(leaving_early) as machine,
        spool(tmp_path / "queue", Printer("office", machine.target)) as queue,
    ):
        job = add(queue, MUCH, "office")
        queue.start()
        assert problem(queue.wait_for(job.job_id, LONG)) == "broken_off"
        time.sleep(0.3)
        assert len(machine.got) == 1


def test_a_job_that_was_printed_can_be_printed_once_more(tmp_path: Path) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        job = add(queue, b"label")
        queue.start()
        queue.wait_for(job.job_id, LONG)
        queue.retry(job.job_id)
        assert queue.wait_for(job.job_id, LONG).tries == 2
    assert kept(tmp_path / "out") == [b"label", b"label"]


def test_a_job_can_be_moved_to_another_printer_of_its_kind(tmp_path: Path) -> None:
    gone = Printer("gone", f"device:{tmp_path}/lp0", Language.TSPL, 203)
    with spool(tmp_path / "queue", gone, keeping(tmp_path / "out")) as queue:
        job = add(queue, b"label", "gone")
        queue.start()
        assert problem(queue.wait_for(job.job_id, LONG)) == "no_device"
        queue.move_to(job.job_id, "keeper")
        assert queue.wait_for(job.job_id, LONG).state is JobState.DONE
    assert kept(tmp_path / "out") == [b"label"]


def test_a_job_is_never_moved_to_a_printer_that_would_print_rubbish(tmp_path: Path) -> None:
    page = Printer("page", "folder:")
    finer = replace(keeping(tmp_path), name="finer", dpi=300)
    with spool(tmp_path / "queue", keeping(tmp_path), page, finer) as queue:
        job = add(queue, b"label")
        assert trouble_of(lambda: queue.move_to(job.job_id, "page")) == "other_language"
        assert trouble_of(lambda: queue.move_to(job.job_id, "finer")) == "other_dpi"
        assert trouble_of(lambda: queue.move_to(job.job_id, "nobody")) == "no_printer"
        assert queue.jobs() == (job,)


def test_a_printer_that_nobody_set_up_takes_no_job(tmp_path: Path) -> None:
    with spool(tmp_path / "queue") as queue:
        assert trouble_of(lambda: add(queue, b"label", "nobody")) == "no_printer"
        assert queue.jobs() == ()
    assert list((tmp_path / "queue").iterdir()) == []


def test_a_printer_that_left_the_settings_fails_its_jobs_until_it_is_back(tmp_path: Path) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        job = add(queue, b"label")
        queue.use({})
        queue.start()
        assert problem(queue.wait_for(job.job_id, LONG)) == "no_printer"
        queue.use({"keeper": keeping(tmp_path / "out")})
        queue.retry(job.job_id)
        assert queue.wait_for(job.job_id, LONG).state is JobState.DONE


def test_a_job_that_is_being_printed_stays_as_it_is(tmp_path: Path) -> None:
    with (
        NetworkPrinter(hanging) as machine,
        spool(tmp_path / "queue", Printer("office", machine.target), patience=LONG) as queue,
    ):
        job = add(queue, MUCH, "office")
        queue.start()
        wait_until(lambda: queue.job(job.job_id).state is JobState.PRINTING)
        assert trouble_of(lambda: queue.cancel(job.job_id)) == "being_printed"
        assert trouble_of(lambda: queue.retry(job.job_id)) == "being_printed"
        assert trouble_of(lambda: queue.move_to(job.job_id, "office")) == "being_printed"
        machine.leaving.set()  # it hangs up
        assert problem(queue.wait_for(job.job_id, LONG)) == "broken_off"


def test_a_cancelled_job_leaves_nothing_behind(tmp_path: Path) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        job, other = add(queue, b"label"), add(queue, b"other")
        queue.cancel(job.job_id)
        assert queue.jobs() == (other,)
        for action in (queue.cancel, queue.retry, queue.job, queue.content):
            assert trouble_of(lambda action=action: action(job.job_id)) == "no_job"  # type: ignore[misc]  # bound here
    assert not list((tmp_path / "queue").glob(f"{job.job_id}*"))


def test_printed_jobs_are_tidied_after_days_and_failed_ones_never(tmp_path: Path) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out"), Printer("gone", "device:/nowhere/lp0")) as queue:
        done, failed = add(queue, b"label"), add(queue, b"page", "gone")
        queue.start()
        queue.wait_for(done.job_id, LONG)
        queue.wait_for(failed.job_id, LONG)
        queue.tidy(NOW + timedelta(days=2))
        assert [job.job_id for job in queue.jobs()] == [done.job_id, failed.job_id]
        queue.tidy(NOW + timedelta(days=400))
        assert [job.job_id for job in queue.jobs()] == [failed.job_id]
        assert queue.content(failed.job_id) == b"page"


def test_a_queue_that_runs_tidies_itself(tmp_path: Path) -> None:
    now = [NOW]
    with spool(tmp_path / "queue", keeping(tmp_path / "out"), now=lambda: now[0]) as queue:
        job = add(queue, b"label")
        queue.start()
        queue.wait_for(job.job_id, LONG)
        now[0] = NOW + timedelta(days=4)
        wait_until(lambda: queue.jobs() == ())


def test_bytes_that_never_became_a_job_are_tidied_but_not_while_they_may_still(tmp_path: Path) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        lost = tmp_path / "queue" / "000001-abcdef.job"
        lost.write_bytes(b"the power went before its job was written")
        drafted = tmp_path / "queue" / ".abcdef.part"
        drafted.write_bytes(b"half")
        now = datetime.now(UTC)
        queue.tidy(now)
        assert lost.exists()
        queue.tidy(now + timedelta(days=5))
        assert (lost.exists(), drafted.exists()) == (False, False)


# ── Crashes ──

SENDER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from kiosk.printing.printers import Language, Printer
from kiosk.printing.spool import Spool

folder, target, language = sys.argv[1:]
printer = Printer("machine", target, Language(language), 203)
queue = Spool(Path(folder), {"machine": printer}, lambda: datetime.now(UTC), patience=60, look_every=0.05)
"""


@contextmanager
def process(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", script, *arguments]
    running = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        running.kill()
        running.communicate()


def wait_until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_a_job_that_was_being_printed_when_the_program_was_killed_is_told_and_not_printed_again(
    tmp_path: Path,
) -> None:
    with NetworkPrinter(hanging) as machine:
        printer = Printer("machine", machine.target)
        with spool(tmp_path / "queue", printer) as queue:
            first, second = add(queue, MUCH, "machine"), add(queue, b"next", "machine")
            with process(SENDER + "queue.start(); input()", str(tmp_path / "queue"), machine.target, "pdf") as killed:
                wait_until(lambda: queue.job(first.job_id).state is JobState.PRINTING)
                os.kill(killed.pid, signal.SIGKILL)
                killed.wait()
            assert queue.job(first.job_id).state is JobState.PRINTING  # nobody was left to change it
            with NetworkPrinter() as well:
                queue.use({"machine": replace(printer, target=well.target)})
                queue.start()
                told = queue.wait_for(first.job_id, LONG)
                assert (told.state, problem(told)) == (JobState.FAILED, "interrupted")
                assert queue.wait_for(second.job_id, LONG).state is JobState.DONE  # it was not begun
                assert well.got == [b"next"]
                queue.retry(first.job_id)
                assert queue.wait_for(first.job_id, LONG).state is JobState.DONE
            assert well.got == [b"next", MUCH]


ADDER = (
    SENDER
    + """
from kiosk.flows.views import Text
number = 0
while True:
    number += 1
    job = queue.add(Text("printer.state.waiting"), str(number).encode() * 20_000, "machine", 1, datetime.now(UTC))
    print(number, job.job_id, flush=True)
"""
)


def test_what_was_added_is_whole_after_a_kill_at_any_moment(tmp_path: Path) -> None:
    chance = random.Random(4)
    added: dict[str, int] = {}
    for _ in range(4):
        with process(ADDER, str(tmp_path / "queue"), f"dummy:{tmp_path}", "tspl") as killed:
            assert killed.stdout is not None
            lines = [killed.stdout.readline()]
            time.sleep(chance.uniform(0.0, 0.05))
            os.kill(killed.pid, signal.SIGKILL)
            lines += killed.stdout.readlines()
        added |= {job_id: int(number) for number, job_id in map(str.split, lines)}
    with spool(tmp_path / "queue", keeping(tmp_path, "machine")) as queue:
        jobs = {job.job_id: job for job in queue.jobs()}
        assert set(added) <= set(jobs)
        assert {job.state for job in jobs.values()} == {JobState.WAITING}
        for job_id, number in added.items():
            assert queue.content(job_id) == str(number).encode() * 20_000
        for job_id in jobs:  # one of each round may have been killed after it was in, before it was told
            assert len(queue.content(job_id)) >= 20_000
        queue.tidy(NOW + timedelta(days=400))
        assert len(queue.jobs()) == len(jobs)
    assert not list((tmp_path / "queue").glob(".*.part"))


def test_two_processes_over_one_folder_print_everything_once(tmp_path: Path) -> None:
    target = f"dummy:{tmp_path / 'out'}"
    folder = tmp_path / "queue"
    work = "queue.start(); print('ready', flush=True); input()"
    with spool(folder, keeping(tmp_path / "out", "machine")) as queue:
        jobs = [add(queue, bytes([number]), "machine") for number in range(15)]
        with (
            process(SENDER + work, str(folder), target, "tspl") as one,
            process(SENDER + work, str(folder), target, "tspl") as two,
        ):
            for running in (one, two):
                assert running.stdout is not None
                running.stdout.readline()
            jobs += [add(queue, bytes([number]), "machine") for number in range(15, 30)]
            done = [queue.wait_for(job.job_id, LONG) for job in jobs]
    assert {(job.state, job.tries) for job in done} == {(JobState.DONE, 1)}
    assert kept(tmp_path / "out") == [bytes([number]) for number in range(30)]


def test_threads_and_processes_that_add_at_once_each_get_a_job_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "queue"
    with spool(folder, keeping(tmp_path, "machine")) as queue:
        with process(ADDER, str(folder), f"dummy:{tmp_path}", "tspl") as other:
            assert other.stdout is not None
            other.stdout.readline()
            mine: list[Job] = []
            threads = [threading.Thread(target=lambda: mine.append(add(queue, b"mine", "machine"))) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(LONG)
        jobs = queue.jobs()
        assert {job.job_id for job in mine} <= {job.job_id for job in jobs}
        assert len({job.job_id.partition("-")[0] for job in jobs}) == len(jobs)
        assert {queue.content(job.job_id) for job in mine} == {b"mine"}


# ── Disks ──


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """The kernel refuses to make a file longer (RLIMIT_FSIZE), as a full disk or a quota does."""
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        job = add(queue, b"label")
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, hard))
        try:
            assert trouble_of(lambda: add(queue, MUCH)) == "disk_full"
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert queue.jobs() == (job,)
        assert not list((tmp_path / "queue").glob(".*"))
        assert queue.trouble is not None
        assert queue.trouble.key == "printer.trouble.disk_full"
        add(queue, b"another")
        assert queue.trouble is None


def test_a_folder_that_vanished_is_told_and_work_goes_on_when_it_is_back(tmp_path: Path) -> None:
    told = threading.Event()
    with spool(tmp_path / "queue", keeping(tmp_path / "out"), on_change=told.set) as queue:
        job = add(queue, b"label")
        (tmp_path / "queue").rename(tmp_path / "away")
        told.clear()
        assert trouble_of(queue.jobs) == "queue_gone"
        assert told.is_set()
        assert trouble_of(lambda: add(queue, b"other")) == "queue_gone"
        assert trouble_of(lambda: queue.retry(job.job_id)) == "queue_gone"
        assert not (tmp_path / "queue").exists()
        queue.start()
        assert queue.trouble is not None
        (tmp_path / "away").rename(tmp_path / "queue")
        assert queue.wait_for(job.job_id, LONG).state is JobState.DONE
        assert queue.trouble is None


def test_a_folder_that_vanishes_in_the_middle_of_printing_prints_nothing_twice(tmp_path: Path) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def temper(caller: object, machine: NetworkPrinter) -> None:
        arrived.set()
        go_on.wait(LONG)
        machine.got.append(caller.recv(100))  # type: ignore[attr-defined]  # a socket

    with (
        NetworkPrinter(temper) as machine,
        spool(tmp_path / "queue", Printer("office", machine.target)) as queue,
    ):
        job = add(queue, b"page", "office")
        queue.start()
        assert arrived.wait(LONG)
        (tmp_path / "queue").rename(tmp_path / "away")
        go_on.set()
        wait_until(lambda: queue.trouble is not None)
        (tmp_path / "away").rename(tmp_path / "queue")
        found = queue.wait_for(job.job_id, LONG)
        assert (found.state, problem(found)) == (JobState.FAILED, "interrupted")
        assert machine.got == [b"page"]


def test_a_folder_that_cannot_be_made_is_told_when_it_is_needed(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with spool(tmp_path / "file" / "queue", keeping(tmp_path)) as queue:
        queue.start()
        assert trouble_of(lambda: add(queue, b"label")) == "queue_gone"


@pytest.mark.parametrize("content", [b"", b"\x00" * 300, b"[]", b'{"title": 3}', b"\xff", b"null"])
def test_a_damaged_job_is_shown_as_such_hides_no_other_and_can_be_cancelled(tmp_path: Path, content: bytes) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        damaged, other = add(queue, b"label"), add(queue, b"other")
        (tmp_path / "queue" / f"{damaged.job_id}.json").write_bytes(content)
        shown, _ = queue.jobs()
        assert (shown.job_id, shown.state, problem(shown)) == (damaged.job_id, JobState.FAILED, "unreadable")
        queue.start()
        assert queue.wait_for(other.job_id, LONG).state is JobState.DONE
        queue.cancel(damaged.job_id)
        assert [job.job_id for job in queue.jobs()] == [other.job_id]
    assert kept(tmp_path / "out") == [b"other"]


def test_a_damaged_job_is_never_put_back_in_the_queue(tmp_path: Path) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        damaged = add(queue, b"label")
        (tmp_path / "queue" / f"{damaged.job_id}.json").write_bytes(b"")
        assert trouble_of(lambda: queue.retry(damaged.job_id)) == "unreadable"
        assert trouble_of(lambda: queue.move_to(damaged.job_id, "keeper")) == "unreadable"


def test_a_job_without_its_bytes_fails_alone(tmp_path: Path) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        empty, other = add(queue, b"label"), add(queue, b"other")
        (tmp_path / "queue" / f"{empty.job_id}.job").unlink()
        queue.start()
        assert problem(queue.wait_for(empty.job_id, LONG)) == "no_content"
        assert queue.wait_for(other.job_id, LONG).state is JobState.DONE


def unreadable(file: Path) -> None:
    """A file on a bad spot of the disk: reading it is an input/output error."""
    file.unlink()
    file.symlink_to("/proc/self/mem")


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [unreadable, a_folder])
def test_a_job_that_the_disk_does_not_give_back_is_shown_as_such_and_the_others_are_printed(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        bad, other = add(queue, b"label"), add(queue, b"other")
        spoil(tmp_path / "queue" / f"{bad.job_id}.json")
        shown, _ = queue.jobs()
        assert (shown.job_id, shown.state, problem(shown)) == (bad.job_id, JobState.FAILED, "unreadable")
        queue.start()
        assert queue.wait_for(other.job_id, LONG).state is JobState.DONE
        assert queue.trouble is None
    assert kept(tmp_path / "out") == [b"other"]


@pytest.mark.parametrize("spoil", [unreadable, a_folder])
def test_a_job_whose_bytes_the_disk_does_not_give_back_fails_alone(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
        bad, other = add(queue, b"label"), add(queue, b"other")
        spoil(tmp_path / "queue" / f"{bad.job_id}.job")
        queue.start()
        assert problem(queue.wait_for(bad.job_id, LONG)) == "no_content"
        assert queue.wait_for(other.job_id, LONG).state is JobState.DONE


def test_what_cannot_be_tidied_away_holds_nothing_up(tmp_path: Path) -> None:
    folder = tmp_path / "queue"
    with spool(folder, keeping(tmp_path / "out")) as queue:
        (folder / ".0123456789abcdef.part").mkdir()
        os.utime(folder / ".0123456789abcdef.part", (0, 0))
        job = add(queue, b"label")
        queue.start()
        assert queue.wait_for(job.job_id, LONG).state is JobState.DONE


def eventually(holds: Callable[[], bool]) -> bool:
    ends = time.monotonic() + LONG
    while not holds() and time.monotonic() < ends:
        time.sleep(0.01)
    return holds()


def test_a_queue_whose_looks_fail_says_so_once_and_prints_when_they_work_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broken = threading.Event()
    looks: list[int] = []

    class Looking(Spool):
        def jobs(self) -> tuple[Job, ...]:
            if broken.is_set():
                looks.append(1)
                raise RuntimeError("can't start new thread")
            return super().jobs()

    broken.set()
    queue = Looking(tmp_path / "queue", {"keeper": keeping(tmp_path / "out")}, lambda: NOW, look_every=0.01)
    try:
        job = queue.add(TITLE, b"label", "keeper", 12, NOW)
        queue.start()
        assert eventually(lambda: len(looks) > 5)
        assert queue.trouble == PrintTrouble("queue_defect", reason="RuntimeError").text
        broken.clear()
        assert queue.wait_for(job.job_id, LONG).state is JobState.DONE
        assert eventually(lambda: queue.trouble is None)
    finally:
        queue.close(LONG)
    assert [record.message.partition(" at ")[0] for record in caplog.records] == ["print-queue: RuntimeError"]


def test_a_sender_that_fails_says_so_and_is_started_again(tmp_path: Path) -> None:
    tries: list[int] = []

    def broken_twice() -> datetime:
        if threading.current_thread().name == "printer-keeper" and len(tries) < 2:
            tries.append(1)
            raise OverflowError("the clock has gone wild")
        return NOW

    with spool(tmp_path / "queue", keeping(tmp_path / "out"), now=broken_twice) as queue:
        first, second, third = (add(queue, word) for word in (b"1", b"2", b"3"))
        queue.start()
        assert queue.wait_for(third.job_id, LONG).state is JobState.DONE
        for job in (first, second):  # they are on paper, and could not be written down as done: a person looks
            assert problem(queue.wait_for(job.job_id, LONG)) == "interrupted"
        assert eventually(lambda: queue.trouble is None)
    assert kept(tmp_path / "out") == [b"1", b"2", b"3"]


# ── What nobody else may see ──


def test_only_the_owner_can_read_the_queue(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        with spool(tmp_path / "queue", keeping(tmp_path / "out")) as queue:
            job = add(queue, b"label")
            queue.start()
            queue.wait_for(job.job_id, LONG)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "queue").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "queue").iterdir()} == {0o600}


def test_no_log_holds_what_is_printed_even_when_the_program_fails(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(title: Text) -> str:
        raise ValueError("王小明")

    with spool(tmp_path / "queue", keeping(tmp_path / "out"), Printer("gone", "device:/no/lp0"), say=broken) as queue:
        defect, failed = add(queue, "王小明".encode()), add(queue, "王小明".encode(), "gone")
        queue.start()
        assert problem(queue.wait_for(defect.job_id, LONG)) == "defect"
        queue.wait_for(failed.job_id, LONG)
    assert "ValueError" in caplog.text
    assert "王小明" not in caplog.text


def test_a_listener_that_fails_stops_nothing(tmp_path: Path) -> None:
    def broken() -> None:
        raise RuntimeError("the window is gone")

    with spool(tmp_path / "queue", keeping(tmp_path / "out"), on_change=broken) as queue:
        job = add(queue, b"label")
        queue.start()
        assert queue.wait_for(job.job_id, LONG).state is JobState.DONE


# ── Titles ──

plain_values: st.SearchStrategy[Value] = st.one_of(
    st.text(max_size=20),
    st.integers(-(2**40), 2**40),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.builds(ClassName, st.integers(1, 9), st.integers(1, 30), st.text(max_size=5)),
    st.builds(Money, st.integers()),
    st.builds(Weekday, st.integers(1, 7)),
)


def texts(values: st.SearchStrategy[Value]) -> st.SearchStrategy[Text]:
    filled: st.SearchStrategy[Mapping[str, Value]] = st.dictionaries(st.text(max_size=5), values, max_size=3)
    return st.builds(Text, st.text(max_size=20), filled)


nested: st.SearchStrategy[Value] = st.one_of(
    plain_values,
    texts(plain_values),
    st.lists(st.one_of(st.text(max_size=5), texts(plain_values)), max_size=3).map(tuple),
)


@given(texts(nested))
def test_a_title_comes_back_from_the_file_as_it_was(title: Text) -> None:
    assert text_from_plain(json.loads(json.dumps(text_to_plain(title)))) == title


def test_values_keep_their_kinds() -> None:
    title = Text(
        "x", {"when": datetime(2026, 11, 23, 4, 15, tzinfo=UTC), "day": date(2026, 11, 23), "at": time_of_day(4)}
    )
    again = text_from_plain(json.loads(json.dumps(text_to_plain(title))))
    assert [type(value) for value in again.values.values()] == [datetime, date, time_of_day]
