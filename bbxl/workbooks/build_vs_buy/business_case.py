"""Business case: what choosing one approach over another is worth, when it pays back, who it takes.

The definitions are those of `bbxl.model.investment`: savings are what the one costs less what the
other does, month by month, after tax.
"""

from collections.abc import Iterable

from bbxl.model.driver_table import Part
from bbxl.model.streams import EXIT, STREAMS, Timing
from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import business_words, cash_calendar, streams, units
from bbxl.workbooks.build_vs_buy.axes import MONTHS, Axes, first_month, month_of
from bbxl.workbooks.build_vs_buy.business_words import COSTS_LATER, PAYS_LATER, if_decided, of
from bbxl.workbooks.build_vs_buy.summary import percent
from bbxl.workbooks.layout import Line, Model
from bbxl.workbooks.sheets import Sheet

AMOUNT = "currency"


def _number(field: str, usual: str, other: str, also: str) -> str:
    """The number of the approach that an input names.

    Where it is empty, the usual one; another one where the other input names that.
    """
    named = f"SUMPRODUCT(({{name}}={{{field}}})*({{used}}=1),{{approach_number}})"
    free = f"IF(INDEX({{name}},{{{usual}}})={{{other}}},{{{also}}},{{{usual}}})"
    return f'IF({{comparable}}=0,0,IF(TRIM({{{field}}})="",{free},{named}))'


def _after_tax(which: str) -> str:
    """What the approach costs in a month, after tax."""
    return f"INDEX({{after_tax:all}},{{saving_month}}+1,{{{which}_number}})"


def _paid(which: str) -> str:
    """What the approach costs in each month, as a column."""
    return f"INDEX({{cost:all}},0,{{{which}_number}})"


_EXTRA = "(({upfront_to}-{upfront_from})/{months})"
_LAST_DEARER = (
    f"SUMPRODUCT(MAX({{in_horizon}}*({_paid('from')}-{_paid('to')}<{_EXTRA}"
    f"-{{tolerance}}*ABS({_EXTRA}))*{{month}}))"
)
_LAST_BEHIND = "SUMPRODUCT(MAX(({saved_total}<-{tolerance}*{most_saved})*({month}+1)))"
_SAVED = f"{_after_tax('from')}-{_after_tax('to')}"
_FLOWS = "SUMPRODUCT(({{saved}}{}0)*{{saved}})".format
_MEAN_MONTH = "SUMPRODUCT(({{saved}}{}0)*{{saved}}*{{month}})/{{{}}}".format
_LAST = "SUMPRODUCT(MAX(({{saved}}{}0)*({{month}}+1)))".format


def _first(sign: str) -> str:
    """The first month whose savings have a sign, counted from 1; a formula."""
    return first_month(f"({{saved}}{sign}0)") + "+1"


_FROM, _TO = "the one moved from", "the one moved to"
PAIR = (
    Line("from_number", f"Number: {_FROM}", "number, 0 is none",
         _number("move_from", "challenger", "move_to", "leader"), styles.NUMBER),
    Line("to_number", f"Number: {_TO}", "number, 0 is none",
         _number("move_to", "leader", "move_from", "challenger"), styles.NUMBER),
    Line("decided", "There are two to compare", "1 is yes",
         "IF({from_number}*{to_number}=0,0,IF({from_number}={to_number},0,1))", styles.NUMBER),
    Line("from_name", f"Name: {_FROM}", "name", if_decided(of("name", "from"), '"none"')),
    Line("to_name", f"Name: {_TO}", "name", if_decided(of("name", "to"), '"none"')),
    Line("upfront_from", f"Upfront cost: {_FROM}", AMOUNT, if_decided(of("upfront", "from"))),
    Line("upfront_to", f"Upfront cost: {_TO}", AMOUNT, if_decided(of("upfront", "to"))),
)  # fmt: skip
WORTH = (
    Line("net_present_value", "Net present value", AMOUNT,
         if_decided(f"{of('present_cost', 'from')}-{of('present_cost', 'to')}"), style="result",
         note="Present cost of the one less that of the other."),
    Line("rate_of_return", "Internal rate of return", "a year",
         'IF({flow_order}="","",IF(OR({flow_order}="mixed",{flow_order}="later"),"not given",'
         'IF(COUNT({rate_guess})=0,"none",IF(COUNT({monthly_return})=0,"not found",'
         'IF(1+{monthly_return}>(1+{most_return})^(1/12),'
         f'"above "&{percent("{most_return}")},(1+{{monthly_return}})^12-1)))))',
         styles.PERCENT, "result", note="Of the savings by month, where there is a single one."),
    Line("payback", "Payback month", "month",
         if_decided('IF({last_behind}>{months},"none",{last_behind})'), styles.NUMBER,
         "result", note="From then on the discounted savings make up for what they cost."),
    Line("cheaper_month", "First month from which each costs less", "month",
         if_decided('IF({last_dearer}={months},"none",{last_dearer}+1)'), styles.NUMBER,
         "result", note="Upfront cost spread over the horizon, before tax: where volume passes "
         "the breakeven."),
)  # fmt: skip
SAVED = (
    month_of("saving_month"),
    Line("saved", "Saved, after tax", AMOUNT,
         f"IF({{decided}}=1,IF(ABS({_SAVED})<={{tolerance}}*ABS({_after_tax('from')}),0,"
         f"{_SAVED}),0)", styles.CENTS),
    Line("saved_total", "Saved so far, discounted", AMOUNT,
         "SUM({saved_total:before},{saved}*{discount_factor})", styles.CENTS),
)  # fmt: skip
FLOWS = (
    Line("last_dearer", "Last in which it costs more, upfront cost spread", "month",
         if_decided(_LAST_DEARER), styles.NUMBER),
    Line("last_behind", "First from which no total is below 0", "month",
         if_decided(_LAST_BEHIND), styles.NUMBER),
    Line("most_saved", "Largest total, up or down", AMOUNT,
         "MAX(MAX({saved_total}),-MIN({saved_total}))"),
    Line("gains", "Months that save, in all", AMOUNT, _FLOWS(">")),
    Line("losses", "Months that cost more, in all", AMOUNT, _FLOWS("<")),
    Line("last_gain", "Last that saves", "month, from 1", _LAST(">"), styles.NUMBER),
    Line("first_gain", "First that saves", "month, from 1", _first(">"), styles.NUMBER),
    Line("last_loss", "Last that costs more", "month, from 1", _LAST("<"), styles.NUMBER),
    Line("first_loss", "First that costs more", "month, from 1", _first("<"), styles.NUMBER),
    Line("flow_order", "Which come first", "in words",
         if_decided(f'IF({of("tax_later", "from")}+{of("tax_later", "to")}>0,"later",'
                    'IF({losses}=0,IF({gains}=0,"none","gains"),IF({gains}=0,"losses",'
                    f'IF({{last_loss}}<{{first_gain}},"{PAYS_LATER}",'
                    f'IF({{last_gain}}<{{first_loss}},"{COSTS_LATER}","mixed")))))'),
         style="text", note="Or later: some tax is saved after the last month here."),
    Line("rate_guess", "Where the search for the rate starts", "a month",
         f'IF(OR({{flow_order}}="{PAYS_LATER}",{{flow_order}}="{COSTS_LATER}"),'
         '({gains}/-{losses})^(1/('
         f'{_MEAN_MONTH(">", "gains")}-{_MEAN_MONTH("<", "losses")}))-1,"")', styles.FINE,
         note="As if all gains came at once, at their mean month, and all losses."),
    Line("monthly_return", "Rate of return of a month", "a month",
         'IF(COUNT({rate_guess})=0,"",IFERROR(IRR({saved},{rate_guess}),""))', styles.FINE),
)  # fmt: skip


def _hours(parts: Iterable[Part]) -> str:
    """The hours in parts of streams, as a formula."""
    return streams.added(f"{{{name}}}" for part in parts if part.times for name in part.drivers)


def _timed(timing: Timing) -> list[Part]:
    return [part for each in streams.of(timing) for part in streams.TABLE.streams[each]]


_CAPITALISED = streams.added(f"{{{each.name}}}" for each in STREAMS if each.capitalisable)
RESOURCES = (
    Line("capex", "Paid at the start (capex)", AMOUNT, "{upfront}", styles.MONEY),
    Line("capitalised", "of it capitalised, by the share on Inputs", AMOUNT,
         f"({_CAPITALISED})*{{capitalised_share}}"),
    Line("opex", "Paid over the months (opex), before tax", AMOUNT, "{nominal_cost}-{upfront}"),
    Line("exit_paid", "of it the exit cost, at the end", AMOUNT, f"{{{EXIT.name}}}"),
    Line("start_hours", "Hours before the start", "hours", _hours(_timed(Timing.START)),
         styles.HOURS),
    Line("start_people", "in months of one person", "person-months",
         "{start_hours}/{hours_per_fte}", styles.HOURS),
    Line("monthly_hours", "Hours a month", "hours a month", _hours(_timed(Timing.MONTHLY)),
         styles.HOURS),
    Line("monthly_people", "in people, full time", "FTE", "{monthly_hours}/{hours_per_fte}",
         styles.SHARE),
    units.OUTGROWN,
)  # fmt: skip


def add_sheet(model: Model, axes: Axes) -> None:
    """The answer in words and figures, cash by year and quarter, and the savings by month."""
    sheet = Sheet(
        model,
        "Business case",
        "What moving from one approach to another is worth; the Inputs sheet says which two.",
        "output",
        [38, 16, *[15] * axes.approaches.count, 14],
    )
    sheet.section("The answer")
    for line in business_words.ANSWERS:
        sheet.sentence(line, height=18)
    sheet.section("In figures")
    sheet.values(WORTH)
    sheet.section("Cash and people over the horizon", names=axes.approaches)
    sheet.rows(axes.approaches, RESOURCES)
    cash_calendar.add(sheet)
    sheet.section("Who is compared")
    sheet.values(PAIR)
    sheet.section("How the savings run")
    sheet.values(FLOWS)
    sheet.section("Savings by month")
    sheet.table(MONTHS, SAVED)
