"""API cost: what a request costs, typed, or from a model of the Prices sheet and tokens.

The definition is that of `bbxl.model.tokens.cost_from_tokens`.
"""

from bbxl.workbooks import left_out, styles
from bbxl.workbooks.build_vs_buy.prices import MODEL_NAMES
from bbxl.workbooks.entries import Entry
from bbxl.workbooks.layout import Line
from bbxl.workbooks.left_out import Fault

API_COST = "api_cost_per_request"
"""The driver that is typed, or follows from tokens."""

TYPED = "typed_api_cost"
MODEL = Entry("api_model", "Model", "of the Prices sheet", styles.TEXT, "list",
              listed=MODEL_NAMES, required=False,
              note="In place of a typed cost; its prices count.")  # fmt: skip
TOKENS = (
    Entry("tokens_in", "Tokens in", "tokens a request", styles.COUNT, required=False,
          note="Prompt, context and question."),
    Entry("tokens_cached", "Tokens in from the cache", "tokens a request", styles.COUNT,
          required=False, note="Of the tokens in; what writing to it costs more is not counted."),
    Entry("tokens_out", "Tokens out", "tokens a request", styles.COUNT, required=False,
          note="The answer, and thinking where it is paid for."),
    Entry("asked_again", "Requests asked again", "share", styles.PERCENT, highest=1,
          required=False, note="Each costs as much once more."),
    Entry("batch_share", "Requests at batch price", "share", styles.PERCENT, highest=1,
          required=False, note="Those that may wait for their answer."),
)  # fmt: skip
SECTION = f"{{{TYPED}}}:{{{TOKENS[-1].field}}}"
"""All that is filled in, as a range."""


def _price(column: str) -> str:
    """A price of the model, in a formula."""
    return f"INDEX({{{column}:all}},{{api_row}})"


_TOKENS_COST = "+".join(
    f"{tokens}*{_price(column)}"
    for tokens, column in (
        ("({tokens_in}-{tokens_cached})", "input_price"),
        ("{tokens_cached}", "cached_price"),
        ("{tokens_out}", "output_price"),
    )
)
_TIMES = f"(1+{{asked_again}})*(1-{{batch_share}}*(1-{_price('batch_price')}))"


def cost(label: str) -> Line:
    """The cost of a request that all else follows from."""
    return Line(
        API_COST,
        label,
        "currency a request",
        f"IF({{api_row}}=0,{{{TYPED}}},{_TIMES}*({_TOKENS_COST})/1000000*{{usd_rate}})",
        styles.PRICE,
        note="Typed, or from tokens: see below.",
    )


def _unknown(column: str) -> str:
    return f"NOT(ISNUMBER({_price(column)}))"


_IS = '{api_model:label}&" "&{api_model}&'
_MISSING = (f"COUNTA({SECTION})=0", f'{{{API_COST}:label}}&" is missing"')
_BOTH = (f"COUNTA({{{TYPED}}}:{{api_model}})>1",
         f'{{{TYPED}:label}}&" and "&{{api_model:label}}&" are both filled in"')  # fmt: skip
_AT_ODDS = (
    (f"COUNTA({{{TOKENS[0].field}}}:{{{TOKENS[-1].field}}})*({{api_model}}=\"\")>0",
     '{api_model:label}&" is missing, and rows that need it are filled in"'),
    ('{api_model}=""', '""'),
    ("N({usd_rate})<=0", '{usd_rate:label}&" is not a number above 0"'),
    ("{api_row}=0",
     f'{_IS}IF(SUMPRODUCT(({{model:all}}={{api_model}})*1)=0," is not on",'
     '" has no usable prices, or two rows, on")&" the Prices sheet"'),
    *((f"COUNT({{{each}}})=0", f'{{{each}:label}}&" is missing"')
      for each in ("tokens_in", "tokens_out")),
    ("{tokens_cached}>{tokens_in}", '{tokens_cached:label}&" are more than "&{tokens_in:label}'),
    (f"AND({{tokens_cached}}>0,{_unknown('cached_price')})",
     f'{_IS}" has no price for cached tokens on the Prices sheet"'),
    (f"AND({{batch_share}}>0,{_unknown('batch_price')})",
     f'{_IS}" has no batch price on the Prices sheet"'),
    (f"AND(N({_price('longest')})>0,{{tokens_in}}>{_price('longest')})",
     '{tokens_in:label}&" are more than its price on the Prices sheet holds for"'),
)  # fmt: skip
FAULTS = (
    Fault(_MISSING[0], "", "incomplete"),
    Fault(_BOTH[0], "", "fails: both costs"),
    Fault('{api_fault}<>""', "{api_fault}", "fails: API cost"),
)
"""What keeps an approach from taking part; the last one says each in words."""


def lines(typed: Entry) -> tuple[Line, ...]:
    """What follows from what is filled in: where the model stands, faults, where it is from."""
    numbers = (typed, *TOKENS)
    wrong = left_out.outside(
        [(each.field, each.outside(unlimited=True)) for each in numbers], _AT_ODDS
    )
    wrong = left_out.no_numbers([each.field for each in numbers], wrong)
    for holds, words in (_BOTH, _MISSING):
        wrong = f"IF({holds},{words},{wrong})"
    dated = _price("model_date")
    return (
        Line("api_row", "Row of the model", "of the Prices sheet",
             "SUMPRODUCT(({model:all}={api_model})*1,{model_number:all})", styles.COUNT,
             always=True, note="None where the cost is typed."),
        Line("api_fault", "What is wrong", "in words", f'IF({{name}}="","",{wrong})',
             style="reason", always=True),
        Line("api_source", "Source of the cost", "in words",
             f'IF({{api_row}}=0,"typed",{_price("model_source")}&"")', style="reason"),
        Line("api_date", "Date of its price", "day",
             f'IF({{api_row}}=0,"",IF(ISNUMBER({dated}),{dated},""))', styles.DATE),
    )  # fmt: skip
