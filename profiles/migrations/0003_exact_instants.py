from typing import ClassVar

from django.db import migrations

# What reads as an instant must do so in Python and in PostgreSQL: one takes an hour 24, a second 60 and no offset
# beyond 15:59, the other the reverse. A value of a person that only one of them refuses would fail the whole statement.
CHANGE = r"""
create or replace function zhitu_instant(value jsonb) returns timestamptz language plpgsql immutable parallel safe as $$
begin
    if jsonb_typeof(value) = 'string' and (value #>> '{}') ~
        '^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?([Zz]|[+-](0[0-9]|1[0-5]):[0-5][0-9])$'
    then
        return (value #>> '{}')::timestamptz;
    end if;
    return null;
exception when datetime_field_overflow or invalid_datetime_format then
    return null;
end $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("profiles", "0002_rule_functions")]
    operations: ClassVar = [migrations.RunSQL(CHANGE, migrations.RunSQL.noop)]
