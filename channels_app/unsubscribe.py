"""`/u/<token>`: the way out of a message, by the button of a mail client (RFC 8058) or by a page with one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from channels_app import suppressions
from channels_app.models import Message
from channels_app.ports import OptOut, ports
from channels_app.unsubscribe_token import BadToken, message_of

PAGE = "channels_app/unsubscribe.html"


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class Unsubscribe(View):
    """The token is all the authority there is: a mail client has no session, and RFC 8058 forbids asking for one.

    GET changes nothing, because scanners of mail follow every link. POST withdraws at once and may be repeated.
    """

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        message = _message(token)
        if message is None:
            return render(request, PAGE, {"state": "unknown"}, status=404)
        return render(request, PAGE, {"state": "ask", "channel": message.channel})

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        message = _message(token)
        if message is None:
            return render(request, PAGE, {"state": "unknown"}, status=404)
        by = "one_click" if request.POST.get("List-Unsubscribe") == "One-Click" else "page"
        refusal = OptOut(
            message.workspace_id,
            message.channel,
            message.address,
            timezone.now(),
            f"{message.channel}_unsubscribe",
            {"message": str(message.pk), "by": by},
        )
        # The address of somebody whom nobody knows any more refuses for itself.
        suppressions.keep(ports.opt_out_handler().opt_out([refusal]))
        return render(request, PAGE, {"state": "done", "channel": message.channel})


def _message(token: str) -> Message | None:
    try:
        return Message.objects.filter(pk=message_of(token)).exclude(address="").first()
    except BadToken:
        return None
