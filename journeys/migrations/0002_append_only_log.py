from typing import ClassVar

from django.db import migrations

# The log is the record of everything decided: not even a mistaken statement may change it. TRUNCATE stays possible
# for the table's owner, so that tests can empty a database and old partitions can be detached.
FORBID = """
create function zhitu_append_only() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on journeys_enrollmentevent
    for each statement execute function zhitu_append_only();
"""
ALLOW = """
drop trigger append_only on journeys_enrollmentevent;
drop function zhitu_append_only();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("journeys", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(FORBID, ALLOW)]
