"""Settings: their names, types, defaults and meanings. `wieder.config.reading` reads them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec


class OrderRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[orders]`: rows that are orders, and orders that count."""

    where: str = ""
    """SQL condition for rows of order exports; rows that do not meet it are left out and counted."""
    cancelled: tuple[str, ...] = (
        "cancelled", "canceled", "voided", "failed", "expired", "storniert", "abgebrochen", "fehlgeschlagen",
    )  # fmt: skip
    """States of cancelled orders, which do not count; case and outer blanks do not matter."""
    unpaid: tuple[str, ...] = (
        "pending", "pending payment", "open", "unpaid", "authorized", "on-hold", "on hold",
        "awaiting payment",
        "offen", "ausstehend", "unbezahlt", "zahlung ausstehend", "in wartestellung",
    )  # fmt: skip
    """States of orders that are not paid yet; case and outer blanks do not matter."""
    count_unpaid: bool = True
    """Whether unpaid orders count, as they can still be paid."""
    exclude: dict[str, str] = {}
    """Other orders that do not count: name of a step in the bridge = SQL condition on an order."""
    refunded: tuple[str, ...] = ("refunded", "erstattet", "rückerstattet")
    """States of fully refunded orders, for exports without a refunded amount; case does not matter."""
    count_refunded: bool = True
    """Whether fully refunded orders count; false is the net basis."""
    count_test: bool = False
    """Whether test orders count: those with yes in the column is_test."""
    excluded_groups: tuple[str, ...] = ()
    """Customer groups whose orders do not count, such as B2B; case and outer blanks do not matter."""
    count_zero: bool = False
    """Whether orders with amount 0 count, such as free samples."""
    amount_includes: tuple[Literal["tax", "shipping"], ...] | None = None
    """Parts included in the amounts of the export, shown beside them; not set: unknown."""
    amount_less: tuple[Literal["shipping", "tax", "discount"], ...] = ()
    """Columns deducted from the amount of every order; each is a step of the bridge."""
    complete_history: bool = False
    """Whether the export goes back to the first order of the shop, so no existing customer counts as new."""
    occasion: Literal["order", "day"] = "order"
    """Unit of a repeat purchase: another order, or an order on another day."""


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[identity]`: orders of the same customer."""

    keys: tuple[Literal["customer_id", "email", "phone"], ...] = ("customer_id",)
    """Columns that identify a customer, by priority: orders that share a value belong to one customer."""
    not_personal: tuple[str, ...] = (
        "*@marketplace.amazon.*", "*@members.ebay.*", "*@example.*", "*@*.example", "*@*.invalid",
        "*no-reply*@*", "*noreply*@*", "*donotreply*@*", "*@localhost",
    )  # fmt: skip
    """E-mail addresses that several customers may share, never used as a key; * matches any text."""
    maximum_cluster: Annotated[int, msgspec.Meta(ge=1)] = 20
    """Most customers that shared keys may merge into one; larger groups stay separate."""


class InputFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[input]`: facts that the files do not contain."""

    delimiter: Literal["", ",", ";", "tab", "|"] = ""
    """Separator of cells; empty: detected."""
    decimal: Literal["", "point", "comma"] = ""
    """Decimal mark; empty: detected from all values, required if they allow both."""
    dates: Literal["", "ymd", "dmy", "mdy"] = ""
    """Order of year, month and day; empty: detected from all values, required if they allow two."""
    encoding: Literal["", "utf-8", "cp1252", "latin-1", "iso-8859-15", "cp1250", "cp850", "mac-roman"] = ""
    """Encoding of text files that are not UTF-8 and have no byte order mark; empty: detected."""
    sheet: str = ""
    """Sheet of an Excel workbook; empty: the first one, and others with the same header."""
    time_zone: str = ""
    """Time zone of the shop, such as Europe/Berlin; times in other zones are converted to it."""
    currency: str = ""
    """Currency to keep, or to convert to with `rates`; also the currency of files that name none."""
    rates: str = ""
    """CSV file of exchange rates: currency, rate (value of one unit) and, where rates change, date."""
    accept_drift: tuple[str, ...] = ()
    """Intended differences from earlier exports, by the name in the message that refuses them."""


class Retention(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[retention]`: activity of customers."""

    window_days: Annotated[int, msgspec.Meta(ge=1)] | Literal["auto"] = 180
    """Days a customer stays active after an order; auto: derived from the data."""
    maximum_lifetime_years: Annotated[float, msgspec.Meta(gt=0)] = 5.0
    """Longest customer lifetime that CLV may assume."""


class Forecasting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[forecast]`: expected value of customers."""

    horizon_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = 365
    """Forecast horizon for the value of customers."""
    yearly_discount_rate: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.1
    """Yearly discount rate for the value of future purchases; 0.1 is 10 %."""
    margin: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    """Margin as a share of revenue; values of customers are multiplied by it."""


class Segmentation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[segments]`: groups of customers."""

    scheme: Literal["rfm", "lifecycle", "abc", "vip", "rules"] = "rfm"
    """Segmentation by recency, frequency and money; activity; value; best customers; or your own rules."""
    lookback_days: Annotated[int, msgspec.Meta(ge=0)] = 0
    """Days before the report date whose orders RFM, ABC and VIP use; 0: all orders."""
    frequency: Literal["quantiles", "fixed"] = "quantiles"
    """Frequency scores: quantiles of the shop, or fixed at 1, 2, 3-4, 5-9 and 10 or more orders."""
    at_risk_share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    """Share of the activity window without an order after which a customer is at risk (lifecycle)."""
    vip_percent: Annotated[float, msgspec.Meta(gt=0, le=100)] = 5.0
    """Percentage of customers that are VIP: those with the most revenue."""
    rfm: dict[str, str] = {}
    """Your own RFM segments: name = cells, such as "55 54 45" (recency, then frequency and money)."""
    rules: dict[str, str] = {}
    """Your own segments: name = SQL condition, such as "revenue > 500"; the first match decides."""


class Check(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[check]`: thresholds of the quality gate; a value above its threshold fails."""

    skip: tuple[str, ...] = ()
    """Rules to skip, by name; `wieder check --rules` lists them."""
    duplicate_minutes: Annotated[int, msgspec.Meta(ge=0)] = 10
    """Minutes within which equal orders of one customer count as possible duplicates."""
    duplicates: float = 0.01
    """Share of orders that are possible duplicates."""
    freshness_days: float | None = None
    """Days since the last order; not set: not checked."""
    gap_days: float = 0
    """Days without an order where orders are expected."""
    order_jump: float = 8
    """Difference of the orders of a day from earlier same weekdays, in robust standard deviations."""
    value_jump: float = 8
    """Difference of the average order value of a day from the eight weeks before, in the same unit."""
    anonymous: float = 0.5
    """Share of orders without a customer."""
    rejected: float = 0.01
    """Share of rejected rows."""
    future_orders: float = 0
    """Orders dated after today."""
    left_truncation: float | None = None
    """Orders of the first four weeks as a share of the usual number; not set: not checked."""
    largest_customer: float = 0.1
    """Share of orders of the largest customer."""
    excessive_refunds: float = 0
    """Orders with a refund above their amount."""


class Report(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[report]`: look and content of results."""

    lang: Literal["en", "de", "de-AT", "de-CH"] = "en"
    """Language and number format of tables and reports; machine formats are not translated."""
    title: str = ""
    """Title of the report; empty: the usual one."""
    currency: str = ""
    """Currency shown beside money, such as EUR; empty: the currency column of the export."""
    templates: str = ""
    """Folder with templates that replace or extend those of the report."""
    history: str = ""
    """Folder for the results of reports, so that later reports show changes since."""
    logo: str = ""
    """PNG or SVG file of at most 60,000 bytes, shown above the title and embedded in the page."""
    colours: dict[Literal["returning", "new", "reactivated", "lost", "anonymous", "link"], str] = {}
    """Your own colours of charts and links, such as "#1f5a8a"; they must stand out from the background."""
    forecasts: Literal["auto", "always", "never"] = "auto"
    """Forecasts and their back-test in the report; auto: up to 200,000 customers, as they take time."""
    sections: tuple[str, ...] = ()
    """Sections of the page, in this order; empty: the usual ones."""
    comments: dict[str, str] = {}
    """Your own text below the heading of a section, in Markdown without HTML and images: section = text."""


class Run(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[run]`: scheduled reports."""

    log: str = ""
    """Log file; every `wieder report` adds one line of JSON. Empty: no log."""
    wait_seconds: Annotated[float, msgspec.Meta(ge=0)] = 60
    """How long a report waits for another run writing to the same place."""


class Mail(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[mail]`: delivery by `wieder report --mail`. The password is never in wieder.toml."""

    host: str = ""
    """Mail server (SMTP)."""
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] | None = None
    """Port of the mail server; not set: 587 for starttls, 465 for tls, 25 for none."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """Encryption of the connection; a password is never sent unencrypted."""
    certificates: str = ""
    """File of certificates to trust instead of those of the system."""
    user: str = ""
    """User name for the mail server; empty: no login."""
    password_file: str = ""
    """File that contains only the password; the variable WIEDER_MAIL_PASSWORD takes precedence."""
    sender: str = ""
    """Address of the sender: `Shop <reports@example.com>`."""
    recipients: tuple[str, ...] = ()
    """Addresses of the recipients."""
    subject: str = "{title}, {period}: {headline}"
    """Subject with placeholders, also {as_of}; {headline} is the first figure of the report."""
    attach: tuple[Literal["html", "xlsx", "pdf", "csv"], ...] = ("html",)
    """Attachments: the report as a page, workbook or PDF, and all KPIs as CSV."""
    timeout_seconds: Annotated[float, msgspec.Meta(gt=0)] = 30
    """Longest wait for an answer of the server."""


class AlertRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[alerts.KPI]`: limits of a KPI of the whole shop, in its last final period."""

    below: float | None = None
    """Lower limit of the value; a share of 20 % is 0.2."""
    above: float | None = None
    """Upper limit of the value."""
    change_below: float | None = None
    """Lower limit of the change from the period before: -0.1 is 10 % less, or 10 points for a share."""
    change_above: float | None = None
    """Upper limit of the change from the period before."""
    year_change_below: float | None = None
    """Lower limit of the change from the year before."""
    year_change_above: float | None = None
    """Upper limit of the change from the year before."""
    band: bool = False
    """Whether a value outside its usual range is an alert."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All settings, as tables of wieder.toml."""

    db: str = "wieder.duckdb"
    """Store that `wieder load` writes and analyses read."""
    columns: dict[str, str] = {}
    """Names of columns in your files: column = name; for exports other than orders, `[columns.EXPORT]`."""
    formats: dict[str, dict[str, Any]] = {}
    """Your own export formats, `[formats.NAME]`, with the fields that `wieder formats` shows."""
    orders: OrderRules = OrderRules()
    identity: Identity = Identity()
    input: InputFormat = InputFormat()
    retention: Retention = Retention()
    forecast: Forecasting = Forecasting()
    segments: Segmentation = Segmentation()
    check: Check = Check()
    report: Report = Report()
    alerts: dict[str, AlertRules] = {}
    """Limits of KPIs, `[alerts.KPI]`."""
    run: Run = Run()
    mail: Mail = Mail()


VARIABLES = {
    "WIEDER_DB": ("db",),
    "WIEDER_LANG": ("report", "lang"),
    "WIEDER_CURRENCY": ("report", "currency"),
    "WIEDER_TEMPLATES": ("report", "templates"),
}
"""Environment variable -> path of the setting it overrides."""
