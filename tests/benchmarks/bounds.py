"""What the largest questions that one cell may ask take: CPU seconds and peak memory of each.

Each is asked in a process of its own, at the bound beyond which the answer is #NUM!.
"""

import subprocess
import sys
import time
from pathlib import Path

from bbxl.worksheet import REGISTRY
from bbxl.worksheet.functions.prices import MOST_PRICED
from bbxl.worksheet.functions.profiles import MOST_ANSWERS
from bbxl.worksheet.functions.risk import MOST_DRAWN, MOST_SIMULATED
from bbxl.worksheet.readers import MOST_CELLS
from bbxl.worksheet.tables import MOST_ROWS

sys.path.insert(0, str(Path(__file__).parent.parent))
from long_tables import approaches, profiles

SIDE = int(MOST_CELLS**0.5)


def column(count):
    return [[float(i)] for i in range(count)]


QUESTIONS = {
    "BB_MONTHLY_COST, a whole column": lambda f: f(1, 2, column(MOST_CELLS)),
    "BB_TCO, approaches x volumes": lambda f: f(approaches(SIDE), [[1e6] * SIDE]),
    "BB_PRESENT_COST, approaches x volumes": lambda f: f(approaches(SIDE), [[1e6] * SIDE]),
    "BB_PROJECT, approaches x months": lambda f: f(approaches(SIDE), 1e6, SIDE - 1),
    "BB_TCO_BREAKEVEN, approaches x approaches": lambda f: f(approaches(SIDE)),
    "BB_BANDS, the longest table": lambda f: f(approaches(MOST_ROWS)),
    "BB_CHECK, the longest table": lambda f: f(approaches(MOST_ROWS)),
    "BB_CHECK, the longest text": lambda f: f("(" * 32_767),
    "BB_TORNADO, the longest table": lambda f: f(approaches(MOST_ROWS), "A1", "A2", 1e6),
    "BB_SIMULATE, the most approaches and draws": lambda f: f(
        approaches(MOST_SIMULATED), 1e6, 12, 0.2, MOST_DRAWN // MOST_SIMULATED
    ),
    "BB_PARETO, the longest table": lambda f: f(profiles(MOST_ROWS)),
    "BB_RANK, the longest table": lambda f: f(profiles(MOST_ROWS), 1, 1, 1, 1),
    "BB_WHY_NOT, the most reasons": lambda f: f(profiles(4), [[1.0] * (MOST_ANSWERS // 4)]),
    "BB_API_COST, the most prices": lambda f: f("gpt-4o", column(MOST_PRICED), 10),
}


def ask(question):
    """Ask it in this process, and print what it took."""
    import resource  # which Windows lacks; there the tests read this file too

    begun = time.process_time()
    answer = QUESTIONS[question](REGISTRY[question.partition(",")[0]])
    took = time.process_time() - begun
    assert "#NUM!" not in str(answer)[:20], "beyond the bound"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{question:45s} {took:5.2f} s {peak:5.0f} MiB", flush=True)


if __name__ == "__main__":
    for question in sys.argv[1:] or QUESTIONS:
        if sys.argv[1:]:
            ask(question)
        else:
            subprocess.run([sys.executable, __file__, question], check=True)
