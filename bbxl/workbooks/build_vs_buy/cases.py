"""Cases: the drivers that all approaches share, moved one at a time.

Each case has the present value weights of `bbxl.model.projection` in closed form.
"""

from math import isnan

from bbxl.model.projection import Projection
from bbxl.model.quantities import Fraction, Rate, quantities_of, quantity_of
from bbxl.model.settings import SETTINGS
from bbxl.model.streams import BY_UNIT, STREAMS, Stream, Timing
from bbxl.model.weighing import SHOCKED
from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.inputs import SCENARIO
from bbxl.workbooks.build_vs_buy.streams import OWN_WEIGHT, added
from bbxl.workbooks.build_vs_buy.tco import EQUIVALENT, MONTH
from bbxl.workbooks.build_vs_buy.timeline import MOVING_PRICES
from bbxl.workbooks.build_vs_buy.units import Over, annuity, worth
from bbxl.workbooks.gates import figure
from bbxl.workbooks.layout import Axis, Line, Model
from bbxl.workbooks.sheets import Sheet

_MOVED = {"requests_per_month", *(name for name, each in SETTINGS.items() if each.moved)}
SHARED = [each for each in SCENARIO if each.field in _MOVED]
_BOUNDS = {each.field: each.bounds for each in SHARED}
SHARED_LABELS = [each.label for each in SHARED]
CASES = Axis("case", 1 + 2 * len(SHARED), present="comparable")


_POINTS = [field for field, kind in quantities_of(Projection).items()
           if kind in (quantity_of(Rate), quantity_of(Fraction))]  # fmt: skip
_WHOLE = [each.field for each in SHARED if each.kind == "whole"]
_SUFFIXES = {**dict.fromkeys(_POINTS, "%"), **dict.fromkeys(_WHOLE, " months")}


def _moved(field: str) -> str:
    """A shared driver in a case: as it is, or moved where the case is about it, within bounds.

    A rate or a share of 1 is moved by points, so that it moves from 0, too; a number of months is
    taken whole.
    """
    lowest, highest = _BOUNDS[field]
    moved = f"{{{field}}}*(1+{{case_sign}}*{{swing}})"
    if field in _POINTS:
        moved = f"MIN({highest},MAX({lowest},{{{field}}}+{{case_sign}}*{{rate_swing}}))"
    elif field in _WHOLE:
        moved = f"MIN({highest},MAX({lowest},ROUND({moved},0)))"
    setting = SETTINGS.get(field)
    if setting and not isnan(setting.idle):  # a factor of 1 is no shock, and cannot be a larger one
        moved = f"IF({{{field}}}={setting.idle:g},{setting.idle:g},{moved})"
    return f"IF({{case_driver}}={{case_{field}:label}},{moved},{{{field}}})"


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
    return Line(field, label, "log a month", f"({rate})/{{months_per_year}}", styles.FINE)


def _weight(stream: Stream) -> str:
    """What 1 spent on a stream is worth today in a case, as a formula in closed form."""
    kept = "(1-{case_tax_rate})"
    if stream.timing is Timing.START:
        if stream.capitalisable:
            return f"1-{{case_tax_rate}}*(1-{{case_capitalised_share}}+{_DEDUCTED})"
        return kept
    if stream.timing is Timing.END:
        return f"{kept}*EXP(-{{log_discount}}*{{case_months}})"
    if stream.timing is Timing.RECURRING:
        every = "{retraining_every_months}"
        period, count = f"-{{log_discount}}*{every}", f"INT(({{case_months}}-1)/{every})"
        return f"{kept}*EXP({period})*{annuity(period, count)}"
    if stream.own_price:
        moved = f"LN(1+{{{stream.own_price}}})/{{months_per_year}}"
        return _paid(f"{{log_requests}}+{moved}")
    return _paid(f"{{{_log(stream)}}}" if stream.price else "")


def _case_weights(stream: Stream) -> list[Line]:
    """What 1 spent on a stream is worth today in a case."""
    field, before = f"case_weight_{stream.name}", f"case_weight_{stream.name}_before"
    found, formula = [], _weight(stream)
    if stream.price == SHOCKED:
        early = _paid(f"{{{_log(stream)}}}", "MIN({shock_month}-1,{case_months})")
        label = f"{stream.label} before the shock"
        found = [Line(before, label, "present value of 1", early, styles.FACTOR)]
        formula = f"{{{before}}}+{{case_shock_factor}}*({formula}-{{{before}}})"
    return [*found, Line(field, stream.label, "present value of 1", formula, styles.FACTOR)]


def _case_cost(stream: Stream) -> str:
    """What a stream comes to in a case."""
    volume = "*{case_requests_per_month}" if stream.timing is Timing.PER_REQUEST else ""
    if stream in OWN_WEIGHT:
        return f"IF({{{stream.name}}}=0,0,{{{stream.name}}}*{_weight(stream)}{volume})"
    return f"{{{stream.name}}}*{{case_weight_{stream.name}}}{volume}"


MOVED = Over("{case_months}", "{log_discount}", "{log_infra_price_change}", "{log_requests}",
             "{case_tax_rate}", "{case_requests_per_month}")  # fmt: skip
_PAID = [_case_cost(each) for each in STREAMS if each.timing not in BY_UNIT]
COST = Line("case_cost", EQUIVALENT, MONTH, f"({added([*_PAID, worth(MOVED)])})/{{case_annuity}}",
            styles.CENTS)  # fmt: skip
_FIELDS = [f"case_{each.field}" for each in SHARED]
_COLUMN = f"MATCH({{case_driver}},{{{_FIELDS[0]}:label}}:{{{_FIELDS[-1]}:label}},0)"
_VALUE = f"INDEX({{{_FIELDS[0]}}}:{{{_FIELDS[-1]}}},{_COLUMN})"
_AS_IT_IS = f"INDEX({{{_FIELDS[0]}:1}}:{{{_FIELDS[-1]}:1}},{_COLUMN})"
_SHOWN = figure('ABS({case_value}*IF({case_suffix}="%",{hundred},1))')
NAMED = (
    Line("case_driver", "Driver", "in words",
         fixed=["as it is", *[label for label in SHARED_LABELS for _ in range(2)]], style="text"),
    Line("case_side", "Moved", "in words", fixed=["", *["low", "high"] * len(SHARED)],
         style="text"),
)  # fmt: skip
WORKED_OUT = [
    Line("case_sign", "Direction", "sign",
         'IF({case_side}="low",-1,IF({case_side}="high",1,0))', styles.NUMBER),
    *[Line(f"case_{each.field}", each.label, each.unit, _moved(each.field), each.number_format)
      for each in SHARED],
    Line("case_suffix", "In words", "unit", fixed=["", *[
        _SUFFIXES.get(each.field, "") for each in SHARED for _ in range(2)]], style="text"),
    Line("case_value", "Value of the driver", "as moved",
         f'IF({{case_side}}="","",{_VALUE})', styles.FACTOR),
    Line("case_moves", "It moves", "1 is yes",
         f'IF({{case_side}}="",0,IF({{case_value}}={_AS_IT_IS},0,1))', styles.NUMBER),
    Line("case_text", "In words", "in words",
         'IF({case_side}="",{case_driver},{case_driver}&" at "&IF({case_value}<0,"-","")&'
         + _SHOWN + "&{case_suffix})", style="text"),
    Line("log_discount", "Discount", "log a month", "(LN(1+{case_annual_rate}))/{months_per_year}",
         styles.FINE),
    Line("log_requests", "Requests", "log a month",
         "LN(1+{case_volume_growth})/{months_per_year}", styles.FINE),
    *[_log_line(*each) for each in _MOVING.items()],
    *[line for each in STREAMS if each not in OWN_WEIGHT for line in _case_weights(each)],
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
    return sheet
