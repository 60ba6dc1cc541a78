"""The command that shows what bbxl does: an example in figures, and the files to open."""

import argparse
from pathlib import Path
from typing import Any

from bbxl.cli.parts import command, print_aligned

EXAMPLE = "customer-support-classifier"  # which the comparison is filled with
VOLUMES = [100_000, 500_000, 2_000_000, 10_000_000]  # requests a month
TO_OPEN = {
    "build-vs-buy": "the comparison: read Summary, then change the blue cells on Inputs",
    "breakeven": "two or three approaches on one page: where do they cost the same?",
    "requirements": "candidates against requirements: who passes, and who is best?",
    "functions": "every function with an example; needs the functions to compute it again",
}
"""Template -> why to open it, in the order in which to open them."""


def add_to(commands: Any) -> None:
    demo = command(
        commands, "demo", _demo, "write all templates into a folder, and show one in figures",
        "bbxl demo my-folder",
    )  # fmt: skip
    demo.add_argument(
        "folder", nargs="?", type=Path, default=Path("bbxl-demo"), help="by default bbxl-demo"
    )


def _demo(chosen: argparse.Namespace) -> None:
    from bbxl import presets
    from bbxl.engine.calculation import calculate
    from bbxl.workbooks import library

    files = {
        path.stem: path
        for path in library.write_all(chosen.folder, library.BuiltTemplate.filled, overwrite=False)
    }
    _show(presets.load(EXAMPLE))
    print(f"\n{_stored(files['build-vs-buy'], 'recommendation')}")
    print(f"\nFunction tour: {calculate('=C1', files['functions'])}")
    print("\nOpen these files, in this order:")
    rows = enumerate(TO_OPEN.items(), start=1)
    print_aligned([[f"{i}.", str(files[name]), why] for i, (name, why) in rows])


def _stored(file: Path, name: str) -> Any:
    """What the cell of that name shows, without computing it again."""
    import openpyxl

    book = openpyxl.load_workbook(file, data_only=True)
    ((sheet, cell),) = book.defined_names[name].destinations
    return book[sheet][cell].value


def _show(preset: Any) -> None:
    """The cost of each approach by volume, and what it misses of the requirements."""
    from bbxl import ApproachComparison, PerformanceProfile
    from bbxl.worksheet.tables import Approaches

    table = Approaches.from_cells(preset.table())
    models = dict(zip(table.names, table.records(), strict=True))
    comparison = ApproachComparison(preset.title)
    for name, model in models.items():
        cost = 1000 * model.tco(preset.requests_per_month, preset.months).cost_per_request
        measured = preset.performance[name]
        comparison.add_approach(name, PerformanceProfile(**measured, cost_per_1k_requests=cost))
    (scenario,) = preset.scenarios.values()
    missed = comparison.why_not(**scenario["requirements"])
    print(
        f"{preset.title}: cost of 1,000 requests, by requests a month over {preset.months} months"
    )
    costs = {
        name: [1000 * model.tco(each, preset.months).cost_per_request for each in VOLUMES]
        for name, model in models.items()
    }
    reasons = {name: "; ".join(why) or "yes" for name, why in missed.items()}
    rows = [[name, *costs[name], reasons[name]] for name in models]
    print_aligned([["", *VOLUMES, "meets the requirements?"], *rows], ",.3f")
