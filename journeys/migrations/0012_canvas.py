from typing import ClassVar

from django.db import migrations

# Who was reached and who clicked is counted from now on; what came before is counted once, in the row of no lane's.
COUNT = """
insert into journeys_nodecounter (workspace_id, version_id, node, lane, metric, value)
select m.workspace_id, m.version_id, m.node, -130, o.metric, count(*)
from channels_app_message m join (values
    ('delivered', 'delivered'), ('read', 'delivered'), ('clicked', 'delivered'), ('replied', 'delivered'),
    ('clicked', 'clicked'), ('replied', 'clicked')
) as o (state, metric) on o.state = m.state
where m.version_id is not null
group by 1, 2, 3, 5
"""
FORGET = "delete from journeys_nodecounter where metric in ('delivered', 'clicked')"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("journeys", "0011_privacy"), ("channels_app", "0011_privacy")]

    operations: ClassVar = [migrations.RunSQL(COUNT, FORGET)]
