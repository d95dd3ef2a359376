"""Settings: wieder.toml, then WIEDER_* variables, then flags; the later one wins."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from wieder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class OrderRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[orders]`: which rows are orders, and which orders count."""

    where: str = ""
    """Keep only rows of order exports that meet this SQL condition; the rest is counted."""
    cancelled: tuple[str, ...] = (
        "cancelled", "canceled", "voided", "failed", "expired", "storniert", "abgebrochen", "fehlgeschlagen",
    )  # fmt: skip
    """States that make an order invalid, compared without case and outer blanks."""
    unpaid: tuple[str, ...] = (
        "pending", "pending payment", "open", "unpaid", "authorized", "on-hold", "on hold",
        "awaiting payment",
        "offen", "ausstehend", "unbezahlt", "zahlung ausstehend", "in wartestellung",
    )  # fmt: skip
    """States of orders that are not paid yet, compared likewise."""
    count_unpaid: bool = True
    """Count them: an order that can still be paid is an order. False leaves them out."""
    exclude: dict[str, str] = {}
    """Further orders that do not count: name of the step in the bridge = SQL condition over an order."""
    refunded: tuple[str, ...] = ("refunded", "erstattet", "rückerstattet")
    """States of orders that were given back in full, where no amount says so, compared likewise."""
    count_refunded: bool = True
    """Count orders that were given back in full. False, the net basis, leaves them out."""
    count_test: bool = False
    """Count orders whose column is_test says yes, which are left out otherwise."""
    excluded_groups: tuple[str, ...] = ()
    """Customer groups whose orders do not count, such as B2B, compared without case and outer blanks."""
    count_zero: bool = False
    """Count orders of amount 0, such as free samples, which are left out otherwise."""
    amount_includes: tuple[Literal["tax", "shipping"], ...] | None = None
    """What the amounts of the export include, which is printed; none given: not known."""
    amount_less: tuple[Literal["shipping", "tax", "discount"], ...] = ()
    """Columns that are taken off the amount of every order; each is a step of the bridge."""
    complete_history: bool = False
    """The export reaches back to the first order of the shop, so that nobody is taken for new who is not."""
    occasion: Literal["order", "day"] = "order"
    """What a repeat purchase is: a further order, or an order on a further day."""


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[identity]`: which orders are those of one customer."""

    keys: tuple[Literal["customer_id", "email", "phone"], ...] = ("customer_id",)
    """Orders that share one of these are of one customer. An order has the first that it has as its key."""
    not_personal: tuple[str, ...] = (
        "*@marketplace.amazon.*", "*@members.ebay.*", "*@example.*", "*@*.example", "*@*.invalid",
        "*no-reply*@*", "*noreply*@*", "*donotreply*@*", "*@localhost",
    )  # fmt: skip
    """Addresses that many may share; * stands for anything. They are no key."""
    maximum_cluster: int = 20
    """Who shares keys with more customers than this is taken for a proxy, and nobody is merged."""


class InputFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[input]`: what the files do not say about themselves."""

    delimiter: Literal["", ",", ";", "tab", "|"] = ""
    """What stands between two cells; empty: found out."""
    decimal: Literal["", "point", "comma"] = ""
    """The decimal mark; empty: found out from all values, and asked for if they allow both."""
    dates: Literal["", "ymd", "dmy", "mdy"] = ""
    """The order of year, month and day; empty: found out, and asked for if the values allow two."""
    encoding: Literal["", "utf-8", "cp1252", "latin-1", "iso-8859-15", "cp1250", "cp850", "mac-roman"] = ""
    """The encoding of texts that are not UTF-8 and have no byte order mark; empty: found out."""
    sheet: str = ""
    """The sheet of an Excel workbook; empty: the first, and others with the same header."""
    time_zone: str = ""
    """The IANA name of the shop's time zone, into which times with another zone are converted."""
    currency: str = ""
    """ISO code of the currency that is kept, or that `rates` convert into; files that name none are in it."""
    rates: str = ""
    """A CSV file with the columns currency, rate and, where rates change, date: what one unit is worth."""
    accept_drift: tuple[str, ...] = ()
    """Differences between exports that are meant, by the name in the message that refuses them."""


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[retention]`: what an active customer is."""

    window_days: Annotated[int, msgspec.Meta(ge=1)] | Literal["auto"] = 180
    """A customer is active for this many days after an order; auto: found in the data."""
    maximum_lifetime_years: float = 5.0
    """The cap on the customer lifetime that CLV may assume."""


class Forecasting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[forecast]`: what is expected of customers."""

    horizon_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 365
    """How far ahead the value of customers is forecast."""
    yearly_discount_rate: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1
    """What money is worth less in a year's time, in the value of purchases to come."""
    margin: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    """The share of revenue that is left of it; values of customers are multiplied by it."""


class Segmentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[segments]`: how customers are told apart."""

    scheme: Literal["rfm", "lifecycle", "abc", "vip", "rules"] = "rfm"
    """By recency, frequency and money; by activity; by value; the best few; or by your own rules."""
    lookback_days: int = 0
    """RFM, ABC and VIP see only the orders of so many days before as-of; 0: all orders."""
    frequency: Literal["quantiles", "fixed"] = "quantiles"
    """Frequency scores by quantiles of the shop, or fixed: 1, 2, 3-4, 5-9, 10 or more orders."""
    at_risk_share: float = 0.5
    """Lifecycle: at risk is who has been silent for more than this share of the activity window."""
    vip_percent: float = 5.0
    """VIP are so many percent of the customers, those with the most revenue."""
    rfm: dict[str, str] = {}
    """Your own map: name = its cells, such as "55 54 45": recency score, then frequency-and-money score."""
    rules: dict[str, str] = {}
    """Your own segments: name = SQL condition, such as "revenue > 500 and orders >= 3"; the first decides."""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[check]`: what the quality gate lets pass; a value above its threshold crosses it."""

    skip: tuple[str, ...] = ()
    """Rules that do not matter here, by name."""
    duplicate_minutes: int = 10
    """Equal orders of one customer within so many minutes may be one order twice."""
    duplicates: float = 0.01
    """Share of such orders."""
    freshness_days: float | None = None
    """Days since the last order; not checked unless it is set."""
    gap_days: float = 0
    """Days without an order where orders were to be expected."""
    order_jump: float = 8
    """Orders of a day against the same weekdays before, in robust standard deviations."""
    value_jump: float = 8
    """Average order value of a day against the eight weeks before, likewise."""
    anonymous: float = 0.5
    """Share of orders without a customer."""
    rejected: float = 0.01
    """Share of rows that were rejected."""
    future_orders: float = 0
    """Orders that are dated after today."""
    left_truncation: float | None = None
    """Orders of the first four weeks as a share of usual ones; not checked unless it is set."""
    largest_customer: float = 0.1
    """Share of orders that one customer has."""
    excessive_refunds: float = 0
    """Orders with more refunded than they cost."""


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[report]`: how results look."""

    lang: Literal["en", "de", "de-AT", "de-CH"] = "en"
    """The language of what people read, and the country of its numbers; machine formats have none."""
    title: str = ""
    """The title of the report; empty for its usual one."""
    currency: str = ""
    """ISO code shown beside money; taken from the export where it has a currency column."""
    templates: str = ""
    """A folder whose templates replace or extend those of the report."""
    history: str = ""
    """A folder in which reports keep their results, so that later ones tell what has changed since."""
    logo: str = ""
    """A PNG or SVG file of at most 60,000 bytes, shown above the title and kept inside the page."""
    colours: dict[Literal["returning", "new", "reactivated", "lost", "anonymous", "link"], str] = {}
    """Your own colours of the charts and of links, as "#1f5a8a"; they must be told from the page."""
    forecasts: Literal["auto", "always", "never"] = "auto"
    """Forecasts and their back-test in the report; auto: for at most 200,000 customers, as they take time."""
    sections: tuple[str, ...] = ()
    """The sections of the page, in this order; none given: the usual ones."""
    comments: dict[str, str] = {}
    """Section -> your own text under its heading, in Markdown (no HTML, no images)."""


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[run]`: reports that nobody watches."""

    log: str = ""
    """A file to which every `wieder report` adds one line of JSON; empty: none."""
    wait_seconds: Annotated[float, msgspec.Meta(ge=0)] = 60
    """How long a report waits for another run that writes to the same place."""


class Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[mail]`: where `wieder report --mail` sends the report. The password is never in wieder.toml."""

    host: str = ""
    """The mail server (SMTP)."""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] | None = None
    """Its port; none given: 587 for starttls, 465 for tls, 25 for none."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is encrypted; a password is never sent over one that is not."""
    certificates: str = ""
    """A file of certificates to trust instead of those of the system."""
    user: str = ""
    """The name to log in with; empty: without."""
    password_file: str = ""
    """A file that holds the password alone; WIEDER_MAIL_PASSWORD in the environment beats it."""
    sender: str = ""
    """The address of the sender: `Shop <reports@example.com>`."""
    recipients: tuple[str, ...] = ()
    """The addresses of the recipients."""
    subject: str = "{title}, {period}: {headline}"
    """The subject; {as_of} may be in it, too. {headline} is the first figure of the report."""
    attach: tuple[Literal["html", "xlsx", "pdf", "csv"], ...] = ("html",)
    """What is attached: the report as a page, workbook or PDF, and all KPIs as CSV."""
    timeout_seconds: Annotated[float, msgspec.Meta(gt=0)] = 30
    """How long the server may take for one answer."""


class AlertRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[alerts.KPI]`: the limits of one KPI of the whole shop, in the last period in which it is final."""

    below: float | None = None
    """An alert if the value is smaller; a share is written as 0.2."""
    above: float | None = None
    """An alert if the value is larger."""
    change_below: float | None = None
    """An alert if the change to the period before is smaller: -0.1 is 10 % less, of a share 10 points."""
    change_above: float | None = None
    """An alert if the change to the period before is larger."""
    year_change_below: float | None = None
    """An alert if the change to the year before is smaller."""
    year_change_above: float | None = None
    """An alert if the change to the year before is larger."""
    band: bool = False
    """An alert if the value is outside its usual range."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything a user can set; a field at its default was not set."""

    db: str = "wieder.duckdb"
    """The store that `load` writes and analyses read."""
    columns: dict[str, str] = {}
    """Column -> its name in your files; those of other exports than orders under `[columns.EXPORT]`."""
    formats: dict[str, dict[str, Any]] = {}
    """Your own export formats by name, with the fields of those that `wieder formats` lists."""
    orders: OrderRules = OrderRules()
    identity: Identity = Identity()
    input: InputFormat = InputFormat()
    retention: Retention = Retention()
    forecast: Forecasting = Forecasting()
    segments: Segmentation = Segmentation()
    check: Check = Check()
    report: Report = Report()
    alerts: dict[str, AlertRules] = {}
    """KPI -> its limits."""
    run: Run = Run()
    mail: Mail = Mail()


VARIABLES = {
    "WIEDER_DB": ("db",),
    "WIEDER_LANG": ("report", "lang"),
    "WIEDER_CURRENCY": ("report", "currency"),
    "WIEDER_TEMPLATES": ("report", "templates"),
}
"""Environment variable -> the setting that it overrides."""


def load_settings(
    path: Path | None, environment: Mapping[str, str], flags: Mapping[tuple[str, ...], object]
) -> Settings:
    """The settings of one run.

    `path` is a wieder.toml or None; `flags` holds only what was typed, by the
    path of the setting. Raises UsageError naming file, key and value.
    """
    tree = _read(path) if path else {}
    for variable, keys in VARIABLES.items():
        if environment.get(variable):
            _put(tree, keys, environment[variable])
    _join_names(tree.get("columns"))
    for keys, value in flags.items():
        _put(tree, keys, value)
    try:
        return msgspec.convert(tree, Settings)
    except msgspec.ValidationError as error:
        raise UsageError(f"{path or 'settings'}: {error}", "the README lists every setting") from error


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path}: the settings cannot be read ({error})", "check the path given with --config"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{path}: this is no valid TOML: {error}", "strings need quotes, tables [brackets]"
        ) from error


def _join_names(columns: object) -> None:
    """Makes `spend.amount` of the `amount` under `[columns.spend]`, as `--map` writes it."""
    if not isinstance(columns, dict):
        return
    for export in [name for name, value in columns.items() if isinstance(value, dict)]:
        below = columns.pop(export)
        columns.update({f"{export}.{column}": name for column, name in below.items()})


def _put(tree: dict[str, object], keys: tuple[str, ...], value: object) -> None:
    *parents, last = keys
    for key in parents:
        branch = tree.setdefault(key, {})
        if not isinstance(branch, dict):
            raise UsageError(f"setting {key!r} must be a table", f"write [{key}] in wieder.toml")
        tree = branch
    tree[last] = value
