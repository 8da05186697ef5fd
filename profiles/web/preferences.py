"""`/p/<token>`: a person's own page, where they see what they agreed to and withdraw as easily as they agreed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from profiles.privacy import links, preferences
from profiles.privacy.preferences import Choice, Visitor
from profiles.web.texts import texts_for
from workspaces.errors import DomainError

PAGE = "profiles/preferences.html"
MOST_FIELD = 500


# The signed link is the only credential and no cookie is read, so there is nothing that another site could borrow. What a
# copied request could do is thought of in `preferences.change`. GET changes nothing: scanners follow every link.
@method_decorator([csrf_exempt, never_cache], name="dispatch")
class PreferencesPage(View):
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            opened = links.read(token, timezone.now())
        except DomainError as error:
            return _page(request, {"problem": error.code}, error.status)
        return _page(request, _shown(request, opened))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        try:
            opened = links.read(token, now)
        except DomainError as error:
            return _page(request, {"problem": error.code}, error.status)
        visitor = Visitor(
            ip=request.META.get("REMOTE_ADDR", ""),
            agent=request.headers.get("User-Agent", "").replace("\0", ""),
            language=texts_for(request)[0],
            link_made_at=opened.made_at,
        )
        act, state = request.POST.get("act", "")[:MOST_FIELD], request.POST.get("state", "")[:MOST_FIELD]
        try:
            preferences.change(opened.profile, act, state, visitor, now)
        except DomainError as error:
            return _page(request, {**_shown(request, opened), "problem": error.code}, error.status)
        return _page(request, {**_shown(request, opened), "saved": True})


def _shown(request: HttpRequest, opened: links.Opened) -> dict[str, Any]:
    language, words = texts_for(request)
    return {
        "workspace": opened.profile.workspace,
        "rows": [_row(choice, language, words) for choice in preferences.choices_of(opened.profile)],
        "state": preferences.state_of(opened.profile),
    }


def _row(choice: Choice, language: str, words: dict[str, Any]) -> dict[str, Any]:
    text = choice.text
    return {
        "key": f"{choice.channel}:{choice.purpose}",
        "channel": words["channels"].get(choice.channel, choice.channel),
        "purpose": words["purposes"].get(choice.purpose, choice.purpose),
        "status": choice.status,
        "state": words["states"].get(choice.status, choice.status),
        "at": choice.at,
        "agreed_to": choice.text_version,
        "version": text.code if text else "",
        "text": ((text.en if language == "en" else text.zh) or text.zh) if text else "",
    }


def _page(request: HttpRequest, shown: dict[str, Any], status: int = 200) -> HttpResponse:
    language, words = texts_for(request)
    problem = shown.get("problem")
    message = words["problems"].get(problem, words["problems"]["other"]) if problem else ""
    other = "zh" if language == "en" else "en"
    response = render(request, PAGE, {**shown, "t": words, "problem_text": message, "other": other}, status=status)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response
