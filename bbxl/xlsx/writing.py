"""Writing files: whole or not at all, and with what protects the file that is replaced.

A file is written under a name of its own, then renamed. So a rename must not lose what the file
in its place had: its mode, its owner, and that a person made it read-only. What a process that was
killed left under such a name is removed by the next write to the folder. A file that is being
written is locked until it is renamed; Windows removes no file that is open.
"""

import filecmp
import os
import re
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from threading import get_ident
from types import ModuleType
from typing import IO

from bbxl.xlsx import WorkbookError

try:
    fcntl: ModuleType | None = import_module("fcntl")
except ImportError:  # on Windows
    fcntl = None

PART = ".bbxl-", ".part"  # what names of files begin and end with while they are written
_UNFINISHED = re.compile(r"\.bbxl-[0-9a-f]{16}-\d+-\d+\.part")  # as `unfinished` makes them
_ANOTHER = "another program: close it there"
_PROCESS = token_hex(8)
_BINARY = getattr(os, "O_BINARY", 0)
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | _BINARY
_AS_IT_IS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | _BINARY


def unfinished(folder: str | Path) -> str:
    """The path in a folder to which this thread writes a file until it is whole.

    It is the same each time: a new name takes longer to make.
    """
    return os.path.join(folder, f"{PART[0]}{_PROCESS}-{os.getpid()}-{get_ident()}{PART[1]}")


def remove_unfinished(folder: str | Path) -> None:
    """Remove from a folder what was never finished: files, and folders of a file's parts."""
    with os.scandir(folder) as files:  # one by one: glob would list them all
        for each in files:
            if each.name.startswith(PART[0]) and each.name.endswith(PART[1]):
                if each.is_dir(follow_symlinks=False):
                    shutil.rmtree(each.path)
                else:
                    Path(each.path).unlink(missing_ok=True)


def sweep(folder: str | Path) -> None:
    """Remove from a folder the unfinished files of processes that were killed."""
    with suppress(OSError), os.scandir(folder) as files:
        for each in files:
            if _UNFINISHED.fullmatch(each.name) and each.is_file(follow_symlinks=False):
                with suppress(OSError):  # it is in use, or somebody else's
                    _remove_unused(each.path)


def _remove_unused(path: str) -> None:
    if fcntl is None:
        os.unlink(path)
        return
    file = os.open(path, os.O_RDWR | _AS_IT_IS)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.unlink(path)
    finally:
        os.close(file)


def place(target: str | Path, follow: bool = True) -> tuple[str, os.stat_result | None]:
    """Where a file is to be written, and what is there: None, or a file that may be replaced.

    Parameters
    ----------
    target : its path.
    follow : whether a symbolic link leads to the place; else it is refused.

    Raises
    ------
    WorkbookError : nothing may be written there, or a program has the file open.
    """
    path, there = plain(target, follow)
    if there and (held := _held(path)):
        raise WorkbookError(f"{target} is open in {held}")
    return path, there


def plain(target: str | Path, follow: bool = False) -> tuple[str, os.stat_result | None]:
    """A path, and what is there: None, or a plain file, not read-only, that may be open here.

    Parameters
    ----------
    target, follow : as of `place`.

    Raises
    ------
    WorkbookError : something else is there.
    """
    path = os.fspath(target)
    try:
        there = os.lstat(path)
    except FileNotFoundError:
        return path, None
    except OSError as error:
        raise WorkbookError(f"{target}: {error.strerror}") from None
    if stat.S_ISLNK(there.st_mode):
        if not follow:
            raise WorkbookError(f"{target} is a symbolic link; remove it")
        return plain(os.path.realpath(path))
    if not stat.S_ISREG(there.st_mode):
        raise WorkbookError(f"{target} is not a plain file; name another one")
    if not there.st_mode & 0o222 or not os.access(path, os.W_OK):
        raise WorkbookError(f"{target} is read-only; make it writable, or name another file")
    return path, there


def _held(path: str) -> str:
    """The program in which a file is open, as far as it shows, and what to do; else ""."""
    folder, name = os.path.split(path)
    for mark, program in ((f".~lock.{name}#", "LibreOffice"), (f"~${name}", "Excel")):
        if os.path.lexists(os.path.join(folder, mark)):
            return f"{program}: close it there; if it is not open, remove {mark} beside it"
    if fcntl is None:
        try:
            os.rename(path, path)  # Windows refuses it where another program has the file open
        except PermissionError:
            return _ANOTHER
    return ""


def open_plain(path: str | Path, flags: int = os.O_RDONLY) -> int:
    """Open a plain file that is there; WorkbookError for a symbolic link and all else."""
    plain(path)  # Windows cannot refuse a link as it opens
    try:
        file = os.open(path, flags | _AS_IT_IS)
    except OSError as error:
        raise WorkbookError(f"{path}: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise WorkbookError(f"{path} is not a plain file; remove it")
    return file


@contextmanager
def whole(target: str | Path, follow: bool = True, replace: bool = True) -> Iterator[IO[bytes]]:
    """A file to write to. It replaces the target when all went well, and else is removed.

    Parameters
    ----------
    target : its path.
    follow : whether a symbolic link leads to the target; else it is refused.
    replace : whether a file that holds something else is replaced; else it is refused.
    """
    path, there = place(target, follow)
    temporary = unfinished(os.path.dirname(path))
    try:
        file = _new(temporary, there)
        with _locked(file):
            with open(file, "w+b") as content:
                yield content
            if there and not replace:
                if not filecmp.cmp(temporary, path, shallow=False):
                    raise _holds_something_else(target)
                os.unlink(temporary)
            else:
                os.replace(temporary, path)
    except BaseException as error:
        _give_up(temporary, target, error)
        raise


@contextmanager
def _locked(file: int) -> Iterator[None]:
    """Keep a file's lock, also when the file is closed; Windows renames none that is open."""
    held = os.dup(file) if fcntl else None
    try:
        yield
    finally:
        if held is not None:
            os.close(held)


def write_whole(
    target: str | Path,
    *pieces: bytes,
    temporary: str = "",
    follow: bool = True,
    replace: bool = True,
) -> None:
    """Write a file so that it appears whole or not at all.

    Parameters
    ----------
    target : its path.
    pieces : what it holds.
    temporary : what `unfinished` gives for its folder, asked once for thousands of files.
    follow : whether a symbolic link leads to the target; else it is refused.
    replace : whether a file that holds something else is replaced; else it is refused.

    Raises
    ------
    WorkbookError : it cannot be written; what was there is there still.
    """
    # Not written with `whole`, with which a file of 25 KB takes a quarter longer.
    path, there = place(target, follow)
    if not temporary:
        sweep(os.path.dirname(path) or ".")
        temporary = unfinished(os.path.dirname(path))
    try:
        if there and not replace:
            if Path(path).read_bytes() != b"".join(pieces):
                raise _holds_something_else(target)
            return
        file = _new(temporary, there)  # in two thirds of the time of a buffered file
        try:
            for piece in pieces:
                written = os.write(file, piece)
                while written < len(piece):  # a disk that fills up takes a part, and then refuses
                    written += os.write(file, piece[written:])
            if fcntl:
                os.replace(temporary, path)
        finally:
            os.close(file)
        if not fcntl:
            os.replace(temporary, path)
    except BaseException as error:
        _give_up(temporary, target, error)
        raise


def _new(temporary: str, there: os.stat_result | None) -> int:
    """A new file, locked, with the owner and the mode of the one that it replaces."""
    file = os.open(temporary, _NEW, 0o600 if there else 0o666)
    if fcntl:
        with suppress(OSError):  # a file system that has no locks
            fcntl.flock(file, fcntl.LOCK_EX)
        if not os.fstat(file).st_nlink:  # it was swept away before it was locked
            os.close(file)
            return _new(temporary, there)
    if there and hasattr(os, "fchown"):  # Windows has but one mode of a file that can be written
        mode, own = stat.S_IMODE(there.st_mode) & 0o777, os.fstat(file)
        if (own.st_uid, own.st_gid) != (there.st_uid, there.st_gid):
            with suppress(OSError):  # only root gives files away
                os.fchown(file, there.st_uid, -1)
            try:
                os.fchown(file, -1, there.st_gid)
            except OSError:
                mode &= 0o707  # what one group might do is not for another
        os.fchmod(file, mode)
    return file


def _holds_something_else(target: str | Path) -> WorkbookError:
    return WorkbookError(
        f"{target} is there already and holds something else: move it, or give --overwrite too"
    )


def _give_up(temporary: str, target: str | Path, error: BaseException) -> None:
    with suppress(OSError):  # it was never made, or its file system has become read-only
        os.unlink(temporary)
    if isinstance(error, PermissionError) and fcntl is None and os.path.isfile(target):
        raise WorkbookError(f"{target} is open in {_ANOTHER}") from None
    if isinstance(error, OSError):
        raise WorkbookError(f"{target}: {error.strerror}") from None
