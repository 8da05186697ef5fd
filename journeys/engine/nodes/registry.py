"""Every node type by its name. A new type adds its file and one line here."""

from collections.abc import Mapping
from types import MappingProxyType

from journeys.engine.nodes.ab import AbNode
from journeys.engine.nodes.base import AnyNodeType
from journeys.engine.nodes.enroll import EnrollNode
from journeys.engine.nodes.exit import ExitNode
from journeys.engine.nodes.goal import GoalNode
from journeys.engine.nodes.send import SendNode
from journeys.engine.nodes.split import SplitNode
from journeys.engine.nodes.task import TaskNode
from journeys.engine.nodes.trigger import Trigger
from journeys.engine.nodes.update import UpdateNode
from journeys.engine.nodes.wait import WaitNode
from journeys.engine.nodes.wait_event import WaitEventNode

NODE_TYPES: Mapping[str, AnyNodeType] = MappingProxyType(
    {
        node_type.type: node_type
        for node_type in (
            Trigger(),
            WaitNode(),
            WaitEventNode(),
            SplitNode(),
            AbNode(),
            SendNode(),
            TaskNode(),
            UpdateNode(),
            EnrollNode(),
            GoalNode(),
            ExitNode(),
        )
    }
)
