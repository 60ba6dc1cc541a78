"""Functions that stand in the engine's place, against the examples of Microsoft's documentation
of each, and against values that Excel stored where a source is named."""

import pytest

from bbxl.engine import ours
from bbxl.engine.calculation import calculate
from bbxl.engine.helpers import number_text, same
from bbxl.engine.workbook import FormulaError
from bbxl.xlsx.cells import ExcelError

PROJECT = "{-70000,12000,15000,18000,21000,26000}"
DATES = "{39448,39508,39751,39859,39904}"  # January 1, March 1, October 30, 2008, and so on

ANSWERS = {
    "CEILING(2.5,1)": 3, "CEILING(-2.5,-2)": -4, "CEILING(-2.5,2)": -2, "CEILING(1.5,0.1)": 1.5,
    "CEILING(0.234,0.01)": 0.24, "CEILING(2.5,0)": 0, "CEILING(2.5,-2)": ExcelError.NUM,
    "FLOOR(3.7,2)": 2, "FLOOR(-2.5,-2)": -2, "FLOOR(1.58,0.1)": 1.5, "FLOOR(0.234,0.01)": 0.23,
    "FLOOR(2.5,-2)": ExcelError.NUM, "FLOOR(2.5,0)": ExcelError.DIV0, "FLOOR(0.3,0.1)": 0.3,
    "CEILING.MATH(24.3,5)": 25, "CEILING.MATH(6.7)": 7, "CEILING.MATH(-8.1,2)": -8,
    "CEILING.MATH(-5.5,2,-1)": -6, "FLOOR.MATH(24.3,5)": 20, "FLOOR.MATH(6.7)": 6,
    "FLOOR.MATH(-8.1,2)": -10, "FLOOR.MATH(-5.5,2,-1)": -4,
    "CEILING.PRECISE(-4.3)": -4, "CEILING.PRECISE(4.3,-2)": 6, "CEILING.PRECISE(-4.3,2)": -4,
    "ISO.CEILING(-4.3,-2)": -4, "FLOOR.PRECISE(-3.2,-1)": -4, "FLOOR.PRECISE(3.2,-1)": 3,
    "CUMIPMT(0.09/12,360,125000,13,24,0)": -11135.23213,
    "CUMIPMT(0.09/12,360,125000,1,1,0)": -937.5,
    "CUMPRINC(0.09/12,360,125000,13,24,0)": -934.1071234,
    "CUMPRINC(0.09/12,360,125000,1,1,0)": -68.27827118,
    "CUMIPMT(0.09/12,360,125000,0,1,0)": ExcelError.NUM,
    "DB(1000000,100000,6,1,7)": 186083.3333, "DB(1000000,100000,6,2,7)": 259639.4167,
    "DB(1000000,100000,6,6,7)": 55841.75674, "DB(1000000,100000,6,7,7)": 15845.09848,
    "DB(1000,100,5,6,6)": 23.85271246,
    "DOLLARDE(1.02,16)": 1.125, "DOLLARDE(1.1,32)": 1.3125, "DOLLARDE(13.017,3)": 13.05666667,
    "DOLLARFR(1.125,16)": 1.02, "DOLLARFR(1.125,32)": 1.04, "DOLLARDE(1,0)": ExcelError.DIV0,
    "FV(0.06/12,10,-200,-500,1)": 2581.403374, "FV(0.12/12,12,-1000)": 12682.50301,
    "FV(0.11/12,35,-2000,,1)": 82846.24637, "FV(0,10,-200)": 2000,
    "FV(-3,0.5,1)": ExcelError.NUM,  # stored in IronCalc's FV.xlsx
    "PV(0.08/12,240,500)": -59777.14585, "PV(-1,20,300)": ExcelError.DIV0,  # PV.xlsx
    "IPMT(0.1/12,1,36,8000)": -66.66666667, "IPMT(0.1,3,3,8000)": -292.4471299,
    "IPMT(0.1,2,3,1000,0,1)": -63.44410876, "IPMT(0.1,1,3,1000,0,1)": 0,
    "IPMT(0.1,4,3,1000)": ExcelError.NUM,
    "PPMT(0.1/12,1,24,2000)": -75.62318601, "PPMT(0.08,10,10,200000)": -27598.05346,
    "PPMT(0.1,2,3,1000,0,1)": -302.1148038,
    f"IRR({PROJECT})": 0.08663094804, "IRR({-70000,12000,15000,18000,21000})": -0.02124484827,
    "IRR({-70000,12000,15000},-0.1)": -0.4435069413, "IRR({1,2,3})": ExcelError.NUM,
    "IRR({-100;\"x\";60;TRUE;60})": 0.1306623863,
    "MIRR({-120000,39000,30000,21000,37000,46000},0.1,0.12)": 0.1260941304,
    "MIRR({-120000,39000,30000,21000},0.1,0.12)": -0.04804465525,
    "MIRR({-120000,39000,30000,21000,37000,46000},0.1,0.14)": 0.1347591108,
    f"XIRR({{-10000,2750,4250,3250,2750}},{DATES})": 0.3733625335,
    "MODE({5.6,4,4,3,2,4})": 4, "MODE.SNGL({2;2;2;1;1;1;3;3})": 2,  # IronCalc's MODE.xlsx
    "MODE({1,2})": ExcelError.NA,
    'PROPER("this is a TITLE")': "This Is A Title", 'PROPER("2-way street")': "2-Way Street",
    'PROPER("76BudGet")': "76Budget", 'PROPER("2nd quarter")': "2Nd Quarter",
    "TIME(12,0,0)": 0.5, "TIME(16,48,10)": 0.7001157407, "TIME(0,0,-1)": ExcelError.NUM,
    "TIME(27,0,0)": 0.125,
    'TYPE("a")': 2, "TYPE({1,2})": 64, "TYPE(#N/A)": 16, "TYPE(TRUE)": 4, "TYPE(1)": 1,
    "ERROR.TYPE(#NULL!)": 1, "ERROR.TYPE(1/0)": 2, "ERROR.TYPE(#N/A)": 7,
    "ERROR.TYPE(1)": ExcelError.NA,
    'VALUE("$1,000")': 1000, 'VALUE("1,234.5")': 1234.5, 'VALUE("(5)")': -5, 'VALUE("12%")': 0.12,
    'VALUE(" -3.5E2 ")': -350, "VALUE(TRUE)": ExcelError.VALUE,
    'CEILING("x",1)': ExcelError.VALUE, "CEILING(1/0,1)": ExcelError.DIV0,
}  # fmt: skip


@pytest.mark.parametrize(("formula", "answer"), ANSWERS.items())
def test_an_answer_is_excels(formula, answer):
    found = calculate(f"={formula}")
    if isinstance(answer, str | ExcelError):
        assert found == answer
    else:
        assert found == pytest.approx(answer, rel=1e-9, abs=1e-12)


def test_every_function_is_among_them():
    asked = " ".join(ANSWERS)
    assert [name for name in ours.NAMES if f"{name}(" not in asked] == []


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        ("IRR({-100,230,-132})", "there may be several rates"),
        ("XIRR({-100,230,-132},{1,2,3})", "there may be several rates"),
        ('VALUE("16:48")', "VALUE of a text that is no plain number"),
        ('IFERROR(VALUE("1 Jan 2026"),0)', "VALUE of a text that is no plain number"),
    ],
)
def test_what_is_not_sure_is_refused(formula, reason):
    with pytest.raises(FormulaError, match=reason):
        calculate(f"={formula}")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1 / 3, "0.333333333333333"),
        (0.1 + 0.2, "0.3"),
        (-2.5, "-2.5"),
        (0.0, "0"),
        (-0.0, "0"),
        (123456789012345678.0, "123456789012346000"),
        (1e19, "10000000000000000000"),
        (1e20, "1E+20"),
        (-1.5e300, "-1.5E+300"),
        (1e-5, "0.00001"),
        (1.234e-10, "0.0000000001234"),
        (1.23456789012345e-10, "1.23456789012345E-10"),
    ],
)
def test_numbers_in_texts(number, text):
    """By Apache POI's NumberToTextConverter, found by trying in Excel."""
    assert number_text(number) == text
    assert calculate(f'={number!r}&""') == text


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [(0.1 + 0.2, 0.3, True), (1.0, 1.00000000000001, False), (1e300, 1e300 * (1 + 2e-16), True),
     (0.0, 1e-300, False), (-0.3, 0.3, False), (100.0, 100.0 - 1e-14, True)],
)  # fmt: skip
def test_numbers_are_compared_by_15_digits(one, other, are_same):
    assert same(one, other) == are_same
    for sign, holds in (("=", are_same), ("<>", not are_same), ("<", one < other and not are_same),
                        (">=", one > other or are_same)):  # fmt: skip
        assert calculate(f"=({one!r}{sign}{other!r})") == holds
        assert calculate(f"=(({one!r}+0){sign}(0+{other!r}))") == holds
