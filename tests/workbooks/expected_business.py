"""What the Python model says of the business case: field -> values."""

import math
from datetime import date, timedelta

import numpy as np
from expected import figure, spread

from bbxl.model.investment import irr, npv, payback_month

LAST = 60
TOLERANCE, MOST = 1e-6, 10  # constants of the Inputs sheet
DIFFERENCES = ("net_present_value", "saved", "saved_total", "most_saved", "gains", "losses",
               "year_saved", "quarter_saved", "year_from", "year_to", "quarter_from", "quarter_to",
               "opex")  # fmt: skip
UNDECIDED = (
    "Move from or Move to, on the Inputs sheet, names no approach that takes part.",
    "Move from and Move to, on the Inputs sheet, are the same approach.",
)
NO_RETURN = "There is no internal rate of return: "
NO_RETURNS = {
    "later": "No internal rate of return is given: tax on bought units is saved after month 60, "
    "where the months of this workbook end.",
    "mixed": "No internal rate of return is given: the savings change their sign more than once, "
    "so that there may be several.",
    "gains": f"{NO_RETURN}no month costs more.",
    "losses": f"{NO_RETURN}no month saves anything.",
    "none": f"{NO_RETURN}every month costs the same.",
}


def chosen(of, field, other, usual, also):
    """Index among the names of the one that an input names, and its slot from 1; 0 for none."""
    name = of.values[field]
    if len(of.names) < 2:
        return None, 0
    if not name or not name.strip():
        index = also if of.values[other] == of.names[usual] else usual
        return index, of.slots[index] + 1
    if name not in of.names:
        return None, 0
    return of.names.index(name), of.slots[of.names.index(name)] + 1


def fields(of):
    second = of.order[1] if len(of.order) > 1 else None
    before, from_number = chosen(of, "move_from", "move_to", second, of.first)
    after, to_number = chosen(of, "move_to", "move_from", of.first, second)
    decided = 0 not in (from_number, to_number) and from_number != to_number
    wrong = len(of.names) > 1 and not decided
    found = {"from_number": from_number, "to_number": to_number, "decided": int(decided),
             "check_move": "WARNING" if wrong else "OK"}  # fmt: skip
    month = np.arange(LAST + 1)
    pair = [of.approaches[before], of.approaches[after]] if decided else []
    worth = moved(of, *pair, of.names[before], of.names[after]) if decided else unmoved(of)
    if not decided:
        worth["move_answer"] = (
            "There is no second approach to compare." if len(of.names) < 2
            else UNDECIDED[0 not in (from_number, to_number)])  # fmt: skip
    return found | worth | {"saving_month": month} | resources(of) | calendar(of, pair)


def unmoved(of):
    """Where there are no two approaches to compare."""
    nothing = ("upfront_from", "upfront_to", "net_present_value", "rate_of_return", "payback",
               "cheaper_month", "last_dearer", "last_behind", "flow_order", "rate_guess",
               "monthly_return", "payback_answer", "return_answer", "month_answer")  # fmt: skip
    zeros = np.zeros(LAST + 1)
    return dict.fromkeys(nothing, "") | {
        "from_name": "none", "to_name": "none", "saved": zeros, "saved_total": zeros,
        "most_saved": 0, "gains": 0, "losses": 0, "last_gain": 0, "last_loss": 0,
        "first_gain": LAST + 1, "first_loss": LAST + 1}  # fmt: skip


def monthly_savings(of, before, after):
    """By month to the longest horizon, after tax; what is next to nothing is nothing."""
    slots = [of.slots[of.approaches.index(each)] for each in (before, after)]
    cost, then = (of.fields["after_tax"][:, slot].astype(float) for slot in slots)
    return np.where(abs(cost - then) <= TOLERANCE * abs(cost), 0.0, cost - then)


def order_of(saved):
    """Which of gains and losses come first."""
    gains, losses = np.flatnonzero(saved > 0), np.flatnonzero(saved < 0)
    if not gains.size or not losses.size:
        return "gains" if gains.size else "losses" if losses.size else "none"
    if losses[-1] < gains[0]:
        return "losses, then gains"
    return "gains, then losses" if gains[-1] < losses[0] else "mixed"


def monthly_rate(saved):
    """The one rate above -1 at which savings are worth nothing."""
    month, first = np.arange(len(saved)), np.sign(saved[np.flatnonzero(saved)[0]])
    low, high = -60.0, 60.0  # logarithmic
    for _ in range(200):
        middle = (low + high) / 2
        since = month if middle > 0 else month - LAST
        as_first = np.sign(saved @ np.exp(-middle * since)) == first
        low, high = (low, middle) if as_first else (middle, high)
    return math.expm1(high)


def moved(of, before, after, from_name, to_name):
    """What the move from one approach to another is worth."""
    over, month = of.over, np.arange(LAST + 1)
    saved = monthly_savings(of, before, after)
    total = np.cumsum(saved * of.fields["discount_factor"])
    gains, losses = saved[saved > 0].sum(), saved[saved < 0].sum()
    beyond = any(len(flows) > LAST + 1 and flows[LAST + 1 :].any() for flows in (
        over.costs_after_tax(each, of.volume).ravel() for each in (before, after)))  # fmt: skip
    order = "later" if beyond else order_of(saved)
    rate = "none" if order in NO_RETURNS else irr(before, after, of.volume, over)
    if order in ("later", "mixed"):
        rate = "not given"
    if order in NO_RETURNS:
        guess = monthly = ""
    else:
        apart = (saved * month)[saved > 0].sum() / gains - (saved * month)[saved < 0].sum() / losses
        guess = (gains / -losses) ** (1 / apart) - 1
        monthly = monthly_rate(saved)
        rate = rate if rate <= MOST else "above 1,000%"
    back = payback_month(before, after, of.volume, over)
    behind = np.flatnonzero(total < -TOLERANCE * abs(total).max())
    if beyond:
        back = behind[-1] + 1.0 if behind.size else 0.0
        back = back if back <= of.months else np.nan
    paid = [over.costs(each, of.volume) for each in (before, after)]
    upfront = [each[0] for each in paid]
    extra = (upfront[1] - upfront[0]) / over.months
    running = (paid[0] - paid[1])[1:]
    dearer = np.flatnonzero(running < extra - TOLERANCE * abs(extra))
    last = dearer[-1] + 1 if dearer.size else 0
    cheaper = "none" if last == of.months else last + 1

    def edge(where, first):
        found = np.flatnonzero(where)
        if not found.size:
            return LAST + 1 if first else 0
        return found[0] + 1 if first else found[-1] + 1

    figures = {
        "from_name": from_name, "to_name": to_name,
        "upfront_from": upfront[0], "upfront_to": upfront[1],
        "net_present_value": npv(before, after, of.volume, over),
        "rate_of_return": rate, "rate_guess": guess, "flow_order": order,
        "monthly_return": monthly,
        "payback": "none" if back != back else back, "cheaper_month": cheaper,
        "last_dearer": last, "last_behind": behind[-1] + 1 if behind.size else 0,
        "saved": saved, "saved_total": total, "most_saved": abs(total).max(),
        "gains": gains, "losses": losses,
        "last_gain": edge(saved > 0, False), "first_gain": edge(saved > 0, True),
        "last_loss": edge(saved < 0, False), "first_loss": edge(saved < 0, True),
    }  # fmt: skip
    return figures | words(of, figures)


def words(of, found):
    """The answers in words."""
    over, value, to = of.over, found["net_present_value"], found["to_name"]
    months = "1 month" if of.months == 1 else f"{of.months} months"
    rate = f", discounted at {figure(over.annual_rate * 100)}% a year" if over.annual_rate else ""
    tax = f", after tax at {figure(over.tax_rate * 100)}%" if over.tax_rate else ""
    more = "" if value > 0 else " more"
    worth = (f"Moving from {found['from_name']} to {to} {'saves' if value > 0 else 'costs'} "
             f"{of.money(abs(value))}{more} in present cost over {months}{rate}{tax}.")  # fmt: skip
    back = found["payback"]
    if back == "none":
        pays = "It does not pay back within the horizon."
    elif back:
        pays = f"It pays back in month {back:.0f}: from then on it has saved what it cost."
    else:
        pays = "It is ahead from the start: at no time has it cost more than it saved."
    if found["flow_order"] in NO_RETURNS:
        rated = NO_RETURNS[found["flow_order"]]
    else:
        rate = found["rate_of_return"]
        shown = rate if isinstance(rate, str) else f"{rate * 100:,.1f}%"
        later = found["flow_order"] == "losses, then gains"
        rated = (f"{'The' if later else 'It saves first and costs more later: the'} internal rate "
                 f"of return is {shown} a year, and it pays at discount rates "
                 f"{'below' if later else 'above'} that.")  # fmt: skip
    month = found["cheaper_month"]
    if month == "none":
        when = f"In the last month of the horizon {to} still costs more than {found['from_name']}"
    elif month == 1:
        when = f"In every month of the horizon {to} costs no more than {found['from_name']}"
    else:
        requests = f"{of.fields['requests'][month]:,.0f}"
        when = (f"From month {month} on, at {requests} requests a month there, {to} costs no more "
                f"than {found['from_name']} in each month")  # fmt: skip
    return {"move_answer": worth, "payback_answer": pays, "return_answer": rated,
            "month_answer": f"{when}, upfront cost spread over the horizon."}  # fmt: skip


def resources(of):
    """Cash and people of each approach."""
    over, each_person = of.over, of.values["hours_per_fte"]
    paid = [over.costs(each, of.volume) for each in of.approaches]
    running = ("monthly_maintenance_hours", "incident_response_hours_monthly",
               "compliance_audit_hours_monthly")  # fmt: skip
    monthly = [sum(getattr(each, name) for name in running) for each in of.approaches]
    once = [each.initial_dev_hours for each in of.approaches]
    return of.along(
        capex=[each[0] for each in paid], exit_paid=[each.exit_cost for each in of.approaches],
        capitalised=[each.initial_dev_hours * each.engineer_hourly_rate * over.capitalised_share
                     for each in of.approaches],
        opex=[each[1:].sum() for each in paid],
        start_hours=once, start_people=[hours / each_person for hours in once],
        monthly_hours=monthly, monthly_people=[hours / each_person for hours in monthly],
    )  # fmt: skip


def calendar(of, pair):
    """Cash by year and quarter: each month is booked in the period of its first day."""
    begins = date(1899, 12, 30) + timedelta(days=of.values["start_date"])
    before = begins.month - 1
    found = {"start_year": begins.year, "months_of_year": before, "start_quarter": before // 3,
             "months_of_quarter": before % 3}  # fmt: skip
    paid = [of.over.costs(each, of.volume) for each in pair]
    for period, room in (("year", 6), ("quarter", 21)):
        booked = {}
        for month in range(of.months + 1 if pair else 0):
            index = begins.year * 12 + before + max(0, month - 1)
            name = f"{index // 12}" + (f" Q{index % 12 // 3 + 1}" if period == "quarter" else "")
            booked.setdefault(name, []).append(month)
        rows = range(len(booked))
        sums = [[each[several].sum() for several in booked.values()] for each in paid] or [[], []]
        columns = {
            "label": list(booked), "last": [each[-1] for each in booked.values()],
            "used": [1] * len(booked), "from": sums[0], "to": sums[1],
            "saved": np.subtract(*sums),
        }  # fmt: skip
        found |= {f"{period}_{k}": spread(v, rows, room) for k, v in columns.items()}
    return found
