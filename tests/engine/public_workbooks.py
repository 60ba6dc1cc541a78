"""How the values of workbooks that Excel saved compare: python tests/engine/public_workbooks.py DIR

Every .xlsx and .xlsm file of a folder is computed at its own inputs, each in a process of its
own, and compared with the values that it stores. A file is right where all of its formulas agree;
it is refused where bbxl says so, either by a difference or by what it cannot compute. What is
counted as silent would be a wrong value in a file that passes; the proof leaves none, but for what
depends on the time or on chance.

The workbooks are none of bbxl's, so none is kept here. The counts in bbxl/engine/README.md are of
those in the repositories that it names.
"""

import multiprocessing
import sys
from collections import Counter
from pathlib import Path

from bbxl.engine.calculation import check
from bbxl.errors import UserError

SECONDS = 60  # for a file


def outcome(path, answers):
    """What becomes of a file, and how many formulas agree, differ, or are left out."""
    try:
        proof = check(path)
    except UserError as refusal:
        answers.put(("refused", 0, 0, 0, str(refusal)))
    else:
        count = len(proof.differences)
        answers.put((
            "differs" if count else "right", proof.agree, count, proof.left_out,
            str(proof.differences[0]) if count else "",
        ))  # fmt: skip


def outcomes(paths):
    for path in paths:
        answers = multiprocessing.Queue()
        process = multiprocessing.Process(target=outcome, args=(path, answers))
        process.start()
        process.join(SECONDS)
        late = process.is_alive()
        process.kill()
        yield path, ("too slow", 0, 0, 0, "") if late or answers.empty() else answers.get()


def main():
    folder = Path(sys.argv[1])
    kinds, agree, differ, left = Counter(), 0, 0, 0
    for path, (kind, *counts, why) in outcomes(sorted(folder.glob("*.xls[xm]"))):
        kinds[kind] += 1
        agree, differ, left = (a + b for a, b in zip((agree, differ, left), counts, strict=True))
        if kind != "right":
            print(f"{kind}: {path.name}: {why}")
    print(", ".join(f"{kind} {count}" for kind, count in kinds.items()))
    print(f"formulas that agree {agree:,}, in refused files differ {differ:,}, left out {left:,}")


if __name__ == "__main__":
    main()
