"""What a kiosk does by itself once its library is open: the backup of the day.

It runs in a thread of its own with a connection of its own and never holds a scan up. A backup that cannot be made
(the USB stick was pulled) is told in the log and by `kiosk check`, and is tried again at the next start.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from kiosk.clock import Clock, usual_local
from kiosk.settings import Settings
from kiosk.store.backup import BackupTrouble, backup, default_folder, due_today
from kiosk.store.library import Library, StoreTrouble, is_postgres, open_library

AFTER_OPENING = 20.0  # seconds: the queue at the door comes first
_log = logging.getLogger(__name__)


class Upkeep:
    """The upkeep of the library at `location` from this machine."""

    def __init__(self, settings: Settings, location: str, clock: Clock, after: float = AFTER_OPENING) -> None:
        self._settings = settings
        self._location = location
        self._clock = clock
        self._after = after
        self._timer: threading.Timer | None = None

    def library_opened(self, library: Library) -> None:  # noqa: ARG002  it opens one of its own
        """Plan the backup of the day, if the settings ask for one. Returns at once."""
        if self._settings.backup.daily and self._timer is None:
            self._timer = threading.Timer(self._after, self.back_up)
            self._timer.daemon = True
            self._timer.start()

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
        except BackupTrouble as trouble:
            _log.warning("no backup today: %s %s", trouble.code.value, trouble.detail)
            return None
        except StoreTrouble as trouble:
            _log.warning("no backup today: %s %s", trouble.code.value, trouble.detail)
            return None
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
