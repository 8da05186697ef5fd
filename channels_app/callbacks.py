"""`/callbacks/<callback_token>/<channel>/<vendor>/<kind>/`: what providers push.

The path's secret part authenticates providers that do not sign.
"""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from channels_app.models import ChannelAccount
from channels_app.providers.errors import MalformedCallback
from channels_app.providers.registry import provider_class
from channels_app.receipts import take_in


def _error(status: int, code: str, detail: str) -> JsonResponse:
    kind = "client_error" if status != 400 else "validation_error"
    return JsonResponse({"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}, status=status)


@method_decorator(csrf_exempt, name="dispatch")
class Callback(View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, token: str, channel: str, vendor: str, kind: str) -> JsonResponse:
        account = ChannelAccount.objects.filter(callback_token=token, provider=f"{channel}.{vendor}").first()
        provider = provider_class(account.provider) if account else None
        if account is None or provider is None or kind not in provider.callback_kinds:
            return _error(404, "unknown_callback", "There is no such callback.")
        try:
            body = request.body
        except RequestDataTooBig:
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            return _error(413, "payload_too_large", f"The body is larger than {limit} bytes.")
        try:
            inbound = provider.parse_callback(kind, body)
        except MalformedCallback as error:
            return _error(400, error.code, str(error))
        take_in(account, inbound, timezone.now())
        return JsonResponse(dict(provider.callback_answer))
