"""install, doctor and uninstall against Wine's registry and folders."""

import shutil

import pytest
from windows import prefix

from bbxl.hosts.excel import addin

EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
OPTIONS = r"HKCU\Software\Microsoft\Office\16.0\Excel\Options"
APP_PATHS = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
OURS = r"HKCU\Software\bbxl"


@pytest.fixture
def with_excel(windows):
    """A Windows on which Excel was started once, as far as its registry and folders tell."""
    program = (
        windows.drive / "Program Files" / "Microsoft Office" / "root" / "Office16" / "EXCEL.EXE"
    )
    program.parent.mkdir(parents=True)
    shutil.copy(windows.drive / "Python311" / "python.exe", program)
    windows.run("reg", "add", OPTIONS, "/v", "OPEN", "/d", r"C:\other.xlam", "/f")
    windows.run("reg", "add", APP_PATHS, "/ve", "/d", EXCEL, "/f")
    yield windows
    for key in (OPTIONS, APP_PATHS, OURS):
        windows.run("reg", "delete", key, "/f")
    shutil.rmtree(program.parents[2])


def state(windows):
    """What the registry holds, by Wine's own program, and the add-ins' folder."""
    keys = [windows.run("reg", "query", key).stdout.decode("cp1252") for key in (OURS, OPTIONS)]
    files = {each.name: each.read_bytes() for each in windows.drive.rglob("AddIns/*")}
    return keys, files


def said(ran):
    return ran.returncode, ran.stdout.decode("cp1252"), ran.stderr.decode("cp1252")


def test_install_doctor_uninstall(with_excel):
    before = state(with_excel)
    code, out, err = said(with_excel.bbxl("excel", "install"))
    assert (code, err) == (0, "")
    keys, files = state(with_excel)
    assert with_excel.interpreter in keys[0]
    assert "OPEN1" in keys[1]
    assert files == {
        addin.FILE: addin.build(with_excel.interpreter),
        addin.DESCRIPTION: addin.intellisense(),
    }
    code, out, _ = said(with_excel.bbxl("excel", "doctor"))
    assert "FAULT" not in out
    assert code == 0
    assert "OK    it starts: yes" in out
    code, _, err = said(with_excel.bbxl("excel", "uninstall"))
    assert (code, err) == (0, "")
    assert state(with_excel) == before


def test_doctor_finds_a_python_that_does_not_start(with_excel):
    with_excel.bbxl("excel", "install")
    broken = with_excel.drive / "broken"
    broken.mkdir()
    (broken / "pythoncom.py").write_text("raise ImportError('a broken pywin32')\n")
    try:
        path = with_excel.pythonpath + ";" + r"C:\broken"
        ran = with_excel.bbxl("excel", "doctor", environment={"PYTHONPATH": path})
    finally:
        shutil.rmtree(broken)
        with_excel.bbxl("excel", "uninstall")
    code, out, err = said(ran)
    assert (code, err) == (1, "")
    assert "FAULT it starts: ImportError: a broken pywin32" in out


def test_letters_that_a_pipe_cannot_take_stop_nothing(with_excel):
    """Windows' pipes take one code page's letters; this person's folder has others."""
    before = state(with_excel)
    # Wine sets APPDATA anew for each program.
    script = """import os, sys
os.environ["APPDATA"] = r"C:\\users\\経理 部\\AppData"
from bbxl.cli import main
sys.exit(main(["excel", sys.argv[1]]))"""
    (with_excel.drive / "users" / "経理 部").mkdir()
    try:
        for action in ("install", "doctor", "uninstall"):
            code, out, err = said(with_excel.python("-c", script, action))
            assert (code, err) == (0, ""), out
            assert r"\u7d4c\u7406" in out
            if action == "install":
                keys, _ = state(with_excel)
                assert with_excel.interpreter in keys[0]
                assert "OPEN1" in keys[1]
        assert state(with_excel) == before
    finally:
        shutil.rmtree(with_excel.drive / "users" / "経理 部")


@pytest.mark.parametrize("folder", ["経理", "$(CLSID)"])
def test_a_python_that_the_dll_cannot_take_is_refused_whole(with_excel, folder):
    before = state(with_excel)
    there = with_excel.drive / "names" / folder
    there.parent.mkdir(exist_ok=True)
    there.symlink_to(with_excel.drive / "Python311")
    try:
        python = rf"C:\names\{folder}\python.exe"
        code, out, err = said(with_excel.run(python, "-m", "bbxl", "excel", "install"))
    finally:
        shutil.rmtree(there.parent)
    assert (code, out) == (2, "")
    assert "make the environment in another folder" in err
    assert err.count("\n") == 1
    assert state(with_excel) == before


@pytest.mark.parametrize("listed", ["EXCEL.EXE 7 ausgef\\201hrt", "\\201\\215\\217\\220\\235"])
def test_a_task_list_in_any_letters(with_excel, tmp_path, listed):
    """Of a Windows whose consoles have another code page; wine 8's own list is empty."""
    source = tmp_path / "tasklist.c"
    source.write_text(f'#include <stdio.h>\nint main(void) {{ puts("{listed}"); return 0; }}\n')
    root = with_excel.drive / "other" / "System32"
    root.mkdir(parents=True)
    prefix.compile(root / "tasklist.exe", source)
    try:
        asked = "print(excel_runs(Path('C:/other')))"
        imports = "from pathlib import Path; from bbxl.hosts.excel.machine import excel_runs"
        _, out, err = said(with_excel.python("-c", f"{imports}; {asked}"))
    finally:
        shutil.rmtree(root.parent)
    assert (out.strip(), err) == (str("EXCEL" in listed), "")
