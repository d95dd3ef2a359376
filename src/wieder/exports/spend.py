"""Spend: marketing costs by day, channel and purpose."""

from __future__ import annotations

from wieder.exports.base import Column, ColumnType, Export, Of, names
from wieder.locale.text import Text

SPEND = Export(
    name="spend",
    place=3,
    grain=Text(de="Tag, Kanal, Zweck und Maßnahme", en="day, channel, purpose and campaign"),
    of=Of.SHOP,
    replaces=("spent_on", "source"),
    day="spent_on",
    amount="amount",
    identified_by=("spent_on", "amount"),
    unless=(("order_id",), ("customer_id",)),
    columns=(
        Column(
            name="spent_on",
            type=ColumnType.DAY,
            meaning=Text(de="Tag der Ausgabe", en="day of the spend"),
            synonyms=names("spend_date spend_day cost_date ausgabentag ausgabedatum kostendatum werbetag"),
            is_needed=True,
            is_filled=True,
        ),
        Column(
            name="channel",
            type=ColumnType.LABEL,
            meaning=Text(de="Kanal, etwa google oder newsletter", en="channel, such as google or newsletter"),
            synonyms=names("kanal marketing_channel werbekanal"),
        ),
        Column(
            name="purpose",
            type=ColumnType.LABEL,
            meaning=Text(
                de="retention für Kundenbindung; alles andere gilt als Kundengewinnung",
                en="retention for existing customers; anything else counts as acquisition",
            ),
            synonyms=names("zweck ziel objective"),
            is_decisive=True,
        ),
        Column(
            name="measure",
            type=ColumnType.LABEL,
            meaning=Text(de="Maßnahme oder Kampagne", en="campaign or other activity"),
            synonyms=names("massnahme maßnahme campaign campaign_name kampagne kampagnenname"),
        ),
        Column(
            name="source",
            type=ColumnType.LABEL,
            meaning=Text(
                de="Werbekonto oder Liste; ein neuerer Export ersetzt dessen Tage",
                en="advertising account or list; a newer export replaces the days that it covers",
            ),
            synonyms=names("quelle account account_name konto"),
        ),
        Column(
            name="amount",
            type=ColumnType.MONEY,
            meaning=Text(de="Ausgaben", en="amount spent"),
            synonyms=names("cost costs spend ad_spend amount_spent kosten ausgaben werbekosten betrag"),
            is_needed=True,
            is_filled=True,
        ),
        Column(
            name="currency",
            type=ColumnType.CODE,
            meaning=Text(de="ISO-Code der Währung", en="ISO code of the currency"),
            synonyms=names("currency_code waehrung währung währungscode"),
            is_decisive=True,
        ),
        Column(
            name="impressions",
            type=ColumnType.NUMBER,
            meaning=Text(de="Einblendungen", en="impressions"),
            synonyms=names("impr impressionen einblendungen"),
        ),
        Column(
            name="clicks",
            type=ColumnType.NUMBER,
            meaning=Text(de="Klicks", en="clicks"),
            synonyms=names("klicks link_clicks"),
        ),
    ),
)
