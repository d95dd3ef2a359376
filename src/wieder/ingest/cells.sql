-- Macros: one cell of an export, as text, -> one value, or null if the cell is not of that form. A reader (key_,
-- number_, date_) is chosen for a whole column, by counts over the other macros.

create or replace temp macro trimmed(x) as
    trim(x, concat(' ', chr(9), chr(10), chr(13), chr(160), chr(8203), chr(8204), chr(8205), chr(8288), chr(65279)));

-- Words that programs write for missing values.
create or replace temp macro is_null_word(x) as
    regexp_full_match(x, '(?i)null|none|nan|<na>|#n/a|n/a|undefined|\\n');

-- Letters, digits and a few signs: no blanks, no decimal point, no address, no word for a missing value.
create or replace temp macro is_plain_key(x) as regexp_full_match(x, '[A-Za-z_#-]*[0-9][A-Za-z0-9_#-]*');

create or replace temp macro is_float_key(x) as regexp_full_match(trimmed(x), '[0-9]+[.]0');
create or replace temp macro is_exponent_key(x) as
    regexp_full_match(trimmed(x), '[0-9]([.,][0-9]+)?[eE][+][0-9]+');

create or replace temp macro key_plain(x) as x;
create or replace temp macro key_clean(x) as
    case
        when trimmed(x) = '' or is_null_word(trimmed(x)) then null
        when contains(x, '@') then lower(nfc_normalize(trimmed(x)))
        else nfc_normalize(trimmed(x))
    end;
create or replace temp macro key_float(x) as regexp_replace(key_clean(x), '[.]0$', '');

-- The address in the form in which it is compared; cells without an address give null.
create or replace temp macro email_key(x) as
    case
        when regexp_full_match(trimmed(x), '[^@\s]+@[^@\s]+') then lower(nfc_normalize(trimmed(x)))
    end;

-- The digits of a telephone number, with a leading + if it begins with + or 00. Seven digits identify a customer;
-- 4.9E+11 gives null, because its digits are lost.
create or replace temp macro phone_key(x) as
    case
        when regexp_full_match(trimmed(x), '[''+(]*[0-9][0-9 ()/.-]{6,}')
            then regexp_replace(
                regexp_replace(replace(trimmed(x), '(0)', ''), '^[''(]*([+]|00)[''(]*', '+'), '[^0-9+]', '', 'g'
            )
    end;

create or replace temp macro is_plain_number(x) as regexp_full_match(x, '[+-]?[0-9]+([.][0-9]{1,2})?');

-- Thousands separators are optional, but if there is one, they must be at every third digit.
create or replace temp macro is_point_number(x) as
    regexp_full_match(
        trimmed(x),
        '[+-]?([0-9]+|[1-9][0-9]{0,2}([, ''’\x{00A0}\x{202F}][0-9]{3})+)?([.][0-9]+)?'
    ) and regexp_matches(x, '[0-9]');
create or replace temp macro is_comma_number(x) as
    regexp_full_match(
        trimmed(x),
        '[+-]?([0-9]+|[1-9][0-9]{0,2}([. ''’\x{00A0}\x{202F}][0-9]{3})+)?(,[0-9]+)?'
    ) and regexp_matches(x, '[0-9]');

-- 1.234 may be a little more than one, or more than a thousand.
create or replace temp macro is_ambiguous_number(x) as
    regexp_full_match(trimmed(x), '[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}');

-- nullif prevents DuckDB from casting inside its CSV reader, where a failed cast drops the row.
create or replace temp macro number_plain(x) as try_cast(nullif(x, '') as DECIMAL(18, 4));
-- More than four significant decimals cannot be stored exactly.
create or replace temp macro number_point(x) as
    case
        when is_plain_number(x) then try_cast(x as DECIMAL(18, 4))
        when is_point_number(x) and not regexp_matches(x, '[.][0-9]{4}[0-9]*[1-9]')
            then try_cast(regexp_replace(x, '[^0-9.+-]', '', 'g') as DECIMAL(18, 4))
    end;
create or replace temp macro number_comma(x) as
    case
        when regexp_full_match(x, '[+-]?[0-9]+(,[0-9]{1,4})?')
            then try_cast(replace(x, ',', '.') as DECIMAL(18, 4))
        when is_comma_number(x) and not regexp_matches(x, ',[0-9]{4}[0-9]*[1-9]')
            then try_cast(replace(regexp_replace(x, '[^0-9,+-]', '', 'g'), ',', '.') as DECIMAL(18, 4))
    end;

-- Quantity times price, if it can be stored exactly in four decimals.
create or replace temp macro line_amount(quantity, unit_price) as
    case
        when try_cast(quantity * unit_price as DECIMAL(18, 4)) = quantity * unit_price
            then try_cast(quantity * unit_price as DECIMAL(18, 4))
    end;

-- Times from 1980 to 2099; others give null.
create or replace temp macro plausible_time(x) as
    case when x >= timestamp '1980-01-01' and x < timestamp '2100-01-01' then x end;

-- A date of the given form, with or without a time of day.
create or replace temp macro date_text(x, form, iso) as
    case
        when regexp_full_match(
            trimmed(x),
            concat(form, '(([ T]+|, )([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?)?')
        )
            then plausible_time(
                try_cast(replace(regexp_replace(trimmed(x), concat('^', form), iso), ',', '') as TIMESTAMP)
            )
    end;

-- Checks the form only; whether the date exists is decided by date_iso.
create or replace temp macro is_iso_date(x) as
    regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}([ T]([01][0-9]|2[0-3]):[0-9]{2}(:[0-9]{2})?)?');
create or replace temp macro date_iso(x) as plausible_time(try_cast(nullif(x, '') as TIMESTAMP));
create or replace temp macro date_ymd(x) as
    date_text(x, '([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})', '\1-\2-\3');
create or replace temp macro date_dots(x) as
    date_text(x, '([0-9]{1,2})[.]([0-9]{1,2})[.]([0-9]{4})', '\3-\2-\1');
create or replace temp macro date_dmy(x) as
    date_text(x, '([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})', '\3-\2-\1');
create or replace temp macro date_mdy(x) as
    date_text(x, '([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})', '\3-\1-\2');
create or replace temp macro date_typed(x) as plausible_time(cast(x as TIMESTAMP));

-- Timestamps with a time zone are converted to the time of the shop, whose time zone is in the variable shop_zone.
create or replace temp macro shop_time(instant) as timezone(getvariable('shop_zone'), instant);
create or replace temp macro date_instant(x) as plausible_time(shop_time(x));

-- Z, UTC, +0200 and +02:00, with or without a blank before it; or as in e-mails: Mon, 23 Sep 2024 14:21:24 +0000.
create or replace temp macro with_offset(x) as regexp_replace(trimmed(x), '(Z|UTC|GMT)$', '+00:00');
create or replace temp macro numeric_offset(x) as
    regexp_replace(with_offset(x), ' ?([+-][0-9]{2}):?([0-9]{2})$', '\1:\2');
create or replace temp macro offset_instant(x) as
    case
        when regexp_full_match(
            trimmed(x),
            concat(
                '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?',
                ' ?(Z|UTC|GMT|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)'
            )
        )
            then try_cast(numeric_offset(x) as TIMESTAMPTZ)
        when regexp_full_match(
            trimmed(x), '\p{L}{2,3}[.]?, [0-9]{1,2} \p{L}{3} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} [+-][0-9]{4}'
        )
            then try_strptime(regexp_extract(x, '[0-9].*'), '%d %b %Y %H:%M:%S %z')
    end;
create or replace temp macro date_offset(x) as
    coalesce(plausible_time(shop_time(offset_instant(x))), date_ymd(x));

-- Names of months in German or English, long or short -> the three letters that strptime expects.
create or replace temp macro english_months(x) as
    regexp_replace(
        regexp_replace(
            regexp_replace(
                regexp_replace(regexp_replace(x, '(?i)(m\x{E4}r|mrz)', 'Mar'), '(?i)mai', 'May'), '(?i)okt', 'Oct'
            ),
            '(?i)dez', 'Dec'
        ),
        '(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\p{L}*[.]?', '\1'
    );

-- The number in 'EUR 1.234,56', '$97.99' or '116,99 €'.
create or replace temp macro without_currency(x) as
    regexp_replace(
        regexp_replace(
            trimmed(x), '^([+-]?)[\s\x{A0}\x{202F}]*(\p{L}{1,3}[.]?)?[\s\x{A0}\x{202F}]*\p{Sc}?[\s\x{A0}\x{202F}]*', '\1'
        ),
        '[\s\x{A0}\x{202F}]*(\p{Sc}|\p{L}{1,3}[.]?)$', ''
    );

-- The currency in such a cell; an unknown sign is returned unchanged, so that it differs from other currencies.
create or replace temp macro currency_sign(sign) as
    coalesce(
        map {
            '€': 'EUR', '$': 'USD', 'US$': 'USD', 'AU$': 'AUD', 'A$': 'AUD', 'C$': 'CAD', 'CA$': 'CAD',
            'NZ$': 'NZD', '£': 'GBP', '¥': 'JPY', 'zł': 'PLN', 'Kč': 'CZK', 'Ft': 'HUF', '₺': 'TRY',
            '₹': 'INR', 'Fr': 'CHF'
        }[sign],
        nullif(sign, '')
    );
create or replace temp macro currency_code(x) as currency_sign(regexp_replace(x, '[^\p{L}\p{Sc}]', '', 'g'));

-- Removes the apostrophe that protects '01067 and '+49... from spreadsheets; 't Hooft keeps his.
create or replace temp macro without_apostrophe(x) as
    case when starts_with(x, '''') then regexp_replace(x, '^''([0-9+=@-])', '\1') else x end;

-- The sum of several numbers in one cell; null if one of them cannot be read.
create or replace temp macro sum_of_numbers(numbers) as
    case
        when len(numbers) > 0 and len(list_filter(numbers, lambda number: number is null)) = 0
            then cast(list_sum(numbers) as VARCHAR)
    end;
create or replace temp macro sum_of_matches(x, pattern) as
    sum_of_numbers(
        list_transform(regexp_extract_all(x, pattern, 1), lambda found: try_cast(found as DECIMAL(18, 4)))
    );
create or replace temp macro last_match(x, pattern) as regexp_extract_all(x, pattern, 1)[-1];

-- Rows of customers need nothing but a key, so totals and repeated headers look like customers: 'Total' or '12 records'
-- in a row that is otherwise numeric, or a row that repeats the names of the columns.
create or replace temp macro is_sum(x) as
    regexp_full_match(
        trimmed(x),
        concat(
            '(?i)((grand |sub)?totals?|sum|((gesamt|zwischen|end)?summe)|(ins)?gesamt)[ :]*[0-9., ]*',
            '|[0-9.,]+ (records?|rows?|customers?|datensätze|zeilen|kunden)'
        )
    );
create or replace temp macro is_number_or_sum(cell) as
    is_sum(cell) or regexp_full_match(cell, '[0-9., %+\p{Sc}\x{A0}\x{202F}-]*');
create or replace temp macro is_not_a_record(key, cells, names) as
    case
        when is_sum(key) then len(list_filter(cells, lambda cell: not is_number_or_sum(cell))) = 0
        when list_contains(names, lower(key))
            then list_transform(cells, lambda cell: lower(trimmed(coalesce(cell, '')))) = names
        else false
    end;
