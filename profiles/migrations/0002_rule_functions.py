from typing import ClassVar

from django.db import migrations

# The SQL side of profiles.rules.compare. The patterns are those of its NUMBER and INSTANT, frozen here with the
# migration; a property test compares the two sides.
CREATE = r"""
create function zhitu_text(value jsonb) returns text language sql immutable parallel safe as $$
    select case when jsonb_typeof(value) in ('object', 'array') then null else value #>> '{}' end
$$;
create function zhitu_number(value jsonb) returns numeric language sql immutable parallel safe as $$
    select case
        when jsonb_typeof(value) = 'number' then (value #>> '{}')::numeric
        when jsonb_typeof(value) = 'string'
            and (value #>> '{}') ~ '^-?([0-9]{1,60}(\.[0-9]{0,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?$'
            then (value #>> '{}')::numeric
    end
$$;
-- Immutable, because the pattern demands an offset: the session's time zone plays no part.
create function zhitu_instant(value jsonb) returns timestamptz language plpgsql immutable parallel safe as $$
begin
    if jsonb_typeof(value) = 'string' and (value #>> '{}') ~
        '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})$'
    then
        return (value #>> '{}')::timestamptz;
    end if;
    return null;
exception when datetime_field_overflow or invalid_datetime_format then
    return null;
end $$;
"""
DROP = """
drop function zhitu_text(jsonb);
drop function zhitu_number(jsonb);
drop function zhitu_instant(jsonb);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("profiles", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(CREATE, DROP)]
