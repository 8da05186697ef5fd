from typing import Any, ClassVar
from zoneinfo import available_timezones

import django.db.models.functions.datetime
from django.db import migrations, models

import workspaces.models.base

# The SQL side of profiles.rules.compare, profiles.rules.moments and profiles.attributes, frozen here with the migration;
# property tests compare the two sides. None of them catches an error: before PostgreSQL 17 a parallel worker may not.
FUNCTIONS = r"""
create function zhitu_month_length(year int, month int) returns int language sql immutable parallel safe as $$
    select case
        when month = 2 then case when year % 4 = 0 and (year % 100 <> 0 or year % 400 = 0) then 29 else 28 end
        when month in (4, 6, 9, 11) then 30 else 31
    end
$$;
-- A number is taken as it is: by its text it took twice as long.
create or replace function zhitu_number(value jsonb) returns numeric language sql immutable parallel safe as $$
    select case jsonb_typeof(value)
        when 'number' then value::numeric
        when 'string' then case
            when (value #>> '{}') ~ '^-?([0-9]{1,60}(\.[0-9]{0,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$'
            then (value #>> '{}')::numeric
        end
    end
$$;
-- Of a text that begins like a date, with a month and a day that some month has.
create function zhitu_is_day(value text) returns boolean language sql immutable parallel safe as $$
    select left(value, 4) <> '0000'
        and substr(value, 9, 2)::int <= zhitu_month_length(left(value, 4)::int, substr(value, 6, 2)::int)
$$;
create or replace function zhitu_instant(value jsonb) returns timestamptz language plpgsql immutable parallel safe as $$
declare
    given text := value #>> '{}';
begin
    if jsonb_typeof(value) = 'string' and given ~
        '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?([Zz]|[+-](0[0-9]|1[0-5]):[0-5][0-9])$'
    then
        if zhitu_is_day(given) then
            return given::timestamptz;
        end if;
    end if;
    return null;
end $$;
create function zhitu_date(value jsonb) returns date language plpgsql immutable parallel safe as $$
declare
    given text := value #>> '{}';
begin
    if jsonb_typeof(value) = 'string' and given ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then
        if zhitu_is_day(given) then
            return make_date(left(given, 4)::int, substr(given, 6, 2)::int, substr(given, 9, 2)::int);
        end if;
    end if;
    return null;
end $$;
-- The first instant of a day in a zone: of a midnight that comes twice, the first one.
create function zhitu_midnight(day date, zone text) returns timestamptz language plpgsql immutable parallel safe as $$
declare
    found timestamptz := day::timestamp at time zone zone;
begin
    if (found - interval '1 hour') at time zone zone = day::timestamp then
        return found - interval '1 hour';
    end if;
    return found;
end $$;
-- What reads as a number or an instant is one value however it is written; lists and objects are none.
create function zhitu_scalar(value jsonb) returns text language sql immutable parallel safe as $$
    select case
        when jsonb_typeof(value) in ('object', 'array') then null
        when zhitu_number(value) is not null then 'n' || trim_scale(zhitu_number(value))::text
        when zhitu_instant(value) is not null then 'i' || extract(epoch from zhitu_instant(value))::text
        else 't' || (value #>> '{}')
    end
$$;
-- RFC 3339, a date as midnight of `zone`, or Unix time: seconds, or milliseconds from 1e11 on.
create function zhitu_moment(value jsonb, zone text) returns timestamptz language plpgsql immutable parallel safe as $$
declare
    read numeric := zhitu_number(value);
begin
    if abs(read) >= 1e11 then
        read := read / 1000;
    end if;
    if read is not null then
        return case when abs(read) < 9e9
            then '1970-01-01T00:00:00Z'::timestamptz + trunc(read * 1000000)::float8 * interval '1 microsecond' end;
    end if;
    return coalesce(zhitu_instant(value), zhitu_midnight(zhitu_date(value), zone));
end $$;
-- The midnight at which the value's day returns next, today included; not before the day itself, and 29 February on the
-- 28th of common years.
create function zhitu_anniversary(value jsonb, zone text, at timestamptz) returns timestamptz
language plpgsql immutable parallel safe as $$
declare
    day date := coalesce(zhitu_date(value), (zhitu_moment(value, zone) at time zone zone)::date);
    today date := (at at time zone zone)::date;
    month int := extract(month from day);
    found date;
begin
    if day is null or day < '0001-01-01' or day > '9999-12-31' then
        return null;
    end if;
    for year in extract(year from today)::int .. extract(year from today)::int + 1 loop
        found := make_date(year, month, least(extract(day from day)::int, zhitu_month_length(year, month)));
        exit when found >= today;
    end loop;
    return zhitu_midnight(greatest(found, day), zone);
end $$;
-- A merge patch (RFC 7396) applied; a missing value is null.
create function zhitu_merge(old jsonb, patch jsonb) returns jsonb language plpgsql immutable parallel safe as $$
declare
    result jsonb := '{}';
    part record;
begin
    if jsonb_typeof(patch) <> 'object' then
        return nullif(patch, 'null'::jsonb);
    end if;
    if jsonb_typeof(old) = 'object' then
        result := old;
    end if;
    for part in select * from jsonb_each(patch) loop
        if part.value = 'null'::jsonb then
            result := result - part.key;
        else
            result := result || jsonb_build_object(part.key, zhitu_merge(result -> part.key, part.value));
        end if;
    end loop;
    return result;
end $$;
create aggregate zhitu_fold(jsonb) (sfunc = zhitu_merge, stype = jsonb, parallel = safe);
"""
# Names that PostgreSQL and Python both know: a person may have named anything.
ZONES = """
create function zhitu_zone(asked text, fallback text) returns text language sql immutable parallel safe as $$
    select case when asked = any('{{{names}}}'::text[]) then asked else fallback end
$$
"""
DROP = """
drop function zhitu_zone(text, text);
drop aggregate zhitu_fold(jsonb);
drop function zhitu_merge(jsonb, jsonb);
drop function zhitu_anniversary(jsonb, text, timestamptz);
drop function zhitu_moment(jsonb, text);
drop function zhitu_scalar(jsonb);
drop function zhitu_midnight(date, text);
drop function zhitu_date(jsonb);
"""


def make_zones(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("select name from pg_timezone_names")
        names = sorted({name for (name,) in cursor.fetchall()} & available_timezones())
        cursor.execute(ZONES.format(names=",".join(names)))


class Migration(migrations.Migration):
    dependencies: ClassVar = [("profiles", "0004_segments")]
    operations: ClassVar = [
        migrations.RunSQL(FUNCTIONS, DROP),
        migrations.RunPython(make_zones, migrations.RunPython.noop),
        migrations.AddField(
            model_name="profile",
            name="history_since",
            field=models.DateTimeField(
                editable=False,
                help_text="Since when their changes are on record; empty: none is, and what is known counts from updated_at.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="PersonHistory",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=workspaces.models.base.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("workspace_id", models.UUIDField()),
                ("profile_id", models.UUIDField()),
                ("at", models.DateTimeField(help_text="When it was so: a trait's timestamp, else the receipt.")),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("attributes", models.JSONField(default=dict, help_text="A merge patch (RFC 7396): null removes.")),
                (
                    "tags",
                    models.JSONField(
                        default=dict, help_text="Tag → value, true for a tag without one, null removes."
                    ),
                ),
            ],
            options={"verbose_name": "change of a person", "verbose_name_plural": "changes of people"},
        ),
        migrations.AddIndex(
            model_name="personhistory",
            index=models.Index(fields=["profile_id", "at", "id"], name="history_of_person"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(
                fields=["workspace", "name", "occurred_at"], name="event_by_name", include=["profile", "id"]
            ),
        ),
    ]
