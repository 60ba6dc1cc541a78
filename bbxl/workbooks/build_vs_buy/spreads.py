"""Spreads: how far the drivers may be off what is typed, on the sheet Probability."""

from bbxl.model.streams import CAPACITY
from bbxl.workbooks import styles
from bbxl.workbooks.entries import Entry

SPREADS = tuple(
    Entry(f"spread_{name}", label, "share", styles.PERCENT, highest=0.9, value=value, note=note)
    for name, label, value, note in (
        ("volume", "Spread of the volume", 0.3, "Of the sheet Probability: up to so much lower or "
         "higher, likeliest as typed (triangular); 0% is certain."),
        ("api", "Spread of API prices", 0.2, "Each approach's by itself, as all below but two."),
        ("hours", "Spread of hours", 0.3, "Before the start and of each month."),
        ("rate", "Spread of the hourly rate", 0.1, "The same for all approaches."),
        ("infrastructure", "Spread of infrastructure", 0.2, "Tools, and the price and rent of "
         "units, too."),
        ("capacity", "Spread of what a unit carries", 0.3, ""),
        ("once", "Spread of data, training, moving", 0.3, "Training again and exit, too."),
        ("errors", "Spread of the cost of an error", 0.3, "The same for all approaches."),
    )
)  # fmt: skip
SPREAD_OF = {  # driver -> the spread that moves it
    each: f"spread_{name}"
    for name, drivers in {
        "volume": ("requests_per_month",),
        "api": ("api_cost_per_request",),
        "hours": ("initial_dev_hours", "monthly_maintenance_hours",
                  "incident_response_hours_monthly", "compliance_audit_hours_monthly"),
        "rate": ("engineer_hourly_rate",),
        "infrastructure": ("infrastructure_monthly", "monitoring_tooling_monthly", "unit_monthly",
                           "unit_price"),
        "capacity": (CAPACITY,),
        "once": ("data_labeling_cost", "training_compute_cost", "retraining_cost",
                 "migration_cost", "exit_cost"),
        "errors": ("cost_per_error",),
    }.items()
    for each in drivers
}  # fmt: skip
