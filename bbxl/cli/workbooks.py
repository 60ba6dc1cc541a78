"""The commands that write workbooks: demo, new, templates."""

import argparse
from pathlib import Path
from typing import Any

from bbxl.cli.parts import command, ending_in, print_aligned, write_new


def add_to(commands: Any) -> None:
    demo = command(
        commands, "demo", _demo, "write a filled comparison and the function tour into a folder"
    )
    demo.add_argument("folder", nargs="?", type=Path, default=Path("bbxl-demo"))

    new = command(commands, "new", _new, "write a new workbook from a template")
    new.add_argument("file", type=Path)
    new.add_argument(
        "--template", help="by default the one that the preset fits; see: templates list"
    )
    new.add_argument("--preset", help="worked example that fills it; see: templates list")
    new.add_argument("--scenario", help="of the preset's requirements; by default its first")
    named = "with the functions as names, for Excel 365 and 2024 with nothing installed"
    new.add_argument("--names", action="store_true", help=named)
    new.add_argument("--overwrite", action="store_true", help="replace the file if it is there")

    templates = command(commands, "templates", _templates, "list the templates, or build them")
    templates.add_argument("action", choices=["list", "build"])
    templates.add_argument("--out", type=Path, help="folder to build into")


def _demo(chosen: argparse.Namespace) -> None:
    from bbxl.engine.calculation import calculate
    from bbxl.workbooks import library

    files = {path.stem: path for path in library.build_all(chosen.folder, overwrite=False)}
    comparison, tour = files["build-vs-buy"], files["functions"]
    print("Customer support classifier: cost of 1,000 requests by requests a month")
    table = 'BB_PRESET("customer-support-classifier")'
    volumes = [100_000, 500_000, 2_000_000, 10_000_000]
    listed = ",".join(map(str, volumes))
    costs = calculate(f'=BB_TCO({table},{{{listed}}},12,"per_1k")')
    names = [row[0] for row in calculate(f"={table}")[1:]]
    print_aligned(
        [["", *volumes], *([name, *row] for name, row in zip(names, costs, strict=True))], ",.3f"
    )
    print("\nCheapest, in requests a month")
    print_aligned(calculate(f"=BB_BANDS({table})"), ",.2f")
    print(f"\n{calculate('=recommendation', comparison)}")
    print(f"Function tour: {calculate('=C1', tour)}")
    print(f"\nOpen {comparison} and change the blue inputs, or {tour} to see every function.")


def _new(chosen: argparse.Namespace) -> None:
    file = ending_in(chosen.file, ".xlsx")
    built = filled_template(chosen)
    if chosen.names:
        from bbxl.hosts.names import carrying

        carried = carrying.with_names(built)
        for line in carrying.told(carried):
            print(line)
        built = carried.data
    write_new(file, built, chosen.overwrite)


def filled_template(chosen: argparse.Namespace) -> bytes:
    """The workbook that --template, --preset and --scenario name."""
    from bbxl.workbooks import library

    if chosen.template is None:
        template = library.fitting(chosen.preset)
    else:
        template = library.get(chosen.template)
    return template.build(chosen.preset, getattr(chosen, "scenario", None))


def _templates(chosen: argparse.Namespace) -> None:
    from bbxl.workbooks import library

    if chosen.action == "list":
        listed = library.TEMPLATES.values()
        filling = [[f"presets for {each.name}:", ", ".join(each.presets)] for each in listed]
        print_aligned([[each.name, each.purpose] for each in listed])
        print_aligned([row for row in filling if row[1]])
        return
    for path in library.build_all(chosen.out or library.folder()):
        print(f"wrote {path}")
