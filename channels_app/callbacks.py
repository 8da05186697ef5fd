"""`/callbacks/<callback_token>/<channel>/<vendor>/<kind>/`: what providers push.

The path's secret part authenticates providers that do not sign; those that do are checked besides.
"""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from channels_app.accounts import open_provider
from channels_app.callback_hooks import hooks_of, run_at_once
from channels_app.models import ChannelAccount
from channels_app.providers.errors import ForgedCallback, MalformedCallback
from channels_app.providers.inbound import CallbackRequest
from channels_app.providers.registry import provider_class
from channels_app.receipts import take_in
from channels_app.stray import NotYetKnown


def _error(status: int, code: str, detail: str) -> JsonResponse:
    kind = "client_error" if status != 400 else "validation_error"
    return JsonResponse({"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}, status=status)


@method_decorator(csrf_exempt, name="dispatch")
class Callback(View):
    """GET is how WeChat and WeCom prove at set-up that the address is ours."""

    http_method_names = ["get", "post"]

    def get(self, request: HttpRequest, token: str, channel: str, vendor: str, kind: str) -> HttpResponse:
        return self._take(request, token, f"{channel}.{vendor}", kind)

    def post(self, request: HttpRequest, token: str, channel: str, vendor: str, kind: str) -> HttpResponse:
        return self._take(request, token, f"{channel}.{vendor}", kind)

    def _take(self, request: HttpRequest, token: str, provider: str, kind: str) -> HttpResponse:
        account = ChannelAccount.objects.filter(callback_token=token, provider=provider).first()
        if account is None or kind not in provider_class(account.provider).callback_kinds:
            return _error(404, "unknown_callback", "There is no such callback.")
        if request.method == "GET" and not provider_class(account.provider).answers_get:
            return HttpResponseNotAllowed(["POST"])
        try:
            body = request.body
        except RequestDataTooBig:
            limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
            return _error(413, "payload_too_large", f"The body is larger than {limit} bytes.")
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = CallbackRequest(kind, str(request.method), request.GET.dict(), headers, body)
        try:
            received = open_provider(account).receive(asked)
        except MalformedCallback as error:
            return _error(400, error.code, str(error))
        except ForgedCallback as error:
            return _error(403, error.code, str(error))
        now, hooks = timezone.now(), hooks_of(account.provider)
        inbound = hooks.complete(account, received.inbound) if hooks else received.inbound
        try:
            take_in(account, inbound, now)
        except NotYetKnown as error:
            return _error(503, error.code, str(error))
        if hooks and received.urgent is not None:
            run_at_once(hooks, account, received.urgent, now)
        return HttpResponse(received.answer, content_type=received.content_type)
