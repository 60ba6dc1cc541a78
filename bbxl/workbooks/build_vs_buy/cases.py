"""Cases: the drivers that all approaches share, moved one at a time.

Each case has the present value weights of `bbxl.model.projection` in closed form.
"""

from math import isnan

from bbxl.model.projection import Projection
from bbxl.model.quantities import Fraction, Rate, quantities_of, quantity_of
from bbxl.model.settings import SETTINGS
from bbxl.model.streams import PURCHASES, STREAMS, Stream, Timing
from bbxl.model.weighing import SHOCKED
from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import case_links
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.inputs import BY_CASE
from bbxl.workbooks.build_vs_buy.streams import ALIKE
from bbxl.workbooks.build_vs_buy.tco import EQUIVALENT, MONTH
from bbxl.workbooks.build_vs_buy.timeline import MOVING_PRICES
from bbxl.workbooks.build_vs_buy.units import (
    EACH_MONTH,
    Over,
    annuity,
    as_rent,
    price_after_tax,
    worth,
)
from bbxl.workbooks.entries import Entry, in_case
from bbxl.workbooks.gates import figure
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import UNIT, Sheet

SHARED = BY_CASE
SETS = ("base", "low", "high")
SHARED_LABELS = [each.label for each in SHARED]
CASES = Axis("case", 1 + 2 * len(SHARED) + len(SETS), present="comparable")
FIRST_OF_SETS = CASES.count - len(SETS) + 1


_POINTS = [field for field, kind in quantities_of(Projection).items()
           if kind in (quantity_of(Rate), quantity_of(Fraction))]  # fmt: skip
_WHOLE = [each.field for each in SHARED if each.kind == "whole"]
_SUFFIXES = {**dict.fromkeys(_POINTS, "%"), **dict.fromkeys(_WHOLE, " months")}


def _moved(entry: Entry) -> str:
    """A shared driver in a case: as it is, or moved where the case is about it, within bounds.

    In the cases of the Inputs sheet it has the value of that case. A rate or a share of 1 is moved
    by points, so that it moves from 0, too; a number of months is taken whole.
    """
    field, (lowest, highest) = entry.field, entry.bounds
    moved = f"{{{field}}}*(1+{{case_sign}}*{{swing}})"
    if field in _POINTS:
        moved = f"MIN({highest},MAX({lowest},{{{field}}}+{{case_sign}}*{{rate_swing}}))"
    elif field in _WHOLE:
        moved = f"MIN({highest},MAX({lowest},ROUND({moved},0)))"
    setting = SETTINGS.get(field)
    if setting and not isnan(setting.idle):  # a factor of 1 is no shock, and cannot be a larger one
        moved = f"IF({{{field}}}={setting.idle:g},{setting.idle:g},{moved})"
    alone = f"IF({{case_driver}}={{case_{field}:label}},{moved},{{{field}}})"
    base, low, high = f"{{{field}_base}}", *(in_case(entry, case) for case in SETS[1:])
    return f"IF({{case_set}}=0,{alone},IF({{case_set}}=1,{base},IF({{case_set}}-1=1,{low},{high})))"


def _paid(movement: str, months: str = "{case_months}") -> str:
    """Present value, after tax, of 1 a month that moves at a monthly logarithmic rate."""
    rate = f"{movement}-{{log_discount}}" if movement else "-{log_discount}"
    return f"(1-{{case_tax_rate}})*EXP(-{{log_discount}})*{annuity(rate, months)}"


_DEDUCTED = (
    "{case_capitalised_share}*EXP(-{log_discount})*"
    + annuity("-{log_discount}", "{case_life_months}")
    + "/{case_life_months}"
)


def _log(stream: Stream) -> str:
    """The field of a stream's monthly logarithmic rate."""
    volume = "requests_and_" if stream.timing is Timing.PER_REQUEST else ""
    return f"log_{volume}{stream.price}"


# What moves streams at a rate of its own: prices, and with them the volume where it counts.
_MOVING = {
    _log(each): each
    for each in sorted(STREAMS, key=lambda s: s.timing is not Timing.PER_REQUEST)
    if each.price
}


def _log_line(field: str, stream: Stream) -> Line:
    """The monthly logarithmic rate at which what is paid for a stream moves."""
    label, rate = MOVING_PRICES[stream.price].short, f"LN(1+{{case_{stream.price}}})"
    if stream.timing is Timing.PER_REQUEST:
        label, rate = "Requests x price", "LN(1+{case_volume_growth})+" + rate
    return Line(field, label, "log a month", f"({rate})/12", styles.FINE)


def _weight(stream: Stream) -> str:
    """What 1 spent on a stream is worth today in a case, as a formula in closed form."""
    kept = "(1-{case_tax_rate})"
    if stream.timing is Timing.START:
        if stream.capitalisable:
            return f"1-{{case_tax_rate}}*(1-{{case_capitalised_share}}+{_DEDUCTED})"
        return kept
    if stream.timing is Timing.END:
        return f"{kept}*EXP(-{{log_discount}}*{{case_months}})"
    return _paid(f"{{{_log(stream)}}}" if stream.price else "")


_BEFORE = "case_weight_before_shock"


def _worth(stream: Stream) -> str:
    """The field of what an approach's amount of a stream is multiplied by in a case."""
    kind = "worth" if stream.timing is Timing.PER_REQUEST else "weight"
    return f"case_{kind}_{stream.name}"


def _worth_line(stream: Stream) -> Line:
    """What 1 spent on a stream is worth today in a case; on all requests, where it is for each."""
    formula, label = _weight(stream), stream.label
    if stream.price == SHOCKED:
        formula = f"({{{_BEFORE}}}+{{case_shock_factor}}*({formula}-{{{_BEFORE}}}))"
    if stream.timing is Timing.PER_REQUEST:
        formula, label = f"{{case_requests_per_month}}*{formula}", f"{label}, of all months"
    return Line(_worth(stream), label, "present value of 1", formula, styles.FACTOR)


(_SHOCKED,) = (each for each in ALIKE if each.price == SHOCKED)
WEIGHTS = [
    Line(_BEFORE, f"{_SHOCKED.label} before the shock", "present value of 1",
         _paid(f"{{{_log(_SHOCKED)}}}", "MIN({shock_month}-1,{case_months})"), styles.FACTOR),
    *map(_worth_line, ALIKE),
]  # fmt: skip

# What units are worth hangs on some of the drivers alone: only their cases are worked out.
_OF_UNITS = ("requests_per_month", "months", "annual_rate", "volume_growth", PURCHASES.price,
             "tax_rate")  # fmt: skip
_ROWS = [1, *(2 + 2 * i + high for i, each in enumerate(SHARED) if each.field in _OF_UNITS
              for high in (0, 1)), *range(FIRST_OF_SETS, CASES.count + 1)]  # fmt: skip
UNIT_CASES = Axis("unit_case", len(_ROWS), present="comparable")


def _fetched(field: str, label: str, of: str, unit: str, number_format: str) -> Line:
    """A figure of the case that a row is about."""
    return Line(field, label, unit, f"INDEX({{{of}:all}},{{unit_case}})", number_format)


_INFRA = f"log_{PURCHASES.price}"
UNIT_DRIVERS = [
    Line("unit_case", "Row among the cases", "number", fixed=_ROWS, number_format=styles.NUMBER),
    _fetched("case_unit_months", "Horizon", "case_months", "months", styles.NUMBER),
    _fetched("case_unit_requests", "Requests", "case_requests_per_month", "requests a month",
             styles.COUNT),
    _fetched("case_unit_tax", "Tax rate", "case_tax_rate", "share", styles.PERCENT),
    _fetched("case_unit_growth", "Requests", "log_requests", "log a month", styles.FINE),
    _fetched("case_unit_infra", MOVING_PRICES[PURCHASES.price].short, _INFRA, "log a month",
             styles.FINE),
    _fetched("case_unit_discount", "Discount", "log_discount", "log a month", styles.FINE),
    Line("case_unit_after", "A price paid after the horizon", "today, for 1 at the start",
         "EXP({case_unit_infra}*{case_unit_months}-{case_unit_discount}*({case_unit_months}+1))",
         styles.FACTOR),
    Line("case_unit_back", "A price got back at its end", "today, after tax",
         "(1-{case_unit_tax})*EXP(({case_unit_infra}-{case_unit_discount})*{case_unit_months})",
         styles.FACTOR),
]  # fmt: skip
MOVED = Over(
    **{each: f"{{case_unit_{each}}}" for each in Over._fields if each != "life"}, life="{unit_life}"
)
OF_UNITS = (
    ("What the price of a unit is after tax", Line(
        MOVED.price[1:-1], "Price after tax", "currency",
        price_after_tax(MOVED.tax, MOVED.discount, MOVED.life), styles.CENTS)),
    ("The rent that is worth as much, over the life of a unit", Line(
        MOVED.rent[1:-1], "Rent", MONTH,
        as_rent(MOVED.price, MOVED.discount, MOVED.infra, MOVED.life), styles.CENTS)),
    ("What units are worth, over the horizon", Line(
        "case_units", "Units", "currency, today", worth(MOVED), styles.CENTS)),
)  # fmt: skip
# Errors and retraining, month by month: what moves them is the approach's own.
_OWN = (
    "IF({errors}+{retraining}=0,0,(1-{case_tax_rate})"
    f"*SUMPRODUCT(({EACH_MONTH}<={{case_months}})*EXP(-{{log_discount}}*{EACH_MONTH})"
    f"*({{case_requests_per_month}}*EXP({{log_requests}}*({EACH_MONTH}-1))"
    f"*{{errors}}*(1+{{error_rate_change}})^(({EACH_MONTH}-1)/12)"
    f"+({EACH_MONTH}<{{case_months}})*(MOD({EACH_MONTH},MAX(1,{{retraining_every_months}}))=0)"
    "*{retraining})))"
)
_ALIKE = (
    f"SUMPRODUCT({{{_worth(ALIKE[0])}}}:{{{_worth(ALIKE[-1])}}},"
    f"INDEX({{paid_{ALIKE[0].name}:all}}:{{paid_{ALIKE[-1].name}:all}},{{approach_number}},0))"
)
_UNITS = "INDEX({case_units},{case_unit_row})"
COST = Line("case_cost", EQUIVALENT, MONTH, f"({_OWN}+{_ALIKE}+{_UNITS})/{{case_annuity}}",
            styles.CENTS)  # fmt: skip
_FIELDS = [f"case_{each.field}" for each in SHARED]
_COLUMN = f"MATCH({{case_driver}},{{{_FIELDS[0]}:label}}:{{{_FIELDS[-1]}:label}},0)"
_VALUE = f"INDEX({{{_FIELDS[0]}}}:{{{_FIELDS[-1]}}},{_COLUMN})"
_AS_IT_IS = f"INDEX({{{_FIELDS[0]}:1}}:{{{_FIELDS[-1]}:1}},{_COLUMN})"
_SHOWN = figure('ABS({case_value}*IF({case_suffix}="%",100,1))')
NAMED = (
    Line("case_driver", "Driver", "in words",
         fixed=["as it is", *[label for label in SHARED_LABELS for _ in range(2)],
                *(f"{each} case" for each in SETS)], style="text"),
    Line("case_side", "Moved", "in words", fixed=["", *["low", "high"] * len(SHARED),
                                                  *[""] * len(SETS)], style="text"),
)  # fmt: skip
WORKED_OUT = [
    Line("case_sign", "Direction", "sign",
         'IF({case_side}="low",-1,IF({case_side}="high",1,0))', styles.NUMBER),
    Line("case_set", "Case of the Inputs sheet", "number", fixed=[
        *[0] * (FIRST_OF_SETS - 1), *range(1, 1 + len(SETS))], number_format=styles.NUMBER),
    *[Line(f"case_{each.field}", each.label, each.unit, _moved(each), each.number_format)
      for each in SHARED],
    Line("case_suffix", "In words", "unit", fixed=["", *[
        _SUFFIXES.get(each.field, "") for each in SHARED for _ in range(2)],
        *[""] * len(SETS)], style="text"),
    Line("case_value", "Value of the driver", "as moved",
         f'IF({{case_side}}="","",{_VALUE})', styles.FACTOR),
    Line("case_moves", "It moves", "1 is yes",
         f'IF({{case_side}}="",0,IF({{case_value}}={_AS_IT_IS},0,1))', styles.NUMBER),
    Line("case_text", "In words", "in words",
         'IF({case_side}="",{case_driver},{case_driver}&" at "&IF({case_value}<0,"-","")&'
         + _SHOWN + "&{case_suffix})", style="text"),
    Line("log_discount", "Discount", "log a month", "(LN(1+{case_annual_rate}))/12",
         styles.FINE),
    Line("log_requests", "Requests", "log a month",
         "LN(1+{case_volume_growth})/12", styles.FINE),
    *[_log_line(*each) for each in _MOVING.items()],
    *WEIGHTS,
    Line("case_unit_row", "Row among the cases of units", "number", fixed=[
        1, *(2 + _ROWS[1:].index(row) if row in _ROWS else 1 for row in range(2, CASES.count + 1))
        ], number_format=styles.NUMBER),
    Line("case_annuity", "Equal payments", "today, for 1 a month",
         "EXP(-{log_discount})*" + annuity("-{log_discount}", "{case_months}"), styles.FACTOR),
    Line("case_leader_cost", "The first", MONTH, "INDEX({case_cost},{leader})", styles.CENTS),
    Line("case_difference", "First less second", MONTH,
         "{case_leader_cost}-INDEX({case_cost},{challenger})", styles.CENTS, "result"),
]  # fmt: skip


def add_sheet(model: Model, axes: Axes) -> Sheet:
    """Each shared driver low and high, with the present value weights of each case."""
    sheet = Sheet(
        model,
        "Cases",
        "Shared drivers moved one at a time; present value weights in closed form.",
        widths=[44, 16, *axes.figures, *[14] * len(WORKED_OUT)],
    )
    sheet.section("Each case in a row: what each approach costs")
    columns = [*NAMED, *[None] * axes.approaches.count, *WORKED_OUT]
    sheet.table(CASES, columns, COST, axes.approaches)
    sheet.width = UNIT + axes.approaches.count + len(UNIT_DRIVERS)  # of the tables below
    for (heading, line), more in zip(OF_UNITS, (UNIT_DRIVERS, [], []), strict=True):
        sheet.section(heading)
        case = Line(f"case_of_{line.field}", "Case", "in words",
                    "INDEX({case_text:all},{unit_case})", style="text")  # fmt: skip
        columns = [case, *[None] * (1 + axes.approaches.count), *more] if more else [case]
        sheet.table(UNIT_CASES, columns, line, axes.approaches)
    case_links.add(sheet, axes)
    return sheet
