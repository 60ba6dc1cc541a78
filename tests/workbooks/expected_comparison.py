"""What the Python model says of the comparison: field -> values, for one set of inputs."""

import math
import tomllib
from dataclasses import replace

import expected_bands
import expected_business
import expected_chance
import expected_crossings
import expected_drivers
import expected_grid
import expected_threats
import expected_units
import numpy as np
from expected import (
    CRITERIA,
    WHERE,
    annuity,
    figure,
    gaps,
    gate,
    line_names,
    money,
    ranked,
    ranks,
    reach,
    singles,
    spread,
)
from openpyxl.utils.datetime import to_excel

from bbxl.model.cost import CostModel
from bbxl.model.drivers import TCOComponents
from bbxl.model.pricing import HOURS_PER_MONTH, api_cost, gpu_prices
from bbxl.model.projection import Projection
from bbxl.model.requirements import PerformanceProfile
from bbxl.model.streams import BY_UNIT, STREAMS
from bbxl.model.tokens import cost_from_tokens
from bbxl.workbooks.build_vs_buy import inputs, prices
from bbxl.workbooks.build_vs_buy.axes import POINTS
from bbxl.workbooks.build_vs_buy.streams import COMPONENTS, OWN_WEIGHT

FIELDS = [entry.name for entry in (*inputs.COSTS, inputs.TYPED_API_COST)]
LISTED = tomllib.loads(prices.FILE.read_text("utf-8"))
OWN = len(LISTED["model"]) + 1  # a row of the Prices sheet for a model of one's own
PRICES = ("input_price", "cached_price", "output_price", "batch_price", "longest")
PERFORMANCE = ("p99_latency_ms", "throughput_rps", "accuracy_score")
RATES = ("annual_rate", "volume_growth", "api_price_change", "infra_price_change", "wage_growth",
         "shock_month", "shock_factor", "tax_rate", "capitalised_share", "life_months")  # fmt: skip
LAST = 60  # month of the longest horizon
TOLERANCE, MARGIN = 1e-6, 1.25  # constants of the Inputs sheet


def in_use(values, case):
    """The values that a case puts into use: where it has none, those of the base case."""
    own = {each.field: values.get(f"{each.field}_{case}") for each in inputs.BY_CASE}
    return values | {name: value for name, value in own.items() if value is not None}


class Comparison:
    """The approaches of a set of inputs, and what the model says of them.

    `values` are the inputs by their names, `book` is filled with them: of
    drivers whose effects are equal but for rounding, it says which comes first.
    """

    def __init__(self, values, book):
        self.values, self.book = in_use(values, values["case"]), book
        self.sets = [in_use(values, case) for case in ("base", "low", "high")]
        values, self.known = self.values, {}
        self.room = book.model.places["name"].across.count
        self.slots = [i for i in range(self.room) if values[f"approach_{i + 1}_name"]]
        self.names = self.inputs("name")
        self.approaches = [self.approach(slot + 1) for slot in self.slots]
        self.volume, self.months = values["requests_per_month"], values["months"]
        self.over = self.projection()
        self.tco = [each.tco(self.volume, self.months) for each in self.approaches]
        self.monthly = self.costs(self.over)
        self.a_month = " a month in equal payments" if self.over.annual_rate else (
            " a month on average")  # fmt: skip
        self.a_month += " after tax" * (self.over.tax_rate > 0)
        self.scale = max(map(abs, self.monthly))  # of amounts that are differences
        self.fields = {}
        for part in (self.single, self.price_list, self.timeline, self.total_cost,
                     self.requirements, self.crossings):  # fmt: skip
            self.fields |= part()
        self.fields |= expected_drivers.fields(self)
        change = f"First less second, {values['currency']} a month"
        self.fields |= {"axis_change": change} | expected_business.fields(self)
        self.fields |= expected_grid.fields(self)
        self.fields |= expected_chance.fields(self)
        self.fields |= self.summary()
        self.sizes = dict.fromkeys(expected_drivers.DIFFERENCES, self.scale)
        self.sizes |= expected_crossings.sizes(self)
        flows = np.where(self.fields["after_tax"] == "", 0, self.fields["after_tax"])
        self.sizes |= dict.fromkeys(expected_business.DIFFERENCES, abs(flows).sum())
        self.sizes |= {f"part_{name}": self.scale for name in (*expected_chance.OWN, "errors")}
        self.sizes |= {"drawn_range": self.scale}
        self.sizes |= {"cost_over": self.scale, "all_over": self.scale}
        self.sizes |= {name: 1e-3 for name in self.fields if name.startswith("log_")}
        # Under a tax of 100% the worth of 1 is 0, but for rounding.
        self.sizes |= {name: 1 for name in self.fields if name.startswith("case_weight_")}

    def without_cells(self):
        """The comparison alone: what its cells show takes room, where many are kept."""
        self.fields = {"recommendation": self.fields["recommendation"]}
        self.book, self.known, self.draws, self.worths = None, {}, None, None
        return self

    def projection(self):
        """What all approaches share."""
        return Projection(self.months, **{name: self.values[name] for name in RATES})

    def approach(self, number):
        """What is typed of an approach; what is empty is none, and 1 - accuracy are wrong."""
        given = {name: self.values[f"approach_{number}_{name}"] or 0.0 for name in FIELDS}
        if self.model_of(number):
            given["api_cost_per_request"] = self.from_tokens(number)
        right = self.values[f"approach_{number}_accuracy_score"]
        return TCOComponents(**given, error_rate=1 - right if given["cost_per_error"] else 0.0)

    def models(self):
        """The models of the Prices sheet: those listed, and one's own."""
        own = {name: self.values.get(f"model_{OWN}_{name}") for name in ("model", *PRICES)}
        dated = {name: self.values.get(f"model_{OWN}_model_{name}") for name in ("date", "source")}
        listed = [{"date": to_excel(LISTED["date"]), **each, "source": LISTED["source"]
                   + each.get("remark", "")} for each in LISTED["model"]]  # fmt: skip
        return [*listed, *([own | dated] if own["model"] else [])]

    def model_of(self, number):
        """The model that an approach names, or None."""
        name = self.values.get(f"approach_{number}_api_model")
        return next((each for each in self.models() if each["model"] == name), None)

    def from_tokens(self, number):
        """What a request costs by tokens."""
        priced, given = (
            self.model_of(number),
            {
                name: self.values[f"approach_{number}_{name}"] or 0.0
                for name in (
                    "tokens_in",
                    "tokens_out",
                    "tokens_cached",
                    "asked_again",
                    "batch_share",
                )
            },
        )
        known = {name: priced[name] for name in ("cached_price", "batch_price")
                 if priced.get(name) is not None}  # fmt: skip
        return cost_from_tokens(
            given["tokens_in"], given["tokens_out"], priced["input_price"], priced["output_price"],
            cached_tokens=given["tokens_cached"], asked_again=given["asked_again"],
            batch_share=given["batch_share"], rate=self.values["usd_rate"], **known,
        )  # fmt: skip

    def money(self, value):
        """An amount in words."""
        return money(value, self.values["currency"])

    def inputs(self, field):
        """An input of each approach."""
        return [self.values[f"approach_{i + 1}_{field}"] for i in self.slots]

    def costs(self, over, approaches=None, volume=None):
        """Equivalent monthly cost of each approach: equal payments that have its present cost."""
        volume = self.volume if volume is None else volume
        asked = [(over, each, volume) for each in approaches or self.approaches]
        for each in set(asked) - set(self.known):  # the same is asked many times
            self.known[each] = over.present_cost(*each[1:]) / annuity(over)
        return np.array([self.known[each] for each in asked])

    def along(self, empty="", **columns):
        """Fields along all approaches, given what the used ones have."""
        return {name: spread(values, self.slots, self.room, empty)
                for name, values in columns.items()}  # fmt: skip

    def single(self):
        fields = [entry.field for section in inputs.SINGLE for entry in section]
        rows = {"status": ["complete"] * len(self.slots), "used": [1] * len(self.slots),
                "left_out": [""] * len(self.slots), "listed": [1] * len(self.slots)}  # fmt: skip
        checks = {f"check_{name}": "OK" for name in (
            "inputs", "approaches", "compared", "performance", "choices", "sums", "present",
            "cases", "positive", "bands", "units")}  # fmt: skip
        checks |= dict.fromkeys(("check_bb_tco", "check_bb_present_cost"), gaps(self.slots))
        money = self.values["currency"]
        axes = {"axis_cost": f"Equivalent monthly cost, {money}", "axis_month": f"{money} a month",
                "axis_cash": f"{money}, undiscounted, before tax"}  # fmt: skip
        fields += [each.field for each in prices.REQUEST]
        return {**axes, **singles(fields),
                **{each.field: self.values[each.field] for each in inputs.BY_CASE},
                **self.along(**rows), **checks, "input_faults": 0,
                **self.along(name=self.names)}  # fmt: skip

    def price_list(self):
        rate, models = self.values["usd_rate"], self.models()
        tokens = self.values["input_tokens"], self.values["output_tokens"]
        each = [api_cost(m["model"], *tokens, as_of=LISTED["date"]) for m in LISTED["model"]]
        each += [cost_from_tokens(*tokens, m["input_price"], m["output_price"])
                 for m in models[len(each):]]  # fmt: skip
        each = np.array(each) * rate
        named = [self.model_of(slot + 1) for slot in self.slots]
        of_approaches = self.along(
            api_source=[m["source"] if m else "typed" for m in named],
            api_date=[m["date"] or "" if m else "" for m in named],
            api_fault=[""] * len(named),
            api_cost_per_request=[each.api_cost_per_request for each in self.approaches],
        )
        of_rows = np.zeros(self.room)
        of_rows[self.slots] = [models.index(m) + 1 if m else 0 for m in named]
        rented, hours = gpu_prices(), HOURS_PER_MONTH * rate
        of_model = {"model_number": np.arange(1, len(each) + 1), "request_price": each,
                    "thousand_price": each * 1000, "month_price": each * self.volume}  # fmt: skip
        of_gpu = {"rented": np.ones(len(rented)),
                  "median_month": [gpu.median * hours for gpu in rented]}  # fmt: skip
        rows = [(of_model, prices.MODELS.count), (of_gpu, prices.GPUS.count)]
        return of_approaches | {"api_row": of_rows} | {
            name: spread(values, range(len(values)), room)
            for columns, room in rows for name, values in columns.items()}  # fmt: skip

    def timeline(self):
        v, month = self.values, np.arange(LAST + 1)
        running = (month > 0) & (month <= self.months)
        life = (month > 0) & (month <= v["life_months"])

        def moved(rate):
            return running * (1 + v[rate]) ** ((month - 1) / 12)

        price = moved("api_price_change")
        price = price * np.where(month >= v["shock_month"], v["shock_factor"], 1)
        paid = np.array([self.over.costs(each, self.volume) for each in self.approaches])
        cost = np.zeros((LAST + 1, len(self.slots)))
        cost[: self.months + 1] = paid.T
        after = np.zeros((LAST + 1, len(self.slots)))
        for i, each in enumerate(self.approaches):
            flows = self.over.costs_after_tax(each, self.volume).ravel()[: LAST + 1]
            after[: len(flows), i] = flows
        of_months = {"at_start": month == 0, "in_horizon": running, "in_life": life,
                     "at_end": month == self.months}  # fmt: skip
        along = {"cost": cost, "cumulative_cost": cost.cumsum(axis=0),
                 "after_tax": after}  # fmt: skip
        empty = {"cumulative_cost": "#N/A"}
        paid = cost.sum(axis=0)
        least = self.names[int(np.argmin(paid))]
        months = "1 month" if self.months == 1 else f"{self.months} months"
        said = f"No other has cost less than {least} after {months}"
        return expected_units.monthly(self) | line_names("cash", paid, self.slots, self.room) | {
            "title_cash": said if len(self.slots) > 1 else "Cumulative cost",
            **{name: flags.astype(int) for name, flags in of_months.items()},
            **dict.fromkeys(("month_of_cost", "month_of_cumulative_cost", "month_of_after_tax"),
                            month),
            "charted_month": np.minimum(month, self.months),
            "annuity": annuity(self.over),
            "discount_factor": replace(self.over, months=LAST).discount_factors(),
            "volume_factor": moved("volume_growth"), "price_factor": price,
            "infra_factor": moved("infra_price_change"), "wage_factor": moved("wage_growth"),
            "requests": self.volume * moved("volume_growth"),
            "priced_requests": self.volume * moved("volume_growth") * price,
            **{f"weight_of_{stream.name}": self.weight(stream)
               for stream in STREAMS if stream not in OWN_WEIGHT},
            **{name: spread(table.T, self.slots, self.room, empty.get(name, "")).T
               for name, table in along.items()},
        }  # fmt: skip

    def weight(self, stream, approach=None):
        """The worth of 1 spent on a stream, month by month: where a weight of the model is one."""
        own = approach or TCOComponents(0, 0, 0, 0, **dict.fromkeys(stream.needs, 1.0))
        return self.over.weight_of(stream, own)

    def total_cost(self):
        parts = {f"monthly_{part.name}": [tco.breakdown.get(part.name, 0.0) for tco in self.tco]
                 for part in COMPONENTS}  # fmt: skip
        streams = {stream.name: [each.streams().get(stream, 0.0) for each in self.approaches]
                   for stream in STREAMS if stream.timing not in BY_UNIT}  # fmt: skip
        streams |= {
            f"weight_of_{stream.name}": [
                self.weight(stream, each) if each.pays(stream) else 0.0 for each in self.approaches
            ]
            for stream in OWN_WEIGHT
            if stream.timing not in BY_UNIT
        }
        of_units = expected_units.costs(self)
        self.lines = [CostModel(0, of_units["present_slope"][i], of_units["present_start"][i])
                      for i in self.slots]  # fmt: skip
        models = [each.cost_model(self.months) for each in self.approaches]
        times = [each.times_recurring(self.months) for each in self.approaches]
        later = [each.retraining_cost * k + each.exit_cost
                 for each, k in zip(self.approaches, times, strict=True)]  # fmt: skip
        totals = ("monthly_total", "annual_total", "horizon_total")
        listed = {"paid_name": self.names,
                  "paid_upfront": [model.upfront_cost - once
                                   for model, once in zip(models, later, strict=True)]}  # fmt: skip
        listed["paid_last"] = [
            each.exit_cost - of_units["unit_got_back"][i]
            for i, each in zip(self.slots, self.approaches, strict=True)
        ]
        listed |= {f"paid_{stream.name}": [each.streams().get(stream, 0.0)
                                           for each in self.approaches]
                   for stream in STREAMS if stream not in OWN_WEIGHT}  # fmt: skip
        paid = [self.over.costs(each, self.volume).sum() for each in self.approaches]
        return of_units | {"approach_number": np.arange(self.room) + 1} | self.along(
            **parts, **streams, **listed,
            **{name: [getattr(tco, name) for tco in self.tco] for name in totals},
            upfront=[model.upfront_cost - once for model, once in zip(models, later, strict=True)],
            later=later, times_recurring=times,
            by_request=[model.cost_per_request for model in models],
            error_rate=[each.error_rate for each in self.approaches],
            fixed=[model.fixed_monthly for model in models],
            cost_per_1k=[tco.cost_per_request * 1000 for tco in self.tco],
            nominal_cost=paid, present_cost=self.monthly * annuity(self.over),
            present_monthly=self.monthly,
        )  # fmt: skip

    def meeting(self, i, j):
        """Where the lines of two approaches cross, with units those of their average costs."""
        if any(each.has_units for each in self.approaches):
            volume = self.lines[i].breakeven(self.lines[j], 1)
        else:
            volume = self.over.breakeven(self.approaches[i], self.approaches[j])
        return "none" if math.isnan(volume) else volume

    def last_change(self, i, j):
        """The last volume where two change places; where volume moves, that of their averages."""
        row = self.pairs[min(i, j), max(i, j)]
        return row["mean_meets" if row["crossing_kind"] == "growth" else "changes_last"]

    def crossings(self):
        used = range(len(self.slots))
        units = any(each.has_units for each in self.approaches)
        matrix = [["" if i == j else self.last_change(i, j) for j in used] for i in used]
        table = np.full((self.room, self.room), "", dtype=object)
        table[np.ix_(self.slots, self.slots)] = matrix
        banded, found, at_band = expected_bands.fields(self)
        starts, current = ([each[k] for each in found] for k in (0, 2))
        ends = [end for _, end, _ in found]
        follows = 0 if self.next is None else self.overtakes[self.next]
        top = max(1, self.volume, follows, reach(self.volume, starts)) * MARGIN
        volumes = top * np.arange(POINTS.count) / (POINTS.count - 1)
        at_volumes = np.array([self.over.present_cost(each, volumes) / annuity(self.over)
                               for each in self.approaches])  # fmt: skip
        marks = list(zip(starts, at_band, strict=True))[1:]
        marks = [(n, cost) if n <= top else ("#N/A", "#N/A") for n, cost in marks]
        names = self.along(name=self.names)["name"]
        named = line_names("volume", at_volumes[:, -1], self.slots, self.room)
        kinds = {"pass": self.passes, "fail": ~self.passes}
        drawn = {f"{kind}_at_volume": spread(
            np.where(met[:, None], at_volumes.astype(object), "#N/A"), self.slots, self.room,
            "#N/A").T for kind, met in kinds.items()}  # fmt: skip
        drawn |= {f"{kind}_height": spread(
            np.where(met, named["volume_height"][self.slots], "#N/A"), self.slots, self.room,
            "#N/A") for kind, met in kinds.items()}  # fmt: skip
        until = "" if self.next is None else self.until[self.next]
        until = f" and below {until:,.0f}" if isinstance(until, float) else ""
        said = (
            "Cost against volume"
            if self.next is None
            else (
                f"{self.names[self.next]} costs less above {follows:,.0f}{until} requests a month"
            )
        )
        return {
            "title_cost": said,
            **named, **drawn, "breakeven": table,
            **dict.fromkeys(("listed_name", "crossing_name", "reached_name", "crossing_pair_name",
                             "crossing_step_name"), names),
            **{name: spread(values, range(len(values)), self.room) for name, values in {
                "band_from": starts,
                "band_to": ["no limit" if end == math.inf else end for end in ends],
                "band_name": [self.names[i] for i in current],
                "band_position": [self.slots[i] + 1 for i in current]}.items()},
            "chart_top": top, "volume": volumes,
            "cost_at_volume": spread(at_volumes, self.slots, self.room, "#N/A").T,
            "mark_volume": spread([n for n, _ in marks], range(1, len(found)), self.room, "#N/A"),
            "mark_cost": spread([c for _, c in marks], range(1, len(found)), self.room, "#N/A"),
            "band_verdict": spread(
                [self.band_verdict(i, *ends) for i, *ends in zip(
                    current, starts, ends, strict=True)],
                range(len(found)), self.room),
            "named_volume": follows or "#N/A",
            "named_cost": expected_bands.cost(self, self.first, follows) if follows else "#N/A",
            **self.along(charted_name=[name if met else f"{name} (fails)" for name, met in zip(
                self.names, self.passes, strict=True)]),
            "breakeven_answer": self.of_units(units, banded["bands_exact"], ends),
            "today_volume": self.volume, "today_cost": self.monthly.min(),
            **banded, **self.on_logarithms(starts, at_band, follows),
        }  # fmt: skip

    def on_logarithms(self, starts, at_band, follows):
        """The chart from a tenth of the first crossing, or today's volume, to ten of the last."""
        today = max(1, self.volume)
        low = min(today, *starts[1:2], today) / 10
        top = max(today, *starts, follows) * 10
        volumes = low * (top / low) ** (np.arange(POINTS.count) / (POINTS.count - 1))
        costs = np.array([self.over.present_cost(each, volumes) / annuity(self.over)
                          for each in self.approaches])  # fmt: skip
        costs = np.maximum(1, costs)
        named = line_names("wide", np.log(costs[:, -1]), self.slots, self.room)
        heights = [math.exp(named["wide_height"][slot]) for slot in self.slots]
        marks = range(1, len(starts))
        return named | {
            "title_wide": "Cost against volume, on logarithmic axes",
            "wide_low": low, "wide_top": top, "wide_today": self.volume or "#N/A",
            "wide_volume": volumes,
            "wide_cost": spread(costs, self.slots, self.room, "#N/A").T,
            "wide_name_height": spread(heights, self.slots, self.room, "#N/A"),
            "wide_mark": spread(starts[1:], marks, self.room, "#N/A"),
            "wide_mark_cost": spread(at_band[1:], marks, self.room, "#N/A"),
        }  # fmt: skip

    def requirements(self):
        measured = [np.array(self.inputs(field), dtype=float) for field in PERFORMANCE]
        dear = np.array([tco.cost_per_request for tco in self.tco]) * 1000
        where = [WHERE[each] for each in self.inputs("deployment")]
        profile = PerformanceProfile(dear, *measured, dear)
        found, single = gate(self.values, self.names, where, profile)
        found["load_met"], found["load_reason"] = expected_units.loads(self)
        for i, why in enumerate(found["load_reason"]):
            if why:
                known = [found[f"{name}_reason"][i] for name in (*CRITERIA, "load", "deployment")]
                found["why_not"][i] = "; ".join(filter(None, known))
                found["verdict"][i] = "fail"
        found |= ranked(found)
        words = CRITERIA | {"load": "load", "deployment": "deployment"}
        order = ("latency", "throughput", "accuracy", "load", "cost_1k", "deployment")
        found["missed"] = [
            ", ".join(words[each] for each in order if found[f"{each}_reason"][i])
            for i in range(len(self.names))
        ]
        self.found = found
        self.passes = np.array(found["verdict"]) == "pass"
        self.why_not = found["why_not"]
        self.order = sorted(range(len(self.names)),
                            key=lambda i: (not self.passes[i], self.monthly[i]))  # fmt: skip
        self.first = self.order[0]
        everyone = range(len(self.names))
        self.may_pass_from, self.passes_from, self.passes_to = zip(
            *(expected_units.passing(self, i) for i in everyone), strict=True)  # fmt: skip
        self.passes_later = [start if to > self.volume else math.inf for start, to in zip(
            self.passes_from, self.passes_to, strict=True)]  # fmt: skip
        self.fields |= expected_crossings.fields(self)
        self.changes = [expected_crossings.known(self, i) for i in everyone]
        rows = [self.against_the_first(i) for i in everyone]
        self.overtakes = [row["overtakes_at"] for row in rows]
        self.until = [row["overtakes_until"] for row in rows]
        self.may_overtake = [row["may_overtake"] for row in rows]
        self.next = min((i for i, n in enumerate(self.overtakes) if not math.isnan(n)),
                        key=lambda i: self.overtakes[i], default=None)  # fmt: skip
        models = [each.cost_model(self.months) for each in self.approaches]
        most = self.values["max_cost_per_1k"]
        units = [self.fields["unit_cost"][slot] for slot in self.slots]
        cost = self.monthly[self.first]
        position = [self.slots[i] + 1 for i in self.order]
        return single | self.along(
            **found, verdict_order=found["verdict"], ordered_cost=self.monthly,
            passing_cost=np.where(self.passes, self.monthly, np.nan),
            failing_cost=np.where(self.passes, np.nan, self.monthly),
            place=ranks(self.order), candidate_volume=self.names, candidate_cheaper=self.names,
            **{name: [row[name] for row in rows] for name in rows[0]},
            fixed_part=[each.monthly(0, self.months) for each in models],
            unit_part=[each.monthly(0, self.months) + unit * max(1, of.units_minimum)
                       for each, unit, of in zip(models, units, self.approaches, strict=True)],
            left_over=["" if most is None else most - (each.cost_per_request + (
                unit / of.unit_capacity if expected_units.has(of) else 0)) * 1000
                       for each, unit, of in zip(models, units, self.approaches, strict=True)],
            carries=[of.unit_capacity or "" for of in self.approaches],
            may_pass_from=[expected_units.shown(n, "never") for n in self.may_pass_from],
            passes_from=[expected_units.shown(n, "never") for n in self.passes_from],
            passes_later=[expected_units.shown(n, "never") for n in self.passes_later],
            passes_to=[expected_units.shown(n, "no limit") for n in self.passes_to],
            may_before=list(map(self.may_before, everyone)),
            undercuts=[int(self.passes[self.first] and not met
                           and a < cost - TOLERANCE * max(1, cost))
                       for met, a in zip(self.passes, self.monthly, strict=True)],
        ) | {"position": spread(position, range(len(position)), self.room)}  # fmt: skip

    def against_the_first(self, i):
        """From and to which volume one costs less than the first for certain, and passes."""
        first, passes = self.first, self.passes[self.first]
        nothing = {"eligible_from": np.nan, "order_certain": "", "cheaper_from": np.nan,
                   "overtakes_at": np.nan, "cheaper_to": "", "overtakes_until": "",
                   "may_overtake": 0}  # fmt: skip
        if i == first:
            return nothing
        part = {name: [self.fields[f"present_{name}"][self.slots[k]] for k in (i, first)]
                for name in ("start", "slope", "below", "above")}  # fmt: skip
        units = expected_units.has(self.approaches[i]) and self.approaches[i].has_units
        same, start = self.passes[i] == passes, self.volume
        if passes and not (self.passes[i] and not units):
            start = max(self.volume, self.passes_from[i])
        steeper = part["slope"][0] - part["slope"][1]
        highest = part["start"][0] + part["above"][0] - part["start"][1] + part["below"][1]
        certain = self.certain(i, steeper, highest)
        begins = math.inf
        if steeper < 0:
            begins = max(start, certain)
        elif not same and start < math.inf:  # else it costs more from today's volume on
            less = highest < 0 if steeper == 0 else start < certain
            begins = start if less else math.inf
        ends = certain if steeper > 0 else math.inf
        overtakes = begins
        if passes and begins >= self.passes_to[i]:
            overtakes = math.inf
        until = min(ends, self.passes_to[i]) if passes else ends
        late = max(self.volume, self.may_pass_from[i] if self.may_pass_from[i] < math.inf else 0)
        later = part["below"][0] + part["below"][1] > 0
        if later and isinstance(self.changes[i], tuple):
            later = max(self.changes[i], default=0) > self.volume
        may = overtakes == math.inf and later and (
            not passes
            or (self.may_pass_from[i] < math.inf and self.passes_to[i] > self.volume)) and (
            part["slope"][0] < part["slope"][1]
            or part["start"][0] - part["below"][0] + part["slope"][0] * late
            < part["start"][1] + part["above"][1] + part["slope"][1] * late)  # fmt: skip
        blank = lambda n: np.nan if n == math.inf else n  # noqa: E731
        return {
            "eligible_from": blank(start), "cheaper_from": blank(begins),
            "order_certain": "" if start == math.inf or certain is None else certain,
            "overtakes_at": blank(overtakes), "may_overtake": int(may),
            "cheaper_to": "" if overtakes == math.inf else expected_units.shown(ends, "no limit"),
            "overtakes_until":
                "" if overtakes == math.inf else expected_units.shown(until, "no limit"),
        }  # fmt: skip

    def certain(self, i, steeper, highest):
        """From which volume on one costs less than the first, or up to which, where it rises more.

        Exactly, where that is known; else for certain, whatever its units cost.
        """
        changes = self.changes[i]
        if isinstance(changes, tuple):
            if not changes:
                return 0
            row = self.pairs[min(i, self.first), max(i, self.first)]
            below = row["cheaper_before"] == self.names[i]
            return changes[-1] if steeper < 0 else changes[0] if below else 0
        return None if steeper == 0 else -highest / steeper

    def may_before(self, i):
        """Whether units may make one cheaper than the first below the volume that is told."""
        units = [self.fields["present_below"][self.slots[k]] for k in (i, self.first)]
        if i == self.first or not any(units):
            return 0
        changes, told = self.changes[i], math.inf if self.next is None else (
            self.overtakes[self.next])  # fmt: skip
        if not isinstance(changes, tuple):
            return 1
        return int(bool(changes) and changes[0] < told and changes[-1] > self.volume)

    def of_units(self, units, exact, ends):
        """What is said of the volumes of the Breakeven sheet."""
        if not units:
            return "No approach buys or rents units: the volumes are exact."
        if self.over.volume_growth:
            return ("Units are added whole: the volumes are those at which costs cross on average, "
                    "half a unit more than the volume fills. As the volume moves, they are not "
                    "worked out exactly here; BB_DISCOUNTED_BREAKEVEN gives those from which the "
                    "order stays.")  # fmt: skip
        said = ("Units are added whole, so two may change places more than once: the breakeven "
                "volumes are the last ones, and the first ones stand further down.")  # fmt: skip
        if not exact:
            return said + (" Who is the cheapest by volume goes by what units cost on average, half"
                           " a unit more than the volume fills.")  # fmt: skip
        return said + " Above the last volume, the cheapest changes again." * (math.inf not in ends)

    def band_verdict(self, i, start, end):
        """Whether the cheapest of a band passes in it."""
        begins, ends = self.passes_from[i], self.passes_to[i]
        if begins == math.inf:
            return "at some volumes" if self.may_pass_from[i] < math.inf else "fail"
        if begins >= end or ends <= start:
            return "fail"
        return (f"pass{f' from {begins:,.0f}' if begins > start else ''}"
                f"{f' to {ends:,.0f}' if ends < end else ''}")  # fmt: skip

    def summary(self):
        first, second = self.first, self.order[1] if len(self.order) > 1 else None
        passing, name = int(self.passes.sum()), self.names[self.first]
        gap = None if second is None else self.monthly[second] - self.monthly[first]
        next_ = self.next
        cheapest = int(np.argmin(self.monthly))
        soonest = int(np.argmin(self.passes_later))
        placed = {
            "name": [self.names[i] for i in self.order],
            "verdict": ["pass" if self.passes[i] else "fail" for i in self.order],
            "monthly": self.monthly[self.order],
            "gap": self.monthly[self.order] - self.monthly[first],
            "present": self.monthly[self.order] * annuity(self.over),
            "cash": [self.over.costs(self.approaches[i], self.volume).sum() for i in self.order],
            "missed": [self.found["missed"][i] for i in self.order],
        }
        moving = (self.over.volume_growth, self.over.api_price_change, self.over.infra_price_change,
                  self.over.wage_growth)  # fmt: skip
        weights = [self.values[f"weight_{each}"] for each in CRITERIA.values()]
        case = self.values["case"]
        warnings = {
            "check_case": case != "base" and not any(
                self.values.get(f"{each.field}_{case}") is not None for each in inputs.BY_CASE),
            "check_move": self.fields["check_move"] == "WARNING",
            "check_load": "not tested" in list(self.found["load_met"]),
            "check_passes": passing == 0, "check_rates": max(moving) > 1,
            "check_shock": self.over.shock_factor != 1 and self.over.shock_month > self.months,
            "check_weights": sum(weights) == 0,
            "check_usd_rate":
                (self.values["currency"] in ("USD", "US$", "$")) != (self.values["usd_rate"] == 1),
        }  # fmt: skip
        said = {name: "WARNING" if each else "OK" for name, each in warnings.items()}
        count = sum(warnings.values())
        checks = f"{count} WARNING{'S' * (count > 1)}" if count else "All checks OK"
        headlines = said | {
            "checks": checks,
            "compared": len(self.names), "passing": passing,
            "recommended": name if passing else "none",
            "recommended_cost": self.monthly[first] if passing else "",
            "runner_up": "none" if second is None else self.names[second],
            "margin": "" if second is None else gap,
            "cheapest": self.names[cheapest], "cheapest_cost": self.monthly[cheapest],
            "next_winner": "none" if next_ is None else self.names[next_],
            "next_volume": "none" if next_ is None else self.overtakes[next_],
            "next_until": "none" if next_ is None else self.until[next_],
            "first_passing":
                self.names[soonest] if self.passes_later[soonest] < math.inf else "none",
            "undercutting": self.fields["undercuts"][self.slots].sum(),
            "requirements_cost": self.monthly[first] - self.monthly[cheapest] if passing else "",
        }  # fmt: skip
        answer = self.sentences(passing, gap, next_) | self.cheaper(cheapest)
        answer["answer"] = ("" if case == "base" else f"In the {case} case: ") + answer["answer"]
        order = ("answer", "answer_margin", "answer_cheaper", "answer_volume", "answer_certainty")
        return (
            {f"placed_{k}": spread(v, range(len(v)), self.room) for k, v in placed.items()}
            | headlines
            | answer
            | {"recommendation": " ".join(filter(None, map(answer.get, order)))}
        )

    def sentences(self, passing, gap, next_):
        """The answer in words."""
        name, volume = self.names[self.first], f"{figure(self.volume)} requests a month"
        over = "1 month" if self.months == 1 else f"{self.months} months"
        tied = self.fields.get("tied", 0)
        if tied:
            others = self.names[self.order[1]] if tied == 1 else f"{tied} others"
            all_tied = f"{name} and {others}"
        if passing:
            count = len(self.names)
            which = "cheapest approach that meets the requirements"
            if passing == 1:
                which = f"only one of {count} approaches compared that meets the requirements"
            if count == 1:
                which = "only approach compared, and meets the requirements"
            who = f"{name} is the {which}"
            if tied:
                who = f"{all_tied} cost the same and are the cheapest that meet the requirements"
            who = f"At {volume} over {over}, {who}. {self.costing(tied)}"
        else:
            who = (f"No approach meets every requirement at {volume} over {over}. The cheapest of "
                   f"all {f'are {all_tied}' if tied else f'is {name}'}. {self.costing(tied)}"
                   )  # fmt: skip
        met = expected_units.carried(self) if passing else self.will_pass()
        if gap is None:
            alone = "There is no other approach to compare it with."
            return {"answer": who, "answer_margin": alone, "answer_volume": met,
                    "answer_certainty": ""}  # fmt: skip
        second = self.names[self.order[1]]
        margin = f"{second} costs {self.money(gap)} {'more' if gap > 0 else 'less'}{self.a_month}"
        if abs(gap) <= TOLERANCE * max(1, self.monthly.min()):
            margin = f"{second} costs the same"
        margin += ", but does not meet the requirements." if passing == 1 else "."
        if passing == 1 and self.fields["undercuts"][self.slots].sum():
            margin = ""
        if next_ is None:
            other = "that meets the requirements" if passing else "approach"
            later = f"At no higher volume does another {other} cost less than {name}."
            if sum(self.may_overtake):
                later = ("Units are added whole: at some higher volumes another may cost less than "
                         f"{name}; see the Breakeven sheet.")  # fmt: skip
        else:
            until = self.until[next_]
            below = "" if until == "no limit" else f" and below {until:,.0f}"
            there = self.passes[next_] != self.passes[self.first]
            later = (
                f"{self.names[next_]} costs less above {self.overtakes[next_]:,.0f}{below} "
                f"requests a month{' and meets the requirements there' if there else ''}"
            )
            changes = self.changes[next_]
            some = (isinstance(changes, tuple) and len(set(changes)) > 1
                    and self.overtakes[next_] == changes[-1])  # fmt: skip
            hedge = f", and {'at some' if some else 'perhaps at'} lower volumes, as units are added"
            before = any(map(self.may_before, range(len(self.names))))
            later += f"{hedge} whole." if before else "."
        later = f"{later} {met}".strip()
        sure = f"{expected_threats.sentence(self)} {self.fields['answer_chance']}".strip()
        return {"answer": who, "answer_margin": margin, "answer_volume": later,
                "answer_certainty": sure}  # fmt: skip

    def will_pass(self):
        """Who meets the requirements first, where nobody does today."""
        i = int(np.argmin(self.passes_later))
        if self.passes_later[i] == math.inf:
            if any(n < math.inf and expected_units.has(each) for n, each in zip(
                    self.may_pass_from, self.approaches, strict=True)):  # fmt: skip
                return ("At some higher volumes one may meet every requirement, as units are added "
                        "whole.")  # fmt: skip
            return "At no higher volume does one meet every requirement."
        above = f"{self.passes_later[i]:,.0f} requests a month"
        units = any(map(expected_units.has, self.approaches))
        more = ", and one perhaps at lower volumes, as units are added whole" if units else ""
        return f"{self.names[i]} meets every requirement above {above}{more}."

    def cheaper(self, cheapest):
        """What the requirements cost, where one that fails would cost less."""
        count = self.fields["undercuts"][self.slots].sum()
        if not count:
            return {"answer_cheaper": ""}
        gap = self.money(self.monthly[self.first] - self.monthly[cheapest])
        said = (f"{self.names[cheapest]} would cost {gap} less{self.a_month}, but does not meet "
                f"the requirements: {self.why_not[cheapest]}.")  # fmt: skip
        if count > 1:
            said += (f" Of those that cost less than {self.names[self.first]}, {count} do not meet "
                     "the requirements.")  # fmt: skip
        return {"answer_cheaper": said}

    def costing(self, tied):
        """What the first costs, in words; what is named is on."""
        it, its = "It", "Its present cost"
        if tied:
            it, its = self.names[self.first], f"The present cost of {self.names[self.first]}"
        rate, tax = self.over.annual_rate, self.over.tax_rate
        present = self.money(self.monthly[self.first] * annuity(self.over))
        a_month = self.money(self.monthly[self.first])
        cash = self.money(self.over.costs(self.approaches[self.first], self.volume).sum())
        taxed = f" after tax at {figure(tax * 100)}%" if tax else ""
        cash = f"the cash paid over the horizon is {cash}{' before tax' if tax else ''}."
        if rate:
            return (f"{its} is {present}, discounted at {figure(rate * 100)}% a year"
                    f"{' and' + taxed if tax else ''}, or {a_month} a month in equal payments; "
                    + cash)  # fmt: skip
        said = f"{it} costs {a_month} a month on average, {present} over the horizon{taxed}"
        return f"{said}; {cash}" if tax else f"{said}."
