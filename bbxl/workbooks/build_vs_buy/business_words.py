"""Business case in words: what the move is worth, when and at what rate it pays."""

from bbxl.workbooks.build_vs_buy.summary import counted, money, percent, whole
from bbxl.workbooks.layout import Line

PAYS_LATER, COSTS_LATER = "losses, then gains", "gains, then losses"


def of(field: str, which: str) -> str:
    """A figure of the approach that is moved from, or to; a formula."""
    return f"INDEX({{{field}:all}},{{{which}_number}})"


def if_decided(formula: str, otherwise: str = '""') -> str:
    """A formula where there are two approaches to compare, and otherwise another one."""
    return f"IF({{decided}}=1,{formula},{otherwise})"


_SAME = "ABS({net_present_value})<={tolerance}*MAX(1," + of("present_cost", "from") + ")"
_TERMS = (
    '" over "&' + counted("{months}", "month") + '&IF({annual_rate}=0,"",", discounted at "&'
    + percent("{annual_rate}") + '&" a year")&IF({tax_rate}=0,"",", after tax at "&'
    + percent("{tax_rate}") + ')&"."'
)  # fmt: skip
_UNDECIDED = (
    'IF({comparable}=0,"There is no second approach to compare.",IF({from_number}*{to_number}=0,'
    '"Move from or Move to, on the Inputs sheet, names no approach that takes part.",'
    '"Move from and Move to, on the Inputs sheet, are the same approach."))'
)
_RETURN = 'IF(ISNUMBER({rate_of_return}),FIXED({rate_of_return}*100,1)&"%",{rate_of_return})'
_NO_RETURN = "There is no internal rate of return: "
_SPREAD = '", upfront cost spread over the horizon."'
ANSWERS = (
    Line("move_answer", "What it is worth", formula=if_decided(
        f'"Moving from "&{{from_name}}&" to "&{{to_name}}&IF({_SAME}," leaves the present cost as '
        'it is",IF({net_present_value}>0," saves "," costs ")&' + money("ABS({net_present_value})")
        + '&IF({net_present_value}>0,""," more")&" in present cost")&' + _TERMS, _UNDECIDED)),
    Line("payback_answer", "When it pays back", formula=if_decided(
        'IF({payback}="none","It does not pay back within the horizon.",IF({payback}=0,"It is '
        'ahead from the start: at no time has it cost more than it saved.","It pays '
        'back in month "&{payback}&": from then on it has saved what it cost."))')),
    Line("return_answer", "At what rate it pays", formula=if_decided(
        'IF({flow_order}="later","No internal rate of return is given: tax on bought units is '
        'saved after month "&MAX({month})&", where the months of this workbook end.",'
        'IF({flow_order}="mixed","No internal rate of return is given: the savings change their '
        'sign more than once, so that there may be several.",'
        f'IF({{flow_order}}="gains","{_NO_RETURN}no month costs more.",IF({{flow_order}}="losses",'
        f'"{_NO_RETURN}no month saves anything.",IF({{flow_order}}="none","{_NO_RETURN}every month '
        'costs the same.",IF({rate_of_return}="not found","No internal rate of return was found.",'
        f'IF({{flow_order}}="{PAYS_LATER}","The","It saves first and costs more later: the")&'
        f'" internal rate of return is "&{_RETURN}&" a year, and it pays at discount rates "&'
        f'IF({{flow_order}}="{PAYS_LATER}","below","above")&" that."))))))')),
    Line("month_answer", "When a month costs less", formula=if_decided(
        'IF({cheaper_month}="none","In the last month of the horizon "&{to_name}&" still costs '
        'more than "&{from_name},IF({cheaper_month}=1,"In every month of the horizon "&{to_name}&" '
        'costs no more than "&{from_name},"From month "&{cheaper_month}&" on, at "&'
        + whole("INDEX({requests},{cheaper_month}+1)") + '&" requests a month there, "&{to_name}&" '
        'costs no more than "&{from_name}&" in each month"))&' + _SPREAD)),
)  # fmt: skip
