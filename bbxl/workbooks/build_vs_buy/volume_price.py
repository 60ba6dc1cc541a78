"""Who is the cheapest at other volumes and API prices, and by how much: a table of both.

Compared are those that meet the requirements today, or all where none does.
"""

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import unit_steps
from bbxl.workbooks.build_vs_buy.axes import PRICES, VOLUMES, Axes
from bbxl.workbooks.build_vs_buy.tco import MONTH
from bbxl.workbooks.gates import figure
from bbxl.workbooks.layout import NUMBERED, Line, Model, link
from bbxl.workbooks.sheets import FIGURE, Sheet


def costs(table: str, times: str, price: str) -> str:
    """What each approach costs at a volume and a price, as an array in a formula.

    One that is not compared counts as dearer than all.

    Parameters
    ----------
    table : whose fields say what each costs at the volume, at today's price.
    times, price : what today's volume and today's API price are multiplied by; formulas.
    """
    others = "(1-{competes:all})*{grid_beyond}"
    return f"({{{table}_cost}}+({price}-1)*{times}*{{grid_priced:all}}+{others})"


def cost_line(table: str, volume: str) -> Line:
    """What each costs at a volume, with its steps; 0 where there is none, for the sums."""
    paid = f"IF({{used}}=1,{unit_steps.cost_at(volume)},0)"
    return Line(f"{table}_cost", "Cost", MONTH, paid, styles.WHOLE, always=True,
                hidden=f'{{{table}_cost:0}}=""')  # fmt: skip


OF_EACH = (
    Line("competes", "Passes, or none does", "1 is yes",
         'IF({used}=1,IF({passing}=0,1,IF(INDEX({verdict:all},{approach_number})="pass",1,0)),0)',
         styles.NUMBER, always=True),
    link("approach_number", "Number", "number", styles.NUMBER),
    Line("grid_priced", "Today's requests, at the API price", MONTH,
         "IF({competes}=1,{per_request}*{requests_per_month}*{weight_of_per_request}/{annuity},0)",
         styles.CENTS, always=True),
)  # fmt: skip
SINGLE = (
    Line("grid_count", "Approaches compared here", "approaches", "SUM({competes})", styles.NUMBER),
    Line("grid_beyond", "More than any of them costs here", MONTH,
         "(1+MAX({present_start})+MAX({present_above})+MAX({present_slope})"
         "*N({requests_per_month})*MAX(1,{times})*MAX(1,{factor}))*1000"),
)  # fmt: skip
WORDS = Line(
    "grid_answer",
    "Compared",
    formula='IF({compared}=0,"Nothing can be compared yet.",IF({passing}=0,"No approach meets the '
    'requirements today: all are compared.",IF({passing}=1,{recommended}&" alone meets the '
    'requirements today: there is no other to compare it with.","Compared are the "&{passing}&" '
    'approaches that meet the requirements today; at other volumes and prices they may not.")))',
)
PRICE = Line("price_words", "API price", "in words", f'"API price x "&{figure("{factor}")}',
             style="text")  # fmt: skip
TIMES = Line("grid_times", "Volume times", "factor", "INDEX({times:all},{grid_row})",
             styles.SHARE)  # fmt: skip
_ROOM = "COLUMNS({name:all})+1"


def found(table: str, times: str, price: str) -> tuple[Line, Line, Line]:
    """The lowest cost at a volume and price, the next one, and the number of the cheapest.

    Parameters
    ----------
    table : what the fields begin with.
    """
    paid, least, winner = costs(table, times, price), f"{{{table}_least}}", f"{{{table}_winner}}"
    return (
        Line(f"{table}_least", "Lowest cost", MONTH, f"SUMPRODUCT(MIN({paid}))", styles.WHOLE),
        Line(f"{table}_next", "Cost of the next", MONTH,
             f'IF({{grid_count}}>1,SUMPRODUCT(MIN({paid}+({{approach_number:all}}={winner})'
             '*{grid_beyond})),"")', styles.WHOLE),
        Line(f"{table}_winner", "Number of the cheapest", "number",
             f"{_ROOM}-SUMPRODUCT(MAX(({paid}={least})*({_ROOM}-{{approach_number:all}})))",
             styles.NUMBER),
    )  # fmt: skip


def told(table: str) -> str:
    """Who is the cheapest, and how much less that costs than the next; a formula."""
    least, next_, winner = (f"{{{table}_{each}}}" for each in ("least", "next", "winner"))
    return (
        f'IF({{grid_count}}=0,"",INDEX({{name:all}},{winner})&IF({{grid_count}}=1,"",'
        f'IF({next_}-{least}<={{tolerance}}*MAX(1,{next_})," ties",'
        f'" by "&FIXED(({next_}-{least})/{next_}*100,0)&"%")))'
    )


GRIDS = found("grid", "{grid_times}", "{factor}")
SHOWN = Line("grid_shown", "Cheapest", "who, and by how much", told("grid"), styles.TEXT)


def _rows(table: str) -> tuple[Line, ...]:
    """The volumes of a table, down its left side."""
    if table == "shown":
        return (
            Line("grid_volume", "Requests a month", "at the start",
                 "N({requests_per_month})*{grid_times}", styles.COUNT),
            Line("grid_row", "Number", "number", fixed=NUMBERED, number_format=styles.NUMBER),
        )  # fmt: skip
    return (
        Line(f"grid_volume_{table}", "Requests a month", "at the start", "{grid_volume}",
             styles.COUNT),
    )  # fmt: skip


def add_sheet(model: Model, axes: Axes) -> None:
    """The table in words and colours, and below it the costs that it follows from."""
    sheet = Sheet(
        model,
        "Volume and price",
        "The cheapest approach at other volumes (rows) and API prices (columns), and by how much.",
        "working",
        [34, 14, *[FIGURE + 2] * max(PRICES.count, axes.approaches.count), 5],
    )
    sheet.section("Cheapest by equivalent monthly cost, and how much less it costs than the next")
    sheet.sentence(WORDS, height=18)
    sheet.table(VOLUMES, _rows("shown"), SHOWN, PRICES)
    model.name("cheapest_by_volume_and_price", "{grid_shown:all}")
    sheet.workings()
    for line in GRIDS:
        sheet.section(line.label)
        sheet.table(VOLUMES, _rows(line.field.removeprefix("grid_")), line, PRICES)
    styles.mark_numbers(sheet.cells, model.places["grid_shown"].cells,
                        model.places["grid_winner"].cells, axes.approaches.count)  # fmt: skip
    sheet.section("Cost of each at today's API price")
    volumes = Line("grid_volume_cost", "Requests a month", "at the start", "{grid_volume}",
                   styles.COUNT)  # fmt: skip
    sheet.table(VOLUMES, [volumes], cost_line("grid", "{grid_volume}"), axes.approaches)
    sheet.section("What each costs", names=axes.approaches)
    sheet.rows(axes.approaches, OF_EACH)
    sheet.values(SINGLE)
    sheet.rows(PRICES, [PRICE])
    sheet.section("Volumes")
    sheet.table(VOLUMES, [TIMES])
