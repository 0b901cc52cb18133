"""Requests to the service that are no HTTP, or HTTP that two readers may read in two ways."""

from serve_bodies import GOOD
from service import post, request

BODY = GOOD.encode()
NONE = {0}  # The connection ends without a word: there is nobody to be answered.


def attacks():
    """Name, bytes, allowed statuses, whether the sending side is shut."""
    yield from paths()
    yield from kinds()
    yield from heads()
    yield from chunks()


def paths():
    """Addresses outside what there is, and methods that are none."""
    names = ["..", "../..", "..%2f..%2fetc%2fpasswd", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "....//....//etc/passwd", "..%5c..%5cwindows", "%00", "fitted%00", "fitted%2f", "fitted/", "fitted//",
             "Fitted", "FITTED", "nano/../fitted", "%66itted%3aimpute%00", "*", "%", "%zz", "%c0%ae%c0%ae/", "%ff", "a" * 4000, "%F0%9F%98%80", "$(id)", "';drop table", "<script>", "{name}", "~root", "."]
    for i, name in enumerate(names):
        allowed = {200, 400, 404, 405}
        yield f"path {i} POST", request("POST", f"/v1/models/{name}:impute", BODY, Content_Type="application/json"), allowed, False
        yield f"path {i} GET", request("GET", f"/v1/models/{name}"), allowed, False
    for i, path in enumerate(["/", "//", "/..", "/../../etc/passwd", "/v1", "/v1/models/", "/openapi/..%2f..%2fappsettings.json", "/openapi/v2.json", "/openapi/%00.json", "/health", "/health/",
                              "/health/live/../../v1", "/wwwroot", "/.git/config", "/favicon.ico", "/v1/models:impute", "/" + "x" * 9000, "/?" + "x" * 9000, "*", "http://other/v1/models", "/%"]):
        yield f"address {i}", request("GET", path), {200, 400, 404, 405, 414}, False
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "post", "PoST", "BREW", "X" * 300, "", "G\x00T", "GET\tx"]:
        for path in ["/v1/models/fitted:impute", "/v1/models", "/health/live"]:
            yield f"method {method[:8]!r} {path}", request(method, path), {0, 200, 400, 404, 405, 415, 501}, False


def kinds():
    """Types of bodies and of answers that there are not."""
    for i, kind in enumerate([None, "", "text/plain", "application/xml", "application/json;charset=utf-7", "application/json; charset=\"", "application/jsonx", "application/problem+json",
                              "*/*", "text/csv;header=absent", "multipart/form-data", "application/octet-stream", "a", "/", "application/json, text/csv", "x" * 2000, "application/json\x01",
                              "image/svg+xml", "text/html"]):
        raw = request("POST", "/v1/models/fitted:impute?map-only", BODY, Content_Type=kind)
        yield f"type {i}", raw, {200, 400, 415}, False
    for i, accept in enumerate(["text/html", "application/xml", "*", "q", "text/csv;q=0", "application/json;q=2", "application/json;q=-1", "application/json;q=NaN", ";;;", ",,,", "text/*;q=0.5, */*;q=0",
                                "x" * 4000]):
        yield f"accept {i}", request("POST", "/v1/models/fitted:impute?map-only", BODY, Content_Type="application/json", Accept=accept), {200, 400, 406}, False
    for i, encoding in enumerate(["gzip", "br", "deflate", "identity", "gzip, gzip", "x"]):
        yield f"encoding {i}", request("POST", "/v1/models/fitted:impute", b"\x1f\x8b\x08\x00" + b"\x00" * 60, Content_Type="application/json", Content_Encoding=encoding), {400, 415}, False


def heads():
    """Heads that are none, too long, or contradict themselves."""
    start = b"POST /v1/models/fitted:impute?map-only HTTP/1.1\r\n"
    fields = b"Host: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
    length = b"Content-Length: %d\r\n" % len(BODY)
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    wrong = {400, 408, 411, 413, 414, 431, 505, 0}
    for i, raw in enumerate([
            b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET\r\n\r\n", b"GET /\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
            b"GET / HTTP/1.1\r\n: x\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX y: z\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nX : z\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\n folded: z\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nX: \x00\r\n\r\n", b"\x00" * 1000, bytes(range(256)) * 10, b"A" * 100_000, b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 10_000 + b"\r\n", b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"GET / HTTP/1.1\nHost: a\n\n" * 1,
            start + fields + b"Content-Length: -1\r\n\r\n" + BODY, start + fields + b"Content-Length: x\r\n\r\n" + BODY, start + fields + b"Content-Length: +5\r\n\r\n" + BODY,
            start + fields + b"Content-Length: 99999999999999999999\r\n\r\n" + BODY, start + fields + b"Content-Length: 9223372036854775807\r\n\r\n" + BODY,
            start + fields + length + b"Content-Length: 5\r\n\r\n" + BODY, start + fields + b"Content-Length: %d, 5\r\n\r\n" % len(BODY) + BODY,
            start + fields + b"Transfer-Encoding: gzip\r\n\r\n" + BODY, start + fields + b"Transfer-Encoding: chunked, identity\r\n\r\n" + chunked,
            start + fields + b"Transfer-Encoding: identity, gzip\r\n\r\n" + chunked, start + fields + b"Transfer-Encoding: xchunked\r\n\r\n" + chunked,
            b"POST /v1/models/fitted:impute HTTP/1.0\r\n" + fields + b"Transfer-Encoding: chunked\r\n\r\n" + chunked]):
        yield f"head {i}", raw, wrong | {404}, True
    # Two readers that take the body's length from different fields see different requests: the second must never be answered as one.
    hidden = b"GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for i, encoding in enumerate([b"Transfer-Encoding: chunked", b"Transfer-Encoding : chunked", b"Transfer-Encoding:\tchunked", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                                  b"transfer-encoding: CHUNKED", b"X: y\r\n Transfer-Encoding: chunked", b"Transfer-Encoding: \x0bchunked", b"Transfer-Encoding\t: chunked",
                                  b"Transfer-Encoding: chunked, chunked"]):
        head = b"POST /v1/models/fitted:impute?map-only HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        yield f"smuggled behind chunks {i}", head + encoding + b"\r\nContent-Length: 4\r\n\r\n" + chunked + hidden, {200, 400, 0, 501}, True
        yield f"smuggled within the length {i}", head + b"Content-Length: %d\r\n" % (5 + len(hidden)) + encoding + b"\r\n\r\n0\r\n\r\n" + hidden, {200, 400, 0, 501}, True
    for i, extra in enumerate([b"Upgrade: websocket\r\nConnection: Upgrade\r\n", b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n", b"Expect: 100-continue\r\n", b"Expect: 200-maybe\r\n", b"Range: bytes=0-1\r\n",
                               b"X-HTTP-Method-Override: DELETE\r\n", b"X-Forwarded-Host: evil\r\nX-Forwarded-Proto: gopher\r\n", b"X-Original-URL: /admin\r\n", b"Cookie: " + b"a=b;" * 1500 + b"\r\n",
                               b"Authorization: Bearer x\r\n", b"Authorization: Basic eDp5\r\n", b"Traceparent: 00-" + b"0" * 32 + b"-" + b"0" * 16 + b"-01\r\n", b"Traceparent: x\r\n", b"Baggage: " + b"x=y," * 500 + b"\r\n",
                               b"If-None-Match: *\r\n", b"Origin: http://evil\r\nAccess-Control-Request-Method: POST\r\n", b"Content-Range: bytes 0-1/2\r\n", b"Content-Location: /x\r\n", b"Trailer: X\r\n", b"TE: trailers\r\n"]):
        yield f"field {i}", start + fields + length + extra + b"\r\n" + BODY, {200, 400, 100, 417}, False


def chunks():
    """Chunks that are none."""
    start = b"POST /v1/models/fitted:impute?map-only HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    size = b"%x\r\n" % len(BODY)
    for i, body in enumerate([
            b"", b"0", b"0\r\n", b"x\r\n", b"-1\r\n", b"\r\n", b"\n\n", b"ffffffffffffffff\r\n", b"7fffffffffffffff\r\n", b"80000000\r\n", b"fffffffff\r\n" + BODY, size, size + BODY, size + BODY + b"0\r\n\r\n",
            size + BODY + b"\r\n", size + BODY + b"\r\nx\r\n", size + BODY + b"\r\n0\r\nX: y", b"0" * 100_000 + size + BODY, size[:-2] + b";" + b"x" * 100_000 + b"\r\n" + BODY, b"+5\r\nhello\r\n", b"0x5\r\nhello\r\n",
            b" 5\r\nhello\r\n", b"5 \r\nhello\r\n", b"5\nhello\n0\n\n", b"1\r\n{\r\n" * 1000, b"1\r\n{\r\n" * 1000 + b"0\r\n\r\n", size + BODY + b"\r\n0\r\n" + b"X: y\r\n" * 20_000, b"1\r\n \r\n" * 200_000 + b"0\r\n\r\n",
            b"100000\r\n" + b" " * (1 << 20) + b"\r\n"]):
        yield f"chunk {i}", start + body, {400, 408, 413, 431, 0}, True
    whole = b"2000000\r\n" + b" " * (32 << 20) + b"\r\n400\r\n" + b" " * 1024 + b"\r\n0\r\n\r\n"
    # The answer may be lost where the connection is reset because of what is still being sent.
    yield "chunks of 33 MB", start + whole, {413, 0}, True
    yield "an honest body in chunks of a byte", start + b"".join(b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n", {200}, False


def smuggled(answer):
    """Whether what is hidden in a request's body was answered although the request before it was one that two readers read in two ways, and was not refused."""
    return answer.status == 200 and answer.raw.count(b"HTTP/1.1 ") > 1
