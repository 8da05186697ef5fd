from typing import TYPE_CHECKING

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from workspaces.choices import Scope
from workspaces.principal import ApiClient, may, may_administer

if TYPE_CHECKING:
    # REST framework's views import the default permission, which is here.
    from rest_framework.views import APIView


class InWorkspace(BasePermission):
    """Reading asks for a membership or the scope `read`; changing asks for a writing role or the scope `write`."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return may(request, Scope.READ if request.method in SAFE_METHODS else Scope.WRITE)


class MayRead(BasePermission):
    """For a POST that changes nothing, such as a check of a graph."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return may(request, Scope.READ)


class MayTrack(BasePermission):
    """Sending events asks for the scope `track` or `write`."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return may(request, Scope.TRACK) or may(request, Scope.WRITE)


class MayUnmask(BasePermission):
    """Seeing one person in the clear for a stated reason; by the roles that the workspace's privacy rules name.

    A key that may read sees everything in the clear anyway.
    """

    def has_permission(self, request: Request, view: "APIView") -> bool:
        from workspaces.api.masking import may_unmask

        return may_unmask(request)


class MayErase(BasePermission):
    """Erasing a person for good: an owner or an administrator, or a program whose key may write."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return may_administer(request) or (isinstance(request.user, ApiClient) and may(request, Scope.WRITE))


class MayAdminister(BasePermission):
    """For secrets: asks for the role of an owner or an administrator, which no key has."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return may_administer(request)
