"""The formula that says in words what is wrong with a table: what is known of each column."""

from enum import Enum

from bbxl.hosts.names.tables import known
from bbxl.hosts.names.writing import array, call, number, text
from bbxl.model.cost import Approach, CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.quantities import Quantity
from bbxl.model.requirements import PerformanceProfile
from bbxl.worksheet.columns import Column, columns_of, normalised


def helpers() -> dict[str, str]:
    """Name -> formula; what it calls stands in checking.toml."""
    records = ("full", TCOComponents), ("line", CostModel), ("profile", PerformanceProfile)
    fits = [part for name, each in records for part in (name, f"_BB_FIT(g,{known(each)})")]
    best = "XMATCH(MAX(fit),fit)"  # an even one is a line, a later one stands turned
    fit = "HSTACK(INDEX(full,1,1),INDEX(line,1,1),INDEX(full,1,2),INDEX(line,1,2))"
    approaches = (_wrong(each, "best>2") for each in (TCOComponents, CostModel))
    of_profiles = _wrong(PerformanceProfile, "INDEX(profile,1,1)<INDEX(profile,1,2)")
    of_approaches = call("IF", "MOD(best,2)=1", *approaches)
    wrong = call("IF", "MAX(profile)>MAX(fit)", of_profiles, of_approaches)
    error = '"in place of a table stands "&_BB_ERROR(INDEX(g,1,1))'
    is_error = "IF(ROWS(g)*COLUMNS(g)=1,ISERROR(INDEX(g,1,1)),FALSE)"
    read = call("LET", *fits, "fit", fit, "best", best, wrong)
    table = call("LET", "g", "_BB_TRIMMED(t)", call("IF", is_error, error, read))
    is_empty = 'SUM(--IFERROR(TRIM(t)<>"",TRUE))=0'
    checked = call("LAMBDA", "t", call("IF", is_empty, text("the table is empty"), table))
    return {"_BB_CHECKED": checked}


def _wrong(record: type, turned: str) -> str:
    """The call that says what is wrong with a range as a table of a record."""
    columns = list(columns_of(record).values())
    names = [each.name for each in columns]
    needs = record.table.needs if issubclass(record, Approach) else []
    places = zip(*((str(names.index(name) + 1) for name in pair) for pair in needs), strict=True)
    told = array(text(f"{other} must be above 0 where there is {name}") for name, other in needs)
    against = (*map(array, places), told) if needs else ("1", "1", text(""))
    facts = map(array, zip(*map(_facts, columns), strict=True))
    return call("_BB_WRONG", "g", turned, known(record), *facts, *against)


def _facts(column: Column) -> tuple[str, ...]:
    """Of a column: its name, whether it must be there, kind, words, texts, default and bounds."""
    kind, about = column.kind, (text(column.name), str(int(column.required)))
    if isinstance(kind, Quantity):
        default = number(0.0 if column.required else column.default)
        bounds = number(kind.minimum), number(kind.maximum)
        strict = str(int(kind.above_minimum)), str(int(kind.whole))
        return *about, "2", text(f"must be {kind.words}, not "), text(""), default, *bounds, *strict
    if not issubclass(kind, Enum):
        return *about, "0", *[text("")] * 2, *["0"] * 5
    choices = ", ".join(each.value for each in kind)
    of = "".join(f"|{normalised(each.value)}" for each in kind)
    return *about, "1", text(f"must be one of {choices}, not "), text(f"{of}|"), *["0"] * 5
