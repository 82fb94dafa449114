"""`windows:QUEUE`: a printer of Windows. Bytes for label and slip printers go through the spooler as they are; a
PDF is printed by the program that opens PDFs there, if it knows how to (the verb `printto`).

Written from Microsoft's documents (winspool.drv: OpenPrinter, StartDocPrinter, WritePrinter; ShellExecute), and
not tried on Windows.
"""

from __future__ import annotations

import sys

from kiosk.printing.printers import Found, Language, Printer, PrintTrouble

if sys.platform == "win32":
    import contextlib
    import ctypes
    import os
    import tempfile
    import time
    import winreg
    from collections.abc import Iterator
    from ctypes import wintypes
    from pathlib import Path

    class _DocInfo(ctypes.Structure):  # DOC_INFO_1W
        _fields_ = (
            ("pDocName", wintypes.LPWSTR),
            ("pOutputFile", wintypes.LPWSTR),
            ("pDatatype", wintypes.LPWSTR),
        )

    _spooler = ctypes.WinDLL("winspool.drv", use_last_error=True)

    @contextlib.contextmanager
    def _opened(printer: Printer, queue: str) -> Iterator[wintypes.HANDLE]:
        handle = wintypes.HANDLE()
        if not _spooler.OpenPrinterW(ctypes.c_wchar_p(queue), ctypes.byref(handle), None):
            raise PrintTrouble("no_windows_queue", printer=printer.name, queue=queue)
        try:
            yield handle
        finally:
            _spooler.ClosePrinter(handle)

    def _send_raw(printer: Printer, queue: str, content: bytes, title: str) -> None:
        with _opened(printer, queue) as handle:
            about = _DocInfo(title, None, "RAW")
            if not _spooler.StartDocPrinterW(handle, 1, ctypes.byref(about)):
                raise _system(printer)
            try:
                written = wintypes.DWORD()
                taken = _spooler.WritePrinter(handle, content, len(content), ctypes.byref(written))
                if not taken or written.value != len(content):
                    raise _system(printer)
            finally:
                _spooler.EndDocPrinter(handle)

    def _print_pdf(printer: Printer, queue: str, content: bytes) -> None:
        _clear_old()
        with tempfile.NamedTemporaryFile(prefix=_PREFIX, suffix=".pdf", delete=False) as file:
            file.write(content)
        try:
            os.startfile(file.name, "printto", f'"{queue}"')  # noqa: S606  the verb is how Windows prints a file
        except OSError as error:
            Path(file.name).unlink(missing_ok=True)
            raise PrintTrouble("no_viewer", printer=printer.name) from error

    _PREFIX = "library-print-"

    def _clear_old() -> None:
        """The program that prints does not say when it has read its file: files of yesterday are done with."""
        for path in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*.pdf"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > 86_400:
                    path.unlink()

    def _system(printer: Printer) -> PrintTrouble:
        return PrintTrouble("system", printer=printer.name, reason=ctypes.FormatError(ctypes.get_last_error()).strip())


def send(printer: Printer, place: str, content: bytes, title: str, patience: float) -> None:  # noqa: ARG001  as all
    """Hand the job to Windows. Raises PrintTrouble."""
    if sys.platform == "win32":
        with _opened(printer, place):
            pass
        if printer.language is Language.PDF:
            _print_pdf(printer, place, content)
        else:
            _send_raw(printer, place, content, title)
    else:
        raise PrintTrouble("not_windows", printer=printer.name)


def reach(printer: Printer, place: str, patience: float) -> None:  # noqa: ARG001  as all
    """Whether Windows knows the printer. Raises PrintTrouble."""
    if sys.platform == "win32":
        with _opened(printer, place):
            return
    raise PrintTrouble("not_windows", printer=printer.name)


def found() -> tuple[Found, ...]:
    """The printers that Windows lists for this user; none elsewhere."""
    names: list[str] = []
    if sys.platform == "win32":
        devices = r"Software\Microsoft\Windows NT\CurrentVersion\Devices"
        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, devices) as key:
            while True:  # until there is no next one
                names.append(winreg.EnumValue(key, len(names))[0])
    return tuple(Found(f"windows:{name}", name) for name in names)
