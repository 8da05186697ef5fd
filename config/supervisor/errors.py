"""Why `manage.py up` refuses or gives up, in words that say what to do."""


class SupervisorError(Exception):
    """`up` cannot go on. `code` can be looked up; the message is one a person can act on."""

    code = "supervisor"


class UnknownPart(SupervisorError):
    code = "unknown_part"


class AlreadyRunning(SupervisorError):
    """Another `up` holds the same directory."""

    code = "already_running"


class PortTaken(SupervisorError):
    code = "port_taken"


class PartFailed(SupervisorError):
    """A part ended, failed or did not answer before its deadline."""

    code = "part_failed"


class Stopped(Exception):
    """A signal asked to stop while parts were still starting."""
