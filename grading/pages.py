"""The page behind a QR (`/c/{token}`): for whoever scans it, on a phone, without a script; JSON for apps that ask for it.

Looking is an act here: a live code is used up by it. So nothing looks but a GET that somebody made: HEAD asks and uses
nothing, a browser that fetches ahead is refused, a session that has ended is told so first.
"""

from django.http import HttpRequest, HttpResponse

from accounts.login import address, doors, limits, sessions
from accounts.login.limits import Limit, Taken
from accounts.middleware import holders
from accounts.policy.actor import Actor
from backend.kernel import clock
from backend.kernel.problems import MethodNotAllowed, NotAuthenticated, Problem, TooMany
from backend.kernel.web import replies
from backend.kernel.web.errors import as_problem
from grading.actions import scan
from grading.documents import page
from grading.errors import CodeUnknown, FetchedAhead
from grading.policy.tokens import LONGEST
from grading.schemas import scans

LIMIT = Limit("qr", 60, 60)
AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
FETCHED_AHEAD = frozenset({"prefetch", "preview", "prerender"})
HTML, JSON = "text/html", "application/json"


def code(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a code says, or why it says nothing: in HTML, or in JSON to who prefers it."""
    request.logged_as = "/c/…"  # type: ignore[attr-defined]  # a code in a log could be used by who reads it
    taken = limits.take(LIMIT, _who(request))
    try:
        answer = _answer(request, token, taken)
    except Exception as error:
        problem = as_problem(error)
        if problem is None:
            raise
        answer = _refusal(request, problem)
    return _finished(request, answer, taken)


def _who(request: HttpRequest) -> str:
    """Return by whom the scans are counted: a person whose session is known, an address otherwise."""
    return holders.of(sessions.token_of(request)) or address.network(address.of(request))


def _answer(request: HttpRequest, token: str, taken: Taken) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed
    if not taken.ok:
        raise TooMany(retry_after=taken.reset_s, limit=LIMIT.name)
    if _ahead(request):
        raise FetchedAhead
    if len(token) > LONGEST:
        raise CodeUnknown
    actor, at = _actor(request), clock.now()
    seen = scan.look(token, at=at) if request.method == "HEAD" else scan.take(token, at=at)
    good = scan.check_in_pass(seen, actor=actor, at=at) if actor else None
    language = replies.language(request)
    shown = scans.scanned(seen, actor=actor, good=good, at=at, language=language)
    if _prefers(request) == JSON:
        return HttpResponse(replies.render(shown), content_type=JSON)
    return _html(page.page(scans.as_page(shown, language=language), language=language), 200, language)


def _ahead(request: HttpRequest) -> bool:
    told = " ".join(request.headers.get(name, "") for name in AHEAD).lower()
    return any(word in told for word in FETCHED_AHEAD)


def _actor(request: HttpRequest) -> Actor | None:
    """Return who is logged in, None for anybody. Raises: NotAuthenticated for a session that is none, StepUpRequired."""
    bearer = request.headers.get("Authorization", "").lower().startswith("bearer ")
    if not bearer and not request.headers.get("X-Session-Token"):
        return None
    actor = doors.signed_in(request)
    if actor is None:
        raise NotAuthenticated
    return actor


def _prefers(request: HttpRequest) -> str:
    return request.get_preferred_type([HTML, JSON]) or HTML


def _refusal(request: HttpRequest, problem: Problem) -> HttpResponse:
    if _prefers(request) == JSON:
        answer = replies.problem(request, problem)
    else:
        language = replies.language(request)
        answer = _html(page.refused(problem.title(language), language=language), problem.status, language)
        if problem.retry_after is not None:
            answer["Retry-After"] = str(problem.retry_after)
    if isinstance(problem, MethodNotAllowed):
        answer["Allow"] = "GET, HEAD"
    return answer


def _html(text: str, status: int, language: str) -> HttpResponse:
    answer = HttpResponse(text, status=status, content_type=f"{HTML}; charset=utf-8")
    answer["Content-Language"] = "en" if language == "en" else "zh-CN"
    return answer


def _finished(request: HttpRequest, answer: HttpResponse, taken: Taken) -> HttpResponse:
    """Give the answer the headers that every one has here; to HEAD they are all there is."""
    answer["Content-Security-Policy"], answer["Cache-Control"] = page.CSP, "no-store"
    answer["Vary"] = "Accept, Accept-Language, Authorization, X-Session-Token"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["RateLimit-Policy"] = f'"{LIMIT.name}";q={LIMIT.most};w={LIMIT.seconds}'
    answer["RateLimit"] = f'"{LIMIT.name}";r={taken.left};t={taken.reset_s}'
    if request.method == "HEAD":
        length = len(answer.content)
        answer.content, answer["Content-Length"] = b"", str(length)
    return answer
