"""The commands for templates and the worked examples that fill them."""

import argparse
from pathlib import Path
from typing import Any

from bbxl.cli.parts import command, ending_in, group, print_aligned, refuse_taken, write_new


def add_to(commands: Any) -> None:
    example = "bbxl new plan.xlsx --preset document-classification"
    new = command(commands, "new", _new, "write a new workbook from a template", example)
    new.add_argument("file", type=Path, help="to write; without an ending it gets .xlsx")
    new.add_argument(
        "--template", help="by default the one that the preset fits; see: bbxl templates list"
    )
    new.add_argument("--preset", help="worked example that fills it; see: bbxl presets")
    new.add_argument("--scenario", help="of the preset's requirements; by default its first")
    named = "with the functions as names, for Excel 365 and 2024 with nothing installed"
    new.add_argument("--names", action="store_true", help=named)
    new.add_argument("--overwrite", action="store_true", help="replace the file if it is there")

    command(commands, "presets", _presets, "list the worked examples", "bbxl presets")

    actions = group(
        commands, "templates", "list the templates, or build them", "bbxl templates list"
    )
    listing = "list the templates, and the worked examples that fill each"
    command(actions, "list", _list, listing, "bbxl templates list")
    build = command(
        actions, "build", _build, "build the templates", "bbxl templates build --out templates"
    )
    build.add_argument("--out", type=Path, help="folder to build into")


def _new(chosen: argparse.Namespace) -> None:
    file = ending_in(chosen.file, ".xlsx")
    refuse_taken(file, chosen.overwrite)
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
    return template.filled(chosen.preset, getattr(chosen, "scenario", None))


def _presets(_: argparse.Namespace) -> None:
    from bbxl import presets
    from bbxl.workbooks import library

    rows = [["name", "fills the template", "what it is"]]
    for each in map(presets.load, presets.names()):
        left_out = library.TEMPLATES[each.template].left_out(each)
        fills = f'none yet: =BB_PRESET("{each.name}")' if left_out else each.template
        rows.append([each.name, fills, each.title])
    print_aligned(rows)


def _list(_: argparse.Namespace) -> None:
    from bbxl.workbooks import library

    listed = library.TEMPLATES.values()
    filling = [[f"presets for {each.name}:", ", ".join(each.presets)] for each in listed]
    print_aligned([[each.name, each.purpose] for each in listed])
    print_aligned([row for row in filling if row[1]])


def _build(chosen: argparse.Namespace) -> None:
    from bbxl.workbooks import library

    for path in library.write_all(chosen.out or library.folder(), library.BuiltTemplate.build):
        print(f"wrote {path}")
