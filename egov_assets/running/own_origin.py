"""Who may ask the UI: its own pages, and programs of this machine that say plainly what they want.

The UI has no password. Any page that is open in the same browser could otherwise send it a request, start a run or wipe
a table, or come in under a name of its own that leads to this machine. Browsers say in headers that no page can forge
which page asks (Fetch Metadata, W3C; Origin, RFC 6454); Dagster reads none of them.
"""

from collections.abc import Collection, Iterator, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
READS = ("GET", "HEAD")
DATA = "/graphql"


def own_origins(port: int, address: str = "") -> frozenset[str]:
    """The origins of a UI on this machine; `address` is what a proxy before it is known by, if there is one.

    An origin is written as browsers write it: scheme, host and any port that is not the scheme's own.
    """
    own = {f"http://{host}:{port}" for host in LOOPBACK}
    if address:
        parts = urlsplit(address)
        own.add(f"{parts.scheme}://{parts.netloc}")
    return frozenset(own)


def refusal(kind: str, method: str, path: str, query: bytes, headers: Mapping[str, str], own: Collection[str]) -> str:
    """Why a request is not answered, in words; empty if it is.

    kind     of the ASGI scope: http or websocket
    headers  by names in small letters
    own      as `own_origins` gives
    """
    return next(_reasons(kind, method, path, query, headers, own), "")


def _reasons(
    kind: str, method: str, path: str, query: bytes, headers: Mapping[str, str], own: Collection[str]
) -> Iterator[str]:
    host = headers.get("host", "")
    if host not in {urlsplit(each).netloc for each in own}:
        yield f"this address serves {', '.join(sorted(own))} only, not {host or 'a request without a host'}"
    origin = headers.get("origin")
    if origin is not None and origin not in own:
        yield f"a page of {origin} asks; only pages of {', '.join(sorted(own))} may"
    site = headers.get("sec-fetch-site", "same-origin")
    # A link in a mail or an alert may lead here: a page opened in a tab of its own, which runs nothing.
    is_followed_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    if site not in ("same-origin", "none") and not (is_followed_link and method in READS and path != DATA):
        yield f"a page of another site asks ({site})"
    if kind == "websocket":
        return
    if path == DATA and method in READS and query:
        yield "questions are sent by POST: an address that somebody made up must not do anything"
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if method not in READS and media_type != "application/json":
        yield "requests that can change something are sent as application/json"


class OwnOriginOnly:
    """An application that answers only its own pages; to all else it gives the reason with status 403."""

    def __init__(self, application: ASGIApp, own: Collection[str]) -> None:
        self._application = application
        self._own = own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self._application(scope, receive, send)
        headers = Headers(scope=scope)
        doubled = [name for name in ("host", "origin") if len(headers.getlist(name)) > 1]
        why = (
            f"{' and '.join(doubled)} given more than once"
            if doubled
            else refusal(
                scope["type"],
                scope.get("method", "GET"),
                scope["path"].rstrip("/") or "/",
                scope["query_string"],
                headers,
                self._own,
            )
        )
        if not why:
            return await self._application(scope, receive, _unframed(send))
        if scope["type"] == "websocket":
            await receive()  # the opening, which has to be taken before it can be refused
            return await send({"type": "websocket.close", "code": 1008, "reason": why[:120]})
        return await PlainTextResponse(f"Refused: {why}.\n", status_code=403)(scope, receive, send)


def _unframed(send: Send) -> Send:
    """No page of another site may show this one in a frame, and have clicks fall on it."""

    async def send_with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"x-frame-options", b"DENY")]
        await send(message)

    return send_with_header
