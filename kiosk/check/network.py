"""Whether a folder lies on another machine, as Linux and Windows tell it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path, PureWindowsPath

from kiosk.check.result import Surroundings

NETWORK_FILE_SYSTEMS = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "9p", "afs", "ceph", "glusterfs", "lustre", "davfs"),
        *("fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.rclone", "fuse.s3fs", "fuse.curlftpfs", "fuse.smbnetfs"),
        *("fuse.davfs2", "fuse.gvfsd-fuse"),
        *("vboxsf", "vmhgfs", "fuse.vmhgfs-fuse", "prl_fs"),  # folders that a virtual machine's host shares with it
    }
)
"""Types of file systems, as Linux names them, whose files another machine keeps."""

_DRIVE_REMOTE = 4  # GetDriveTypeW's answer for a network drive


def network_mount(folder: Path, mounts: str) -> str | None:
    """The type of the network file system that the absolute path `folder` lies on; None if on no such.

    `mounts` is as in /proc/mounts (proc_pid_mounts(5), fstab(5)): device, mount point, type and more, with blanks
    in octal. The deepest mount point counts; of two on the same one the later hides the earlier.
    """
    deepest, found = -1, ""
    for line in mounts.split("\n"):
        _device, point, kind, *_ = (*line.split(" "), "", "")
        place = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point))
        if folder.is_relative_to(place) and len(place.parts) >= deepest:
            deepest, found = len(place.parts), kind
    return found if found in NETWORK_FILE_SYSTEMS else None


def network_drive(folder: str, drive_type: Callable[[str], int]) -> str | None:
    """The network drive or server that a Windows path lies on (`Z:`, `\\\\server\\share`); None if on no such.

    `drive_type` is Windows' GetDriveTypeW: from a drive's root (`Z:\\`) to its kind.
    """
    drive = PureWindowsPath(folder).drive
    bare = re.sub(r"^\\\\[?.]\\(UNC(?=\\|$))?", lambda prefix: "\\" if prefix[1] else "", drive, flags=re.IGNORECASE)
    if bare.startswith("\\"):
        return bare
    return bare if bare.endswith(":") and drive_type(f"{bare}\\") == _DRIVE_REMOTE else None


def network_place(around: Surroundings, folder: Path) -> str | None:
    """The network file system, drive or server that a folder lies on; None if it is on this machine."""
    if sys.platform == "win32":
        import ctypes

        return network_drive(str(folder), ctypes.windll.kernel32.GetDriveTypeW)
    try:
        mounts = around.mounts.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:  # a system that tells its mounts otherwise
        return None
    return network_mount(folder, mounts)
