"""Going on with a run: nothing of a person's is replaced, and there is no dead end."""

import os
import sys
from hashlib import sha256
from itertools import islice

import plan
import pytest

from bbxl.batch import generate
from bbxl.batch.filling.filler import Job
from bbxl.batch.lock import NAME as LOCK
from bbxl.batch.reporting.record import NAME as RECORD
from bbxl.cli import main
from bbxl.errors import UserError
from bbxl.xlsx import writing

pytestmark = pytest.mark.slow

unix = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes of Unix")
COUNT, STOPPED = 12, 6


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return plan.plan(tmp_path_factory.mktemp("plan") / "plan.xlsx")


@pytest.fixture(autouse=True)
def as_on_windows(monkeypatch):
    """A file that this process has open is in use, as Windows says of it."""
    held = writing._held

    def in_use(path):
        mine = [os.path.realpath(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd")]
        return writing._ANOTHER if os.path.realpath(path) in mine else held(path)

    if sys.platform == "linux":
        monkeypatch.setattr(writing, "_held", in_use)


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(Job, "together", 3)


def scenarios(factor=1e4):
    return [{"scenario": f"S{i}", "requests_per_month": factor * i} for i in range(COUNT)]


@pytest.fixture(scope="module")
def whole(template, tmp_path_factory):
    """What the run leaves when nothing happens to it."""
    out = tmp_path_factory.mktemp("whole") / "out"
    generate(template, scenarios(), out, bundle=out / "all.zip")
    return written(out)


def written(folder):
    return {each.name: each.read_bytes() for each in folder.iterdir()}


class StoppedError(Exception):
    """What a test stops a run with."""


def stop(done, total):
    if done >= STOPPED:
        raise StoppedError


@pytest.fixture
def out(template, tmp_path):
    """A folder with a run that was stopped when half of it was done."""
    folder = tmp_path / "out"
    with pytest.raises(StoppedError):
        generate(template, scenarios(), folder, bundle=folder / "all.zip", progress=stop)
    return folder


def resume(template, out, **options):
    return generate(template, scenarios(), out, bundle=out / "all.zip", resume=True, **options)


FILES = ["S0.xlsx", "S2.xlsx", "S5.xlsx", "S6.xlsx", "S11.xlsx", "manifest.csv", "portfolio.xlsx",
         "all.zip"]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_was_changed_or_put_there_stops_the_run_by_name(template, out, whole, name):
    (out / name).write_bytes(b"mine")
    before = written(out)
    with pytest.raises(UserError, match=f"{name} (was changed|is there already)") as told:
        resume(template, out)
    assert "\n" not in str(told.value)
    assert "--overwrite" in str(told.value)
    assert written(out).items() >= {n: b for n, b in before.items() if n != RECORD}.items()
    resume(template, out, overwrite=True)
    assert written(out) == whole


def test_the_run_s_own_files_are_taken_for_its_own_though_not_noted(template, out, whole):
    for name in FILES:  # a run that was killed wrote them, and had no time to note them
        (out / name).write_bytes(whole[name])
    seen = []
    resume(template, out, progress=lambda *a: seen.append(a[0]))
    assert seen == [9, 12]
    assert written(out) == whole


def test_a_changed_file_is_found_behind_one_that_is_gone(template, out, whole):
    (out / "S1.xlsx").unlink()
    (out / "S4.xlsx").write_bytes(b"mine")
    before = written(out)
    with pytest.raises(UserError, match=r"S4\.xlsx was changed since the run wrote it"):
        resume(template, out)
    assert written(out) == before
    (out / "S4.xlsx").unlink()
    resume(template, out)
    assert written(out) == whole


def test_a_run_begun_with_overwrite_goes_on_over_old_files(template, tmp_path, whole):
    out = tmp_path / "out"
    generate(template, scenarios(7e3), out)
    with pytest.raises(StoppedError):
        generate(template, scenarios(), out, overwrite=True, progress=stop)
    (out / "S3.xlsx").write_bytes(b"mine")
    with pytest.raises(UserError, match=r"S3\.xlsx was changed"):
        resume(template, out)
    (out / "S3.xlsx").unlink()
    resume(template, out)
    assert written(out) == whole


def test_a_bundle_is_not_replaced_unasked(template, tmp_path, whole):
    bundle = tmp_path / "all.zip"
    bundle.write_bytes(b"mine")
    with pytest.raises(UserError, match=r"all\.zip is there already; --overwrite replaces"):
        generate(template, scenarios(), tmp_path / "out", bundle=bundle)
    assert written(tmp_path) == {"all.zip": b"mine"}
    generate(template, scenarios(), tmp_path / "out", bundle=bundle, overwrite=True)
    assert bundle.read_bytes() == whole["all.zip"]


KINDS = {
    "a link": lambda path, victim: path.symlink_to(victim),
    "a link to nothing": lambda path, victim: path.symlink_to(victim.with_name("nothing")),
    "a pipe": lambda path, victim: os.mkfifo(path),
    "a folder": lambda path, victim: path.mkdir(),
}


@unix
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [RECORD, LOCK, "manifest.csv", "portfolio.xlsx", "all.zip",
                                  "S1.xlsx", "S7.xlsx"])  # fmt: skip
def test_no_file_of_a_run_is_a_link_or_no_plain_file(template, out, tmp_path, kind, name):
    record, victim = (out / RECORD).read_bytes(), tmp_path / "victim"
    victim.write_bytes(record)  # which a run would go on with
    for options in ({"resume": True}, {"resume": True, "overwrite": True}, {"overwrite": True}, {}):
        (out / name).unlink(missing_ok=True)
        KINDS[kind](out / name, victim)
        with pytest.raises(UserError) as told:
            generate(template, scenarios(), out, bundle=out / "all.zip", **options)
        assert "\n" not in str(told.value)
        if options:
            assert f"{out / name} is " in str(told.value)
        assert not (out / name).is_file() or (out / name).is_symlink()
        assert victim.read_bytes() == record
        assert not (tmp_path / "nothing").exists()
        if (out / name).is_dir():
            (out / name).rmdir()


@unix
@pytest.mark.parametrize("options", [{}, {"overwrite": True}])
def test_a_new_run_follows_no_link_for_its_record(template, tmp_path, options):
    victim = tmp_path / "victim"
    (tmp_path / "out").mkdir()
    for there in (False, True):
        (tmp_path / "out" / RECORD).unlink(missing_ok=True)
        (tmp_path / "out" / RECORD).symlink_to(victim)
        with pytest.raises(UserError, match="is a symbolic link; remove it"):
            generate(template, scenarios(), tmp_path / "out", **options)
        assert victim.exists() == there
        victim.write_bytes(b"precious")


@unix
def test_files_that_were_not_finished_are_removed_and_no_link_is_followed(template, out, whole):
    victim = out.parent / "victim"
    victim.mkdir()
    (victim / "file").write_bytes(b"precious")
    (out / ".bbxl-a.part").symlink_to(victim)
    (out / ".bbxl-b.part").symlink_to(victim / "file")
    (out / ".bbxl-c.part").mkdir()
    (out / ".bbxl-c.part" / "rows").write_bytes(b"of a portfolio")
    resume(template, out)
    assert written(out) == whole
    assert written(victim) == {"file": b"precious"}


@unix
def test_a_read_only_file_is_refused_and_modes_stay(template, tmp_path, whole):
    out = tmp_path / "out"
    generate(template, scenarios(), out, bundle=out / "all.zip")
    for name in whole:
        (out / name).chmod(0o600)
    generate(template, scenarios(), out, bundle=out / "all.zip", overwrite=True)
    assert {each.stat().st_mode & 0o777 for each in out.iterdir()} == {0o600}
    for name in ("S3.xlsx", "manifest.csv", "portfolio.xlsx", "all.zip"):
        (out / name).chmod(0o444)
        with pytest.raises(UserError, match=f"{name} is read-only"):
            generate(template, scenarios(7e3), out, bundle=out / "all.zip", overwrite=True)
        (out / name).chmod(0o600)
    assert written(out) == whole


LINES_OF_NO_RUN = [b"{", b"5", b"[1]", b"null", b'"text"', b"\xff", b"", b"[" * 2000,
                   b'["a", [{"error": "#OH!"}], ""]', b'["a", [{}], ""]', b'["a", 7, ""]',
                   b'["a", "b", ""]', b'["a", [[1]], ""]', b'["a", [], 5]', b'[5, [], ""]',
                   b'["a", [], ""]', b'[null, null, null]', b'{"a": 1, "b": 2, "c": 3}',
                   b'["a", {"b": 1}, ""]']  # fmt: skip


@pytest.mark.parametrize("line", LINES_OF_NO_RUN)
def test_a_record_that_was_spoilt_counts_up_to_there(template, out, whole, line):
    lines = (out / RECORD).read_bytes().splitlines(keepends=True)
    (out / RECORD).write_bytes(b"".join([*lines[:3], line + b"\n", *lines[4:]]))
    seen = []
    resume(template, out, progress=lambda *a: seen.append(a))
    assert seen[0] == (5, COUNT)
    assert written(out) == whole


HEADS = [b'{"run": "x"}', b'{"moment": 5}', b'{"run": "x", "moment": 5, "overwrite": false}',
         b'{"run": "x", "moment": "2026-01-01", "overwrite": false}',
         b'{"run": "x", "moment": "2026-01-01T00:00:00-23:59", "overwrite": false}']  # fmt: skip


@pytest.mark.parametrize(
    ("line", "ends"),
    [*((line, True) for line in (*LINES_OF_NO_RUN, *HEADS)), (LINES_OF_NO_RUN[0], False),
     (HEADS[0], False)],
)  # fmt: skip
def test_a_record_that_names_no_run_leaves_a_way_out(template, tmp_path, line, ends):
    record = line + b"\n" * ends
    (tmp_path / RECORD).write_bytes(record)
    for options in ({}, {"resume": True}, {"resume": True, "overwrite": True}):
        with pytest.raises(UserError, match=r"is not the record of a run; --overwrite without"):
            generate(template, scenarios(), tmp_path, **options)
        assert written(tmp_path) == {RECORD: record}
    some = list(islice(scenarios(), 2))
    assert generate(template, some, tmp_path, overwrite=True).files == 2


def test_how_paths_are_written_does_not_matter(template, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir()
    rows = [f"{each['scenario']},{each['requests_per_month']}" for each in scenarios()]
    (tmp_path / "s.csv").write_text("\n".join(["scenario,requests_per_month", *rows]))
    (tmp_path / "plan.xlsx").write_bytes(template.read_bytes())
    made = []
    ways = [("s.csv", "plan.xlsx", "out"), ("./s.csv", "deep/../plan.xlsx", "./out"),
            (tmp_path / "s.csv", tmp_path / "plan.xlsx", tmp_path / "out")]  # fmt: skip
    for begun in ways:
        for resumed in ways:
            table, workbook, out = begun
            with pytest.raises(StoppedError):
                generate(workbook, table, out, progress=stop, overwrite=bool(made))
            table, workbook, out = resumed
            line = ["batch", table, "--template", workbook, "--out", out, "--resume", "--quiet"]
            assert main([*map(str, line)]) == 0, capsys.readouterr().err
            made.append({n: sha256(b).digest() for n, b in written(tmp_path / "out").items()})
    assert all(each == made[0] for each in made)


@pytest.mark.parametrize("gone", [True, False])
def test_a_template_that_goes_in_mid_run_changes_nothing(template, tmp_path, whole, gone):
    own, out = tmp_path / "plan.xlsx", tmp_path / "out"
    own.write_bytes(template.read_bytes())

    def strike(done, total):
        if done == 3:
            own.unlink() if gone else own.write_bytes(b"another one")

    generate(own, scenarios(), out, bundle=out / "all.zip", progress=strike)
    assert written(out) == whole


@pytest.mark.parametrize("gone", [True, False])
def test_a_template_that_goes_before_a_run_goes_on_is_told(template, tmp_path, whole, gone):
    own, out = tmp_path / "plan.xlsx", tmp_path / "out"
    own.write_bytes(template.read_bytes())
    with pytest.raises(StoppedError):
        generate(own, scenarios(), out, bundle=out / "all.zip", progress=stop)
    before = written(out)
    own.unlink() if gone else plan.plan(own)
    told = r"plan\.xlsx: No such file" if gone else "an unfinished run of another template"
    with pytest.raises(UserError, match=told):
        resume(own, out)
    assert written(out) == before
    resume(template, out)
    assert written(out) == whole


@unix
@pytest.mark.parametrize("room", [10, 1_000, 3_000, 9_000, 15_000, 60_000])
def test_files_that_may_not_grow_end_a_run_in_a_line(template, tmp_path, whole, room):
    """As a disk that is full does: at the record, a workbook, the portfolio or the bundle."""
    import resource

    out, (soft, hard) = tmp_path / "out", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(UserError, match="File too large") as told:
            generate(template, scenarios(), out, bundle=out / "all.zip")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(told.value)
    files = written(out) if out.exists() else {}
    assert {n: b for n, b in files.items() if n != RECORD}.items() <= whole.items()
    generate(template, scenarios(), out, bundle=out / "all.zip", resume=RECORD in files)
    assert written(out) == whole


@unix
def test_a_folder_that_takes_no_file_is_told_in_a_line(template, tmp_path, whole, monkeypatch):
    """Made by hand, as root may write into any folder."""
    open_, out = os.open, tmp_path / "out"
    with pytest.raises(StoppedError):
        generate(template, scenarios(), out, bundle=out / "all.zip", progress=stop)

    def refuse(path, flags, *more, **options):
        if flags & os.O_CREAT and os.path.dirname(path) == str(out):
            raise PermissionError(13, "Permission denied", path)
        return open_(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", refuse)
    before = written(out)
    for options in ({"resume": True}, {"overwrite": True}):
        with pytest.raises(UserError, match="Permission denied") as told:
            generate(template, scenarios(), out, bundle=out / "all.zip", **options)
        assert "\n" not in str(told.value)
    monkeypatch.setattr(os, "open", open_)
    assert written(out) == before
    resume(template, out)
    assert written(out) == whole
