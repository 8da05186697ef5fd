"""How fast an account sends: never more messages in any second than its rate.

A message takes a place when it leaves and gives it back one second after its call was answered. The provider has then
seen it for at least a second, however long either was under way, so no second there sees more than the rate, and what
is lost of the rate is only the latency of a call.
"""

import time
from collections import deque
from collections.abc import Callable

SECOND = 1.0
# Places come back call by call; claiming for each would cost a transaction a message.
LEAST_SHARE = 50


class Pace:
    """The places of one account in this process. `clock` is monotonic seconds."""

    def __init__(self, rate: int, rest: float = 0.0, clock: Callable[[], float] = time.monotonic) -> None:
        """`rest`: seconds until the first message may leave, because another process may just have used the rate."""
        self.rate = rate
        self._clock = clock
        self._taken = 0
        self._back: deque[tuple[float, int]] = deque()
        if rest > 0:
            self._taken = rate
            self._back.append((clock() + rest, rate))

    def room(self) -> int:
        """Return how many messages may leave now."""
        now = self._clock()
        while self._back and self._back[0][0] <= now:
            self._taken -= self._back.popleft()[1]
        return self.rate - self._taken

    def worth_claiming(self) -> bool:
        return self.room() >= max(self.rate // LEAST_SHARE, 1)

    def take(self, count: int) -> None:
        self._taken += count

    def answered(self, count: int) -> None:
        """Give the places of a call back in a second; its answer, or the certainty that there is none, has come."""
        self._back.append((self._clock() + SECOND, count))

    def wait(self) -> float:
        """Return the seconds until a place comes back."""
        return max(self._back[0][0] - self._clock(), 0.0) if self._back else SECOND
