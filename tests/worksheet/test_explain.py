"""Errors are told in words: which argument is wrong, or why there is no answer."""

import pytest
from samples import APPROACHES, samples

from bbxl.cli import main
from bbxl.worksheet import REGISTRY
from bbxl.xlsx.cells import ExcelError

explain = REGISTRY["BB_EXPLAIN"]
LINES = [["name", "upfront_cost", "cost_per_request"], ["A", 0, 1], ["B", 9, 1], ["C", 9, 1]]


EXPLAINED = [each for each in REGISTRY.values() if each is not explain]


def test_the_longest_function_can_be_explained():
    longest = max(len(each.arguments) for each in EXPLAINED)
    assert len(explain.arguments) > longest


@pytest.mark.parametrize("function", EXPLAINED, ids=lambda each: each.name)
def test_a_good_call_has_nothing_wrong(function):
    said = explain(function.name, *samples(function))
    assert isinstance(said, str)
    assert "must be" not in said
    assert "missing" not in said


WRONG = [(f, a) for f in EXPLAINED for a in f.arguments if a.quantity]


@pytest.mark.parametrize(("function", "argument"), WRONG, ids=lambda each: each.name)
def test_the_wrong_argument_is_named(function, argument):
    given = samples(function)
    at = [each.name for each in function.arguments].index(argument.name)
    for wrong, words in (
        ("x", f"{argument.name} must be {argument.quantity.words}, not the text 'x'"),
        (argument.quantity.minimum - 1, f"{argument.name} must be {argument.quantity.words}, not"),
        (ExcelError.REF, f"{argument.name} holds #REF!"),
    ):
        given[at] = wrong
        assert explain(function.name, *given).startswith(words)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("BB_BREAKEVEN", 0, 1, 0, 1), "A and B cost the same at every volume."),
        (("breakeven", 0, 1, 5, 1), "A is cheaper at every volume."),
        (("BB_BREAKEVEN", 1, 2), "upfront_b is missing; cost_per_request_b is missing"),
        (("BB_BREAKEVEN",), REGISTRY["BB_BREAKEVEN"].help),
        (("BB_VERSION", 1), "BB_VERSION takes 0 arguments at most, not 1"),
        (("BB_BREAKEVAN", 1), "there is no function BB_BREAKEVAN; did you mean BB_BREAKEVEN?"),
        (("BB_WEATHER", 1), "there is no function BB_WEATHER"),
        (("BB_PAYBACK", 0, 5, 100, 5), "B costs more at the start, and no less a month than A"),
        (
            ("BB_PAYBACK", 0, 10, 2000, 5, 0.1),
            "5.00 a month are never worth 2,000.00 at that rate",
        ),
        (("BB_SWITCH_PRICE", 0, 1, 1, 0), "with 0 requests a month no price makes a difference"),
        (
            ("BB_SWITCH_PRICE", 900, 1, 0, 5),
            "A costs more than B even where its requests cost nothing",
        ),
        (
            ("BB_TCO", LINES, 0, 12, "per_1k"),
            "there is no cost of a request where there are none",
        ),
        (("BB_TCO", LINES, [[1], [-2]]), "requests, row 2, column 1, must be a number of requests "
                                         "a month, 0 or more, not -2"),
        (("BB_TCO", LINES, [[1, 2], [3, 4]]), "it answers for each approach: numbers are one row "
                                              "or one column"),
        (("BB_BANDS", LINES, [[1, 2]]), "it answers with a table: each number is one cell"),
        (
            ("BB_TCO_BREAKEVEN", LINES),
            "A costs less than B at every volume; A costs less than C at every volume; "
            "B and C cost the same at every volume",
        ),
        (
            ("BB_DISCOUNTED_BREAKEVEN", LINES[:3], 36, 0.1),
            "A costs less than B at every volume",
        ),
        (("BB_INTERVALS", LINES, "A", "D"), "there is no approach 'D'; there are A, B, C"),
        (("BB_TCO", LINES, 5, 12, "daily"), "measure must be one of monthly, annual, horizon, "
                                            "per_request, per_1k, not 'daily'"),
        (("BB_PRESET", 5), "name must be a text, not 5.0"),
        (("BB_IRR", LINES, "A", "B", 5), "moving from A to B saves nothing in any month: it pays "
                                         "at no rate"),
        (
            ("BB_PAYBACK_MONTH", LINES, "A", "B", 5, 36),
            "B does not stay ahead of A within 36 months; undiscounted it saves -9.00",
        ),
        (("BB_SIMULATE", [LINES[0], *([f"A{i}", 1, 1] for i in range(101))], 5),
         "it would take more than 100 approaches, or 5,000,000 draws in all"),
    ],
)  # fmt: skip
def test_what_is_said(given, said):
    assert explain(*given) == said


def test_unknown_models_are_told_with_their_likes():
    assert "no price for the model 'gpt4o'" in explain("BB_API_COST", "gpt4o", 1, 1)


def test_units_that_never_settle():
    header = [*APPROACHES[0][:5], "unit_monthly", "unit_capacity"]
    table = [header, ["small", 0.5, 0, 0, 0, 1, 1000], ["large", 0, 0, 0, 0, 2, 2000]]
    said = "the two change places again and again, without an end"
    assert explain("BB_INTERVALS", table, "small", "large") == said
    assert REGISTRY["BB_INTERVALS"](table, "small", "large") is ExcelError.NA
    assert explain("BB_TCO_BREAKEVEN", table) == f"small and large: {said}"
    assert REGISTRY["BB_TCO_BREAKEVEN"](table)[1][2] is ExcelError.NA


@pytest.mark.parametrize(
    ("formula", "shown", "said"),
    [
        ("=BB_BREAKEVEN(0,1,0,1)", "#N/A\n", "A and B cost the same at every volume.\n"),
        (
            '=1+BB_MONTHLY_COST(0,BB_BREAKEVEN(1,")",2,3),5)',
            "#VALUE!\n",
            "cost_per_request_a must be an amount of money, 0 or more, not the text ')'\n",
        ),
        ("=BB_BREAKEVEN(50000,0.002,250000,0.0002)", "9259259.259259259\n", ""),
        ("=1/0", "#DIV/0!\n", ""),
        ('=IFERROR(BB_BREAKEVEN(0,1,0,1),"none")', "none\n", ""),
    ],
)
def test_the_command_says_why_on_stderr(capsys, formula, shown, said):
    assert main(["calc", formula]) == 0
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == (shown, said)
