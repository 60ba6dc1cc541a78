"""Writing files: whole or not at all, and what protects the file in their place stays."""

import os
import re
import stat
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from bbxl.cli import main
from bbxl.xlsx import WorkbookError, writing
from bbxl.xlsx.writing import open_plain, whole, write_whole

unix = pytest.mark.skipif(sys.platform == "win32", reason="modes, owners and links of Unix")


def at_once(target, data, **options):
    write_whole(target, data[:2], data[2:], **options)


def in_steps(target, data, **options):
    with whole(target, **options) as file:
        file.write(data)


@pytest.fixture(params=[at_once, in_steps])
def write(request):
    return request.param


@contextmanager
def umask(mask):
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_nothing_is_half_written(write, tmp_path, monkeypatch):
    target = tmp_path / "whole.bin"
    target.write_bytes(b"old")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(WorkbookError, match=r"whole\.bin: No space left"):
        write(target, b"new")
    assert target.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["whole.bin"]


def test_a_file_is_whole_where_the_disk_takes_it_in_parts(tmp_path, monkeypatch):
    take = os.write
    monkeypatch.setattr(os, "write", lambda file, data: take(file, data[:7]))
    write_whole(tmp_path / "file", bytes(range(100)))
    assert (tmp_path / "file").read_bytes() == bytes(range(100))


def test_a_file_system_that_is_read_only_is_told_with_the_file_s_name(write, tmp_path, monkeypatch):
    def refuse(path, *_):
        raise OSError(30, "Read-only file system", path)

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "unlink", refuse)
    target = tmp_path / "file"
    told = f"{re.escape(str(target))}: Read-only file system$"
    with pytest.raises(WorkbookError, match=told):
        write(target, b"new")


@unix
@pytest.mark.parametrize("before", [0o600, 0o640, 0o664, 0o755, 0o666, 0o200])
@pytest.mark.parametrize("mask", [0o022, 0o077, 0])
def test_a_file_that_is_replaced_keeps_its_mode(write, tmp_path, before, mask):
    target = tmp_path / "file"
    target.write_bytes(b"old")
    target.chmod(before)
    with umask(mask):
        write(target, b"new")
        write(tmp_path / "other", b"new")
    assert (target.read_bytes(), mode(target)) == (b"new", before)
    assert mode(tmp_path / "other") == 0o666 & ~mask


@unix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives away")
def test_a_file_that_is_replaced_keeps_its_owner(write, tmp_path):
    target = tmp_path / "file"
    target.write_bytes(b"old")
    os.chown(target, 1234, 4321)
    target.chmod(0o640)
    write(target, b"new")
    there = target.stat()
    assert (there.st_uid, there.st_gid, mode(target)) == (1234, 4321, 0o640)


@unix
def test_another_group_gets_no_rights_where_the_group_cannot_stay(write, tmp_path, monkeypatch):
    target = tmp_path / "file"
    target.write_bytes(b"old")
    target.chmod(0o664)
    there, lstat = os.lstat(target), os.lstat
    other = os.stat_result([*there[:5], there.st_gid + 1, *there[6:10]])

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "lstat", lambda p: other if str(p) == str(target) else lstat(p))
    monkeypatch.setattr(os, "fchown", refuse)
    write(target, b"new")
    assert (target.read_bytes(), mode(target)) == (b"new", 0o604)


@unix
def test_a_link_stays_and_its_target_is_written(write, tmp_path):
    (tmp_path / "far").mkdir()
    target, first, second = tmp_path / "far" / "file", tmp_path / "first", tmp_path / "second"
    first.symlink_to("second")
    second.symlink_to("far/file")
    for content in (b"made", b"replaced"):
        write(first, content)
        assert target.read_bytes() == content
        assert first.is_symlink()
        assert second.is_symlink()
        target.chmod(0o600)
    assert mode(target) == 0o600
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["far", "file", "first", "second"]


NO_PLACES = {
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a folder": lambda path: path.mkdir(),
    "a pipe": lambda path: os.mkfifo(path),
    "a file that is read-only": lambda path: (path.write_bytes(b"old"), path.chmod(0o444)),
}
LINKS = {
    "a link": lambda path: path.symlink_to("victim"),
    "a link to nothing": lambda path: path.symlink_to("nothing"),
}


@unix
@pytest.mark.parametrize("kind", NO_PLACES)
def test_what_cannot_be_replaced_is_refused_in_a_line(write, tmp_path, kind):
    target = tmp_path / "file"
    NO_PLACES[kind](target)
    before = os.lstat(target)
    with pytest.raises(WorkbookError, match=f"{target} is ") as told:
        write(target, b"new")
    assert "\n" not in str(told.value)
    assert os.lstat(target) == before
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


@unix
@pytest.mark.parametrize("kind", NO_PLACES | LINKS)
def test_no_link_is_followed_where_none_may_be(write, tmp_path, kind):
    target, victim = tmp_path / "file", tmp_path / "victim"
    victim.write_bytes(b"precious")
    (NO_PLACES | LINKS)[kind](target)
    for attempt in (lambda: write(target, b"new", follow=False), lambda: open_plain(target)):
        with pytest.raises(WorkbookError, match=f"{target} is "):
            attempt()
    assert victim.read_bytes() == b"precious"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["file", "victim"]


def test_a_file_is_kept_where_it_holds_the_same_and_refused_else(write, tmp_path):
    target = tmp_path / "file"
    write(target, b"same", replace=False)
    before = target.stat()
    write(target, b"same", replace=False)
    assert target.stat() == before
    with pytest.raises(WorkbookError, match="is there already and holds something else"):
        write(target, b"other", replace=False)
    assert target.read_bytes() == b"same"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


COMMANDS = {
    "new": ["new", "book.xlsx", "--template", "breakeven", "--overwrite"],
    "recalc": ["recalc", "book.xlsx"],
    "recalc into another": ["recalc", "source.xlsx", "--out", "book.xlsx"],
}


@unix
@pytest.mark.parametrize("command", COMMANDS)
def test_commands_keep_what_protects_a_file(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    for name in ("source.xlsx", "real.xlsx"):
        assert main(["new", name, "--template", "breakeven"]) == 0
    real, link = tmp_path / "real.xlsx", tmp_path / "book.xlsx"
    link.symlink_to("real.xlsx")
    real.chmod(0o600)
    inode = real.stat().st_ino
    assert main(COMMANDS[command]) == 0
    assert (link.is_symlink(), mode(real)) == (True, 0o600)
    assert real.stat().st_ino != inode
    real.chmod(0o444)
    before, _ = real.read_bytes(), capsys.readouterr()
    assert main(COMMANDS[command]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"bbxl: {real} is read-only; ")
    assert told.count("\n") == 1
    assert (real.read_bytes(), mode(real)) == (before, 0o444)


@unix
def test_a_file_that_was_swept_away_before_it_was_locked_is_made_again(tmp_path, monkeypatch):
    lock, swept = writing.fcntl.flock, []

    def late(file, how):
        if not swept:
            swept.append(Path(writing.unfinished(tmp_path)))
            writing.sweep(tmp_path)
            assert not swept[0].exists()
        lock(file, how)

    monkeypatch.setattr(writing.fcntl, "flock", late)
    writing.write_whole(tmp_path / "a.txt", b"a")
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"a"


def test_a_file_that_windows_holds_open_is_told(write, tmp_path, monkeypatch):
    """Windows refuses to rename it; here that is played."""
    target = tmp_path / "held.bin"
    target.write_bytes(b"old")

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(writing, "fcntl", None)
    for name in ("rename", "replace"):
        with monkeypatch.context() as patched:
            patched.setattr(os, name, refuse)
            with pytest.raises(WorkbookError) as told:
                write(target, b"new")
        assert str(told.value) == f"{target} is open in another program: close it there"
        assert [each.name for each in tmp_path.iterdir()] == ["held.bin"]
    assert target.read_bytes() == b"old"
