from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

NOT_BUILT = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>知途 · Zhitu</title>
<h1>控制台尚未构建</h1><p>请在项目目录运行 <code>make up</code>（或 <code>make console</code>）后重新打开此页。</p>
<h1 lang="en">The console is not built</h1><p lang="en">Run <code>make up</code> (or <code>make console</code>) in the
project's directory and reload this page. The API and the <a href="/admin/">administration</a> work without it.</p>
"""


@never_cache
@ensure_csrf_cookie
@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """The console's page, with the CSRF cookie its first request needs."""
    try:
        return HttpResponse((settings.CONSOLE_DIST / "index.html").read_bytes())
    except FileNotFoundError:
        return HttpResponse(NOT_BUILT, status=503)
