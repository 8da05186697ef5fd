from typing import ClassVar

from django.db import migrations

# An erasure blackens the identities of one person in the log, and says so by a setting of its transaction; nothing
# else may change it, and nothing may delete from it.
ALLOW_ERASURE = """
create or replace function zhitu_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('zhitu.erasing', true) = 'on' then
        return null;
    end if;
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
"""
FORBID = """
create or replace function zhitu_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("journeys", "0010_staff_of_tasks")]
    operations: ClassVar = [migrations.RunSQL(ALLOW_ERASURE, FORBID)]
