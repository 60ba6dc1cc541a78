"""One run at a time owns a folder: a lock that names its holder.

The operating system keeps the lock, on a file in the folder: it ends when its process ends,
also one that is killed. A symbolic link in place of the file is refused, as all is that is no
plain file.
"""

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from bbxl.errors import UserError
from bbxl.xlsx.writing import plain

NAME = ".bbxl-lock"
_HOLDER = re.compile(rb"process \d{1,20} on [\w.-]{1,255}")


@contextmanager
def owned(folder: Path) -> Iterator[None]:
    """Own a folder, which is made where it is missing, and removed again where it stays empty.

    Raises
    ------
    UserError : another run owns it, or the lock's file cannot be used.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _locked(folder):
            yield
    finally:
        for each in missing:
            with suppress(OSError):  # it is not empty
                each.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    path = folder / NAME
    plain(path)  # another run may have it open
    lock = FileLock(path, timeout=0, on_acquired=_sign)
    try:
        lock.acquire()
    except Timeout:
        raise UserError(
            f"{folder} is in use by another run ({_holder(path)}); wait for its end, or choose "
            "another folder"
        ) from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes it on release
            path.unlink()
        lock.release()


def _sign(file: int) -> None:
    """Write who holds the lock, from the second byte on: Windows lets nobody read the first."""
    with suppress(OSError):
        os.truncate(file, 0)
        os.write(file, f" process {os.getpid()} on {socket.gethostname()}".encode())


def _holder(path: Path) -> str:
    """Who holds the lock, as its file says."""
    with suppress(OSError):
        flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        file = os.open(path, os.O_RDONLY | flags)
        try:
            os.lseek(file, 1, os.SEEK_SET)
            if found := _HOLDER.fullmatch(os.read(file, 300)):
                return found[0].decode()
        finally:
            os.close(file)
    return "of an unknown process"
