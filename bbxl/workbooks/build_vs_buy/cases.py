"""Cases: the drivers that all approaches share, moved one at a time.

Each case has the present value weights of `bbxl.model.projection` in closed form.
"""

from math import isnan

from bbxl.model.projection import Projection
from bbxl.model.quantities import Fraction, quantities_of, quantity_of
from bbxl.model.settings import SETTINGS
from bbxl.model.streams import Stream, Timing
from bbxl.model.weighing import SHOCKED
from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy.covered import STREAMS
from bbxl.workbooks.build_vs_buy.inputs import SCENARIO
from bbxl.workbooks.build_vs_buy.tco import MONTH, added
from bbxl.workbooks.build_vs_buy.timeline import MOVING_PRICES
from bbxl.workbooks.layout import Axis, Line, Model
from bbxl.workbooks.sheets import Sheet

SHARED = [each for each in SCENARIO if each.field not in SETTINGS or SETTINGS[each.field].moved]
SHARED_LABELS = [each.label for each in SHARED]
CASES = Axis("case", 1 + 2 * len(SHARED), present="comparable")


def _moved(field: str) -> str:
    """A shared driver in a case: as it is, or moved where the case is about it."""
    moved = f"{{{field}}}*{{case_factor}}"
    if quantities_of(Projection).get(field) == quantity_of(Fraction):
        moved = f"MIN(1,{moved})"
    setting = SETTINGS.get(field)
    if setting and not isnan(setting.idle):  # a factor of 1 is no shock, and cannot be a larger one
        moved = f"IF({{{field}}}={setting.idle:g},{setting.idle:g},{moved})"
    return f"IF({{case_driver}}={{case_{field}:label}},{moved},{{{field}}})"


def _annuity(rate: str, months: str) -> str:
    """The sum of e^(rate t) over t from 0 to months - 1."""
    return f"IF(EXP({rate})=1,{months},(EXP(({rate})*{months})-1)/(EXP({rate})-1))"


def _paid(movement: str, months: str = "{case_months}") -> str:
    """Present value, after tax, of 1 a month that moves at a monthly logarithmic rate."""
    rate = f"{movement}-{{log_discount}}" if movement else "-{log_discount}"
    return f"(1-{{case_tax_rate}})*EXP(-{{log_discount}})*{_annuity(rate, months)}"


_DEDUCTED = (
    "{case_capitalised_share}*EXP(-{log_discount})*"
    + _annuity("-{log_discount}", "{case_life_months}")
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


def _case_weights(stream: Stream) -> list[Line]:
    """What 1 spent on a stream is worth today in a case, in closed form."""
    field, before = f"case_weight_{stream.name}", f"case_weight_{stream.name}_before"
    found = []
    if stream.timing is Timing.START:
        formula = "1-{case_tax_rate}"
        if stream.capitalisable:
            formula += f"*(1-{{case_capitalised_share}}+{_DEDUCTED})"
    else:
        formula = _paid(f"{{{_log(stream)}}}" if stream.price else "")
    if stream.price == SHOCKED:
        early = _paid(f"{{{_log(stream)}}}", "MIN({shock_month}-1,{case_months})")
        label = f"{stream.label} before the shock"
        found = [Line(before, label, "present value of 1", early, styles.FACTOR)]
        formula = f"{{{before}}}+{{case_shock_factor}}*({formula}-{{{before}}})"
    return [*found, Line(field, stream.label, "present value of 1", formula, styles.FACTOR)]


def _case_cost(stream: Stream) -> str:
    """What a stream adds to the difference in a case."""
    volume = "*{case_requests_per_month}" if stream.timing is Timing.PER_REQUEST else ""
    return f"{{{stream.name}_gap}}*{{case_weight_{stream.name}}}{volume}"


CASE_COLUMNS = [
    Line("case_driver", "Driver", "in words",
         fixed=["as it is", *[label for label in SHARED_LABELS for _ in range(2)]], style="text"),
    Line("case_side", "Moved", "in words", fixed=["", *["low", "high"] * len(SHARED)],
         style="text"),
    Line("case_factor", "Times", "factor",
         'IF({case_side}="low",1-{swing},IF({case_side}="high",1+{swing},1))', styles.SHARE),
    *[Line(f"case_{each.field}", each.label, each.unit, _moved(each.field), each.number_format)
      for each in SHARED],
    Line("log_discount", "Discount", "log a month", "(LN(1+{case_annual_rate}))/{months_per_year}",
         styles.FINE),
    *[_log_line(*each) for each in _MOVING.items()],
    *[line for each in STREAMS for line in _case_weights(each)],
    Line("case_annuity", "Equal payments", "today, for 1 a month",
         "EXP(-{log_discount})*" + _annuity("-{log_discount}", "{case_months}"), styles.FACTOR),
    Line("case_difference", "First less second", MONTH,
         f"({added(map(_case_cost, STREAMS))})/{{case_annuity}}", styles.CENTS, "result"),
]  # fmt: skip


def add_sheet(model: Model) -> None:
    """Each shared driver low and high, with the present value weights of each case."""
    sheet = Sheet(
        model,
        "Cases",
        "Shared drivers moved one at a time; present value weights in closed form.",
        widths=[32, 10, *[14] * (len(CASE_COLUMNS) - 2)],
    )
    sheet.section("Each case in a row")
    sheet.table(CASES, CASE_COLUMNS)
