"""Batch where Windows differs: a file that another program holds open."""

import json
import shutil

SCRIPT = r"""
import json, os, sys, tempfile
from pathlib import Path
from bbxl.batch import generate
from bbxl.errors import UserError

out = Path(r"C:\batch")
scenarios = [{"scenario": name, "months": 24} for name in "ABC"]
out.mkdir()
held = open(out / "B.xlsx", "wb")
told = {}
try:
    generate("breakeven", scenarios, out, overwrite=True)
except UserError as error:
    told["mistake"] = str(error)
held.close()
told["left"] = [each for each in os.listdir(tempfile.gettempdir()) if each.startswith("bbxl-")]
told["before"] = sorted(os.listdir(out))
made = generate("breakeven", scenarios, out, overwrite=True)
told["files"] = made.files
told["there"] = sorted(os.listdir(out))
print(json.dumps(told))
"""


def test_a_file_that_is_open_in_another_program(windows):
    try:
        ran = windows.python("-c", SCRIPT)
    finally:
        shutil.rmtree(windows.drive / "batch", ignore_errors=True)
    assert not ran.stderr, ran.stderr.decode()
    told = json.loads(ran.stdout)
    said = r"C:\batch\B.xlsx is open in another program: close it there"
    assert told["mistake"] == said
    assert told["left"] == []
    assert told["before"] == ["B.xlsx"]
    assert told["files"] == 3
    assert told["there"] == ["A.xlsx", "B.xlsx", "C.xlsx", "manifest.csv", "portfolio.xlsx"]
