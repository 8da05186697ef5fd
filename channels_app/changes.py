"""Tells whoever registered that messages changed state."""

from functools import partial

from django.db import transaction

from channels_app.ports import MessageChange, ports


def publish(changes: list[MessageChange]) -> None:
    """Call the listeners inside this transaction, and those of `committed` after it."""
    if not changes:
        return
    for listener in ports.message_changed:
        listener(changes)
    for listener in ports.committed:
        transaction.on_commit(partial(listener, changes))
