"""Threats: which move of a single driver would make a rival cost less than the first.

A rival is an approach that passes as the first does; where none passes, each other one. The first's
own drivers are moved up and a rival's own down, for the other way cannot make the rival cheaper.
"""

from bbxl.workbooks import styles
from bbxl.workbooks.build_vs_buy import covered
from bbxl.workbooks.build_vs_buy.axes import Axes
from bbxl.workbooks.build_vs_buy.cases import CASES
from bbxl.workbooks.build_vs_buy.inputs import COSTS
from bbxl.workbooks.gates import figure
from bbxl.workbooks.layout import NUMBERED, Axis, Line
from bbxl.workbooks.sheets import Sheet

MONTH = "currency a month"
MOVED = Axis("moved", len(COSTS), present="comparable")
SHARED_FLAGS = [int(covered.TABLE.drivers[each.field].shared) for each in COSTS]
_BLOCK = f"{{from_{COSTS[0].field}:all}}:{{from_{COSTS[-1].field}:all}}"
_FIRSTS = f"INDEX({_BLOCK},{{first_number}},{{leader}})"
_FIRSTS_ALONE = f"({_FIRSTS}-{{first_shared}}*INDEX({_BLOCK},{{first_number}},{{approach_number}}))"
_RIVALS = f"(1-{{rival_shared}})*INDEX({_BLOCK},{{rival_number}},{{approach_number}})"

RIVALS = (
    Line("approach_number", "Number", "number", "COLUMNS({name:1}:{name})", styles.NUMBER),
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
    return [
        Line(f"{table}_label", "Driver", "in words", fixed=[each.label for each in COSTS],
             style="text"),
        *[None] * (1 + room),
        _worst(table),
        Line(f"{table}_number", "Number", "number", fixed=NUMBERED, number_format=styles.NUMBER),
        Line(f"{table}_shared", "Moves for all", "1 is yes", fixed=SHARED_FLAGS,
             number_format=styles.NUMBER),
    ]  # fmt: skip


def _threat(table: str, part: str) -> Line:
    """What the first costs more than a rival when a driver is moved; nothing where it is not."""
    moved = f"{{swing}}*ABS({part})"
    return Line(
        f"{table}_threat",
        "First less rival",
        MONTH,
        f'IF({{rival}}=1,IF({moved}=0,"",{{gap}}+{moved}),"")',
        styles.CENTS,
    )


_LIMIT = "{tolerance}*{leader_monthly}"
THREATS = (
    Line("threat", "Nearest threat of each", MONTH,
         "IF(COUNT({case_threat},{first_threat},{rival_threat})=0,"
         '"",MAX({case_threat},{first_threat},{rival_threat}))', styles.CENTS),
)  # fmt: skip


def _found(table: str) -> str:
    """The row of a table in which the nearest threat stands, or an error; a formula."""
    return f"MATCH({{nearest_gap}},INDEX({{{table}_threat:all}},0,{{nearest}}),0)"


_SHIFTED = figure("{swing}*{hundred}") + '&"% "'
_FIRST_NAME, _RIVAL_NAME = "INDEX({name},{leader})", "INDEX({name},{nearest})"
_FIRST_WORDS = (
    "INDEX({first_label},{nearest_first})&"
    'IF(INDEX({first_shared},{nearest_first})=1," of all"," of "&' + _FIRST_NAME + ')&" "&'
    + _SHIFTED + f'&IF(INDEX({_BLOCK},{{nearest_first}},{{leader}})'
    f'<INDEX({{first_shared}},{{nearest_first}})*INDEX({_BLOCK},{{nearest_first}},{{nearest}})'
    ',"lower","higher")'
)  # fmt: skip
_RIVAL_WORDS = (
    'INDEX({rival_label},{nearest_own})&" of "&' + _RIVAL_NAME + '&" "&' + (_SHIFTED + '&"lower"')
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
    Line("nearest_words", "That move in words", "in words",
         f'IF({{nearest_gap}}="","",IF({{nearest_first}}>0,{_FIRST_WORDS},IF({{nearest_own}}>0,'
         f"{_RIVAL_WORDS},INDEX({{case_words}},{{nearest_case}}))))", style="text"),
)  # fmt: skip
REVERSALS = "+".join(
    f'SUMPRODUCT(({cells}<>"")*({cells}>{_LIMIT}))'
    for cells in ("{first_worst}", "{rival_threat}", "{case_worst}")
)
"""How many moves would make a rival cost less, as a formula."""


def rivals(sheet: Sheet, axes: Axes) -> None:
    """Who the rivals are, and what their own and the first's drivers would do."""
    sheet.section("Rivals of the first: who passes as it does", names=axes.approaches)
    sheet.rows(axes.approaches, RIVALS)
    room = axes.approaches.count
    for table, words, part in (
        ("first", "If a driver of the first is higher, or one of all is moved", _FIRSTS_ALONE),
        ("rival", "If a driver of the rival is lower", _RIVALS),
    ):
        sheet.section(f"{words}: what the first then costs more")
        sheet.table(MOVED, _table(table, room), _threat(table, part), axes.approaches)


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
