"""What can go wrong with an embedded server, in words that say what to do."""


class EmbeddedServerError(Exception):
    """An embedded server cannot run here. `code` can be looked up; the message is one a person can act on."""

    code = "embedded_server"


class AccountUnavailable(EmbeddedServerError):
    """PostgreSQL refuses to run as root, and no other account could be had."""

    code = "account_unavailable"


class DataUnusable(EmbeddedServerError):
    """The stored data belong to another user or to another version of the server."""

    code = "data_unusable"


class PreparationFailed(EmbeddedServerError):
    """A program that prepares the server failed."""

    code = "preparation_failed"


class NotReady(EmbeddedServerError):
    """A server died or did not answer before its deadline."""

    code = "not_ready"
