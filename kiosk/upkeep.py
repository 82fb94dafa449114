"""What a kiosk does by itself while its library is open: the backup of each day, also where nobody ever restarts it.

It runs in a thread of its own with a connection of its own and never holds a scan up. A backup that cannot be made
(the USB stick was pulled) is told in the log and by `kiosk check`, and is tried again an hour later.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from kiosk.clock import Clock, usual_local
from kiosk.defects import place_of
from kiosk.settings import Settings
from kiosk.store.backup import BackupTrouble, backup, default_folder, due_today
from kiosk.store.library import Library, StoreTrouble, open_library
from kiosk.store.place import is_postgres

AFTER_OPENING = 20.0  # seconds: the queue at the door comes first
LOOK_EVERY = 3600.0  # seconds between two looks whether a backup is due
_log = logging.getLogger(__name__)


class Upkeep:
    """The upkeep of the library at `location` from this machine."""

    def __init__(
        self, settings: Settings, location: str, clock: Clock, after: float = AFTER_OPENING, every: float = LOOK_EVERY
    ) -> None:
        self._settings = settings
        self._location = location
        self._clock = clock
        self._after = after
        self._every = every
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._told = ""

    def library_opened(self, library: Library) -> None:  # noqa: ARG002  it opens one of its own
        """Begin to make the backups of the days, if the settings ask for them. Returns at once."""
        if self._settings.backup.daily and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Begin no backup any more."""
        self._closing.set()

    def _run(self) -> None:
        wait = self._after
        while not self._closing.wait(wait):
            wait = self._every
            try:
                self.back_up()
            except Exception as error:  # a defect must not end the backups for good
                self._tell(place_of(error))

    def _tell(self, why: str) -> None:
        """Log why there is no backup; once, not with every look."""
        if why != self._told:
            _log.warning("no backup today: %s", why)
        self._told = why

    def back_up(self) -> Path | None:
        """Make today's backup unless it is there; gives the new file."""
        now = usual_local(self._clock.utc())
        folder = self.folder()
        try:
            if folder is not None and not due_today(folder, now.date()):
                return None
            library = open_library(self._location)
            try:
                report = backup(library, self._wanted(), self._settings.backup.keep, now=now)
            finally:
                library.close()
        except (BackupTrouble, StoreTrouble) as trouble:
            self._tell(f"{trouble.code.value} {trouble.detail}")
            return None
        self._told = ""
        _log.info("backup %s, %d bytes", report.file, report.size)
        return report.file

    def folder(self) -> Path | None:
        """Where backups go; None for a library on a server without a folder in the settings."""
        return backup_folder(self._settings, self._location)

    def _wanted(self) -> Path | None:
        return Path(self._settings.backup.folder).expanduser() if self._settings.backup.folder else None


def backup_folder(settings: Settings, location: str) -> Path | None:
    """Where this machine's backups of `location` go; None for a server's library without a folder set."""
    if settings.backup.folder:
        return Path(settings.backup.folder).expanduser()
    return None if is_postgres(location) else default_folder(location)
