"""Threats: which move of a single driver would make a rival cost less than the first.

A rival is an approach that passes as the first does; where none passes, each other one. Of the two
ways in which an approach's own driver moves, the one counts that is worse for the first. What moves
for all may let one rival win when it is lower and another when it is higher: each way counts.
"""

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.cases import CASES
from bbxl.workbooks.build_vs_buy.inputs import DRIVEN
from bbxl.workbooks.build_vs_buy.moves import FOR_ALL, VALUES, WHOLE, change, own_change
from bbxl.workbooks.gates import figure
from bbxl.workbooks.layout import Line
from bbxl.workbooks.placing import Axis
from bbxl.workbooks.sheets import Sheet

MONTH = "currency a month"
LOWER, HIGHER = -1, 1
WAYS = {
    "first": [
        (row, way)
        for row, each in enumerate(FOR_ALL)
        for way in ((LOWER, HIGHER) if each else (0,))
    ],
    "rival": [(row, 0) for row in range(len(DRIVEN))],
}
"""Table -> its rows: the place of a driver; whether it is lower, higher, or the worse of both."""

_AXES = {name: Axis(f"moved_{name}", len(rows), "comparable") for name, rows in WAYS.items()}


_NOTHING = "{unit_rounding}*MAX({leader_monthly},{leader_monthly}-{gap})"


def _of_first(side: str) -> str:
    """What moving a driver of the first, or of all, changes against a rival; a formula."""

    def moved(side: str) -> str:
        mine = change(side, "{first_number}", "{leader}")
        return f"({mine}-{{first_shared}}*{own_change(side, '{first_number}')})"

    other, sign = ("higher", ">") if side == "lower" else ("lower", "<")
    return f"IF({{first_way}}{sign}0,{moved(other)},{moved(side)})"


def _of_rival(side: str) -> str:
    """What moving a rival's driver changes; a formula."""
    return f"({{rival_shared}}-1)*{own_change(side, '{rival_number}')}"


RIVALS = (
    Line("rival", "Rival of the first", "1 is yes",
         "IF({approach_number}={leader},0,IF(INDEX({verdict:all},{approach_number})"
         "=INDEX({verdict:all},{leader}),1,0))", styles.NUMBER),
    Line("gap", "The first less this one", MONTH,
         'IF({rival}=1,{leader_monthly}-{present_monthly},"")', styles.CENTS),
)  # fmt: skip


def _worst(table: str) -> Line:
    """The worst of a row, nothing where it has no figure."""
    grid = f"{{{table}_threat}}"
    return Line(f"{table}_worst", "Worst", MONTH, f'IF(COUNT({grid})=0,"",MAX({grid}))',
                styles.CENTS)  # fmt: skip


def _table(table: str, room: int) -> list[Line | None]:
    """The columns of a table of drivers, a column for each approach left free."""
    rows, ways = zip(*WAYS[table], strict=True)
    return [
        Line(f"{table}_label", "Driver", "in words", fixed=[DRIVEN[row].label for row in rows],
             style="text"),
        *[None] * (1 + room),
        _worst(table),
        Line(f"{table}_number", "Number", "number", fixed=[1 + row for row in rows],
             number_format=styles.NUMBER),
        Line(f"{table}_shared", "Moves for all", "1 is yes", fixed=[FOR_ALL[row] for row in rows],
             number_format=styles.NUMBER),
        Line(f"{table}_whole", "Moves in whole numbers", "1 is yes",
             fixed=[WHOLE[row] for row in rows], number_format=styles.NUMBER),
        Line(f"{table}_way", "Lower or higher", "sign", fixed=ways,
             number_format=styles.NUMBER),
    ]  # fmt: skip


def _threat(table: str, lower: str, higher: str) -> Line:
    """What the first costs more than a rival when a driver is moved; nothing where it is not."""
    return Line(
        f"{table}_threat",
        "First less rival",
        MONTH,
        f'IF({{rival}}=1,IF(MAX(ABS({lower}),ABS({higher}))<={_NOTHING},"",'
        f'{{gap}}+MAX({lower},{higher})),"")',
        styles.CENTS,
        always=True,  # there is no rival where there is nothing to compare
    )


LIMIT = "{tolerance}*{leader_monthly}"
THREATS = (
    Line("threat", "Nearest threat of each", MONTH,
         "IF(COUNT({case_threat},{first_threat},{rival_threat})=0,"
         '"",MAX({case_threat},{first_threat},{rival_threat}))', styles.CENTS),
)  # fmt: skip


def _found(table: str) -> str:
    """The row of a table in which the nearest threat stands, or an error; a formula."""
    return f"MATCH({{nearest_gap}},INDEX({{{table}_threat:all}},0,{{nearest}}),0)"


def _words(table: str, row: str, who: str, lower: str, higher: str, whose: str) -> str:
    """A move in words: the driver, whose it is, and how it is moved; a formula."""
    value = f"INDEX({VALUES},INDEX({{{table}_number}},{row}),{who})"
    down = f"{lower}>{higher}"
    whole = f'" at "&ROUND({value}*(1+IF({down},-1,1)*{{swing}}),0)'
    share = f'" "&{figure("{swing}*100")}&"% "&IF({down},"lower","higher")'
    return (
        f"INDEX({{{table}_label}},{row})&{whose}&"
        f"IF(INDEX({{{table}_whole}},{row})=1,{whole},{share})"
    )


def _nearest_words() -> str:
    """The nearest move in words; a formula."""
    first, own = "{nearest_first}", "{nearest_own}"
    number = f"INDEX({{first_number}},{first})"

    def of_first(side: str) -> str:
        mine, theirs = (change(side, number, who) for who in ("{leader}", "{nearest}"))
        return f"{mine}-INDEX({{first_shared}},{first})*{theirs}"

    def of_rival(side: str) -> str:
        return f"-{change(side, own, '{nearest}')}"

    shared = f'IF(INDEX({{first_shared}},{first})=1," of all"," of "&INDEX({{name}},{{leader}}))'
    mine = _words("first", first, "{leader}", of_first("lower"), of_first("higher"), shared)
    theirs = _words("rival", own, "{nearest}", of_rival("lower"), of_rival("higher"),
                    '" of "&INDEX({name},{nearest})')  # fmt: skip
    return (
        f'IF({{nearest_gap}}="","",IF({first}>0,{mine},IF({own}>0,{theirs},'
        "INDEX({case_words},{nearest_case}))))"
    )


NEAREST = (
    Line("rivals", "Rivals of the first", "approaches", "SUM({rival})", styles.NUMBER),
    Line("tied", "of them cost what the first does", "approaches",
         'SUMPRODUCT(({gap}<>"")*({gap}>=-{tolerance}*MAX(1,{leader_monthly})))', styles.NUMBER),
    Line("moves", "Moves of one driver", "moves",
         "COUNT({first_worst},{rival_threat},{case_worst})", styles.NUMBER),
    Line("nearest_gap", "First less nearest rival, after the nearest move", MONTH,
         'IF(COUNT({threat})=0,"",MAX({threat}))', styles.CENTS),
    Line("nearest", "Nearest rival", "number",
         'IF({nearest_gap}="","",MATCH({nearest_gap},{threat},0))', styles.NUMBER),
    Line("nearest_first", "Row among the first's drivers", "number, 0 is none",
         f'IF({{nearest_gap}}="","",IFERROR({_found("first")},0))', styles.NUMBER),
    Line("nearest_own", "Row among the rival's drivers", "number, 0 is none",
         f'IF({{nearest_gap}}="","",IFERROR({_found("rival")},0))', styles.NUMBER),
    Line("nearest_case", "Row among the cases", "number, 0 is none",
         f'IF({{nearest_gap}}="","",IFERROR({_found("case")},0))', styles.NUMBER),
    Line("nearest_words", "That move in words", "in words", _nearest_words(), style="text"),
)  # fmt: skip
REVERSALS = "+".join(
    f'SUMPRODUCT(({cells}<>"")*({cells}>{LIMIT}))'
    for cells in ("{first_worst}", "{rival_threat}", "{case_worst}")
)
"""How many moves would make a rival cost less, as a formula."""


def rivals(sheet: Sheet, axes: Axes) -> None:
    """Who the rivals are, and what their own and the first's drivers would do."""
    sheet.section("Rivals of the first: who passes as it does", names=axes.approaches)
    sheet.rows(axes.approaches, RIVALS)
    room = axes.approaches.count
    for table, words, of_one in (
        ("first", "If a driver of the first, or one of all, is moved", _of_first),
        ("rival", "If a driver of the rival is moved", _of_rival),
    ):
        sheet.section(f"{words}: what the first then costs more, the worse way")
        threat = _threat(table, of_one("lower"), of_one("higher"))
        sheet.table(_AXES[table], _table(table, room), threat, axes.approaches)


def of_cases(sheet: Sheet, axes: Axes) -> None:
    """What the drivers that all share would do."""
    sheet.section("What the first then costs more than each rival")
    words = Line("case_words", "Case", "in words", "{case_text}", style="text")
    threat = Line("case_threat", "First less rival", MONTH,
                  'IF({rival}=1,IF({case_moves}=1,{case_leader_cost}-{case_cost},""),"")',
                  styles.CENTS)  # fmt: skip
    columns = [words, *[None] * (1 + axes.approaches.count), _worst("case")]
    sheet.table(CASES, columns, threat, axes.approaches)


def nearest(sheet: Sheet, axes: Axes) -> None:
    """The nearest of all threats."""
    sheet.section("The nearest threat", names=axes.approaches)
    sheet.rows(axes.approaches, THREATS)
    sheet.values(NEAREST)
