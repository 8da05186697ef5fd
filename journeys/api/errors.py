from journeys.api.serializers import IssueSerializer
from journeys.runtime.publish import InvalidGraph
from workspaces.errors import DomainError


def with_issues(error: InvalidGraph) -> DomainError:
    """The same error with the issues, in the language of the request, for the body of the answer."""
    issues = [IssueSerializer(issue).data for issue in error.issues]
    return DomainError(error.code, error.detail, error.attr, error.status, {"issues": issues})
