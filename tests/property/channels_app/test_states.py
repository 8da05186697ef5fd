from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from channels_app.choices import MessageState
from channels_app.states import fold

STATES = st.sampled_from([state.value for state in MessageState])


@given(STATES, st.lists(st.sampled_from(["accepted", "delivered", "read", "clicked", "replied"]), max_size=4))
def test_positive_reports_reach_the_same_state_in_any_order(state: str, reports: list[str]) -> None:
    reached = set()
    for order in permutations(reports):
        folded = state
        for report in order:
            folded = fold(folded, report)
        reached.add(folded)
    assert len(reached) == 1


@given(STATES, STATES)
def test_the_same_report_twice_has_one_effect(state: str, report: str) -> None:
    once = fold(state, report)
    assert fold(once, report) == once
