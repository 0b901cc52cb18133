"""Requests to the service whose body or options are wrong: each with the statuses that are right."""

import io
import json
import zipfile

from service import post

GOOD = '{"rows":[{"a":1,"b":null,"c":"no","d":"red"},{"a":null,"b":2.5,"c":null,"d":"blue"}]}'
FAULT = {400}

NOT_JSON = ["", " ", "{", "}", "[", "nul", "null", "true", "0", "-", "\"", "\"rows\"", "[]", "{}", "[[]]", "{\"rows\"}", "{\"rows\":}", "{rows:[]}", "{'rows':[]}",
            "{\"rows\":[],}", "{\"rows\":[]}x", "{\"rows\":[]}{\"rows\":[]}", "/* */{\"rows\":[]}", "a,b\n1,2\n", "<rows/>", "rows=1", "\x00", "\x1f\x8b\x08", "NaN",
            "{\"rows\":[{\"a\":NaN}]}", "{\"rows\":[{\"a\":Infinity}]}", "{\"rows\":[{\"a\":01}]}", "{\"rows\":[{\"a\":+1}]}", "{\"rows\":[{\"a\":1.}]}",
            "{\"rows\":[{\"a\":.5}]}", "{\"rows\":[{\"a\":1e}]}", "{\"rows\":[{\"a\":0x10}]}", "{\"rows\":[{\"a\":\"\\x\"}]}", "{\"rows\":[{\"a\":\"\t\"}]}"]

SHAPES = ["{\"rows\":null}", "{\"rows\":0}", "{\"rows\":\"\"}", "{\"rows\":true}", "{\"rows\":{}}", "{\"rows\":[]}", "{\"rows\":[null]}", "{\"rows\":[0]}", "{\"rows\":[[1,2]]}",
          "{\"rows\":[\"a\"]}", "{\"rows\":[{\"a\":[]}]}", "{\"rows\":[{\"a\":{}}]}", "{\"rows\":[{\"a\":[1]}]}", "{\"rows\":[{\"a\":{\"b\":1}}]}",
          "{\"rows\":[{\"a\":1},7]}", "{\"rows\":[{\"a\":1}],\"rows\":[]}", "{\"rows\":[{\"a\":1,\"a\":2}]}", "{\"rows\":[{\"a\":1}],\"draws\":5}", "{\"Rows\":[{\"a\":1}]}",
          "{\"rows\":[{\"a\":1}],\"train\":[]}", "{\"\":[]}", "{\"rows\":[{\"\":1}]}", "{\"rows\":[{\"A\":1}]}", "{\"rows\":[{\"e\":1}]}", "{\"rows\":[{\"a \":1}]}",
          "{\"rows\":[{\"a\\u0000\":1}]}", "{\"rows\":[{\"\\ud800\":1}]}", "{\"rows\":[{\"a\":\"\\ud800\"}]}", "{\"rows\":[{\"__proto__\":1}]}", "{\"rows\":[{\"../../etc/passwd\":1}]}"]

CELLS = ["1e999", "-1e999", "1e309", "9" * 400, "1" + "0" * 100_000, "\"NaN\"", "\"inf\"", "\"-Infinity\"", "\"nan(7)\"", "\"1e999\"", "\"x\"", "\"1,5,0\"", "true",
         "\"0x10\"", "\"1_000\"", "\"=1+1\"", "\"\\u0000\"", "\"\\u202e1\"", "\"٣\"", "\"" + "7" * 1_000_000 + "\"", "\"" + "x" * 1_000_000 + "\""]

LEVELS = ["\"maybe\"", "\"RED\"", "1", "true", "\"no \\u0000\"", "\"" + "x" * 1_000_000 + "\"", "1e999", "\"\\ud83d\\ude00\"", "-0", "\"../../x\""]

HONEST_OR_FAULT = {200, 400}

# Of each option, whatever it may be: a value of another kind, out of range, or too much.
VALUES = ["", "x", "0", "-1", "1", "2147483647", "2147483648", "-2147483648", "99999999999999999999", "1e9", "0.5", "1.5", "NaN", "Infinity", "-Infinity", "1e-320", "true", "%00", "%ff",
          "%F0%9F%98%80", "../../etc/passwd", "a,b,c,d", "a,,b", "%20", "null", "x" * 3000]
OPTIONS = ["draws", "burn-in", "chains", "sampler", "leapfrog-steps", "alpha", "seed", "map-only", "multiple", "keep-empty", "no-rounding", "id", "ignore", "missing-tokens",
           "decimal", "output"]
PREDICT_OPTIONS = ["target", "ensemble", "context-rows", "seed", "id", "ignore", "missing-tokens"]
# A sweep of 2^31 draws would be refused; one of a million may be taken and must end in time.
MAY_TAKE_LONG = {200, 400, 413, 422, 504}


def rows(text):
    """A row with a value in column a."""
    return "{\"rows\":[{\"a\":" + text + "}]}"


def predicted(train, test):
    """A body for :predict."""
    return json.dumps({"train": train, "test": test})


def form(*parts, boundary="edge", end=True):
    """A form's body."""
    text = "".join(f"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}.csv\"\r\n\r\n{body}\r\n" for name, body in parts)
    return (text + (f"--{boundary}--\r\n" if end else "")).encode()


def attacks():
    """Name, request, allowed statuses."""
    for i, body in enumerate(NOT_JSON):
        yield f"not JSON {i}", post("fitted", body), FAULT
    for i, body in enumerate([b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{", b"{\"rows\":[{\"a\":\"\xff\"}]}", b"{\"rows\":[{\"\xc3\":1}]}", b"\x80" * 1000, bytes(range(256)) * 40]):
        yield f"bytes {i}", post("fitted", body), FAULT
    for i, body in enumerate(SHAPES):
        yield f"shape {i}", post("fitted", body), FAULT
        yield f"shape of a pretrained model {i}", post("nano", body), HONEST_OR_FAULT
    for i, cell in enumerate(CELLS):
        yield f"cell {i}", post("fitted", rows(cell), query="?map-only"), HONEST_OR_FAULT
        yield f"cell of a pretrained model {i}", post("nano", "{\"rows\":[{\"a\":" + cell + ",\"b\":1},{\"a\":null,\"b\":2},{\"a\":3,\"b\":4}]}", query="?draws=4"), HONEST_OR_FAULT
        yield f"cell of CSV {i}", post("fitted", f"a,b,c,d\n{cell},1,no,red\n,2,yes,blue\n", "text/csv", "?map-only"), HONEST_OR_FAULT
    for i, level in enumerate(LEVELS):
        yield f"level {i}", post("fitted", "{\"rows\":[{\"a\":null,\"d\":" + level + "}]}", query="?map-only"), HONEST_OR_FAULT
    for depth in (15, 17, 64, 1000, 100_000, 3_000_000):
        yield f"{depth} lists deep", post("fitted", "[" * depth + "]" * depth), FAULT
        yield f"{depth} objects deep", post("fitted", "{\"rows\":" * depth + "1" + "}" * depth), FAULT
        yield f"{depth} lists deep and not closed", post("fitted", "{\"rows\":[{\"a\":" + "[" * depth), FAULT
    yield from sizes()
    yield from tables()
    for option in OPTIONS:
        for i, value in enumerate(VALUES):
            yield f"option {option} {i}", post("fitted", GOOD, query=f"?{option}={value}"), MAY_TAKE_LONG
    for option in PREDICT_OPTIONS:
        for i, value in enumerate(VALUES):
            query = f"?{option}={value}" + ("" if option == "target" else "&target=y")
            yield f"option of predict {option} {i}", post("nano", predicted([{"x": 1, "y": "u"}, {"x": 2, "y": "v"}], [{"x": 3}]), query=query, method="predict"), MAY_TAKE_LONG
    for i, query in enumerate(["?", "??", "?=", "?draws", "?draws=1&draws=2", "?Draws=1", "?x=1", "?draws=1;chains=1", "?%00=1", "?draws=%", "?draws=%zz", "?" + "a=1&" * 900,
                               "?draws=1000000&chains=64", "?multiple=10000&draws=10000&chains=1", "?keep-empty=a|b", "?keep-empty=a%20|%20b%20=%201", "?id=a", "?ignore=zzz"]):
        yield f"query {i}", post("fitted", GOOD, query=query), MAY_TAKE_LONG
    yield from predictions()


def sizes():
    """Bodies that are too large, or small and ask for much."""
    yield "33 MB", post("fitted", b" " * (33 << 20)), {413}
    yield "a text of 31 MB", post("fitted", rows("\"" + "x" * (31 << 20) + "\"")), FAULT
    yield "ten million rows of JSON", post("fitted", "{\"rows\":[" + "{}," * 9_999_999 + "{}]}"), {413}
    yield "ten million rows of CSV", post("fitted", "a\n" + "1\n" * 10_000_000, "text/csv"), {400, 413}
    yield "ten million rows of CSV with all columns", post("fitted", "a,b,c,d\n" + ",\n" * 10_000_000, "text/csv"), {400, 413}
    yield "a hundred thousand and one rows", post("fitted", "{\"rows\":[" + "{}," * 100_000 + "{}]}"), {413}
    yield "thirty million commas of CSV", post("fitted", "," * (30 << 20), "text/csv"), FAULT
    yield "thirty million quotation marks of CSV", post("fitted", "\"" * (30 << 20), "text/csv"), FAULT
    yield "a million columns", post("nano", "{\"rows\":[{" + ",".join(f"\"{i}\":1" for i in range(1_000_000)) + "}]}"), {400, 413}
    yield "a column in each of 30,000 rows", post("nano", "{\"rows\":[" + ",".join(f"{{\"{i}\":1}}" for i in range(30_000)) + "]}"), {400, 413}
    yield "a column in each of 90,000 rows", post("nano", "{\"rows\":[" + ",".join(f"{{\"{i}\":1}}" for i in range(90_000)) + "]}"), {400, 413}
    yield "a column in each of 46,341 rows", post("nano", "{\"rows\":[" + ",".join(f"{{\"{i}\":1}}" for i in range(46_341)) + "]}"), {400, 413}
    yield "labels in 40,000 columns", post("nano", predicted([{f"{i}": 1} for i in range(40_000)], [{"y": 1}]), query="?target=y", method="predict"), {400, 413}
    yield "ten thousand imputations of 20,000 rows", post(
        "fitted", "a,b,c,d\n" + ",,,\n1,,,\n" * 10_000, "text/csv", "?multiple=10000&draws=10000&chains=1&burn-in=0").replace(
            b"Content-Type", b"Accept: application/json\r\nContent-Type"), {400, 413, 504}
    yield "a million draws of 100,000 rows", post("fitted", "a,b,c,d\n" + "1,,,\n" * 100_000, "text/csv", "?draws=1000000&chains=1"), {400, 413, 504}


def tables():
    """CSV that is none, or of another kind."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("table.csv", b"a\n" + b"1\n" * 40_000_000)
    texts = [b"", b"\n", b"a", b"a\n", b"a,b,c,d\n1,2\n", b"a,b,c,d\n\"1,2,3,4\n", b"a,a,b,c,d\n1,2,3,4,5\n", b"\x00\x00", b"a,b,c,d\n1,2,\x00,4\n", b"\xff\xfea\x00", b"x,y\n1,2\n",
             b"PAR1" + b"\x00" * 100 + b"PAR1", b"ARROW1\x00\x00" + b"\xff" * 100, b"PK\x03\x04" + b"\x00" * 100, packed.getvalue(), b"\x1f\x8b" + b"\x00" * 50, b"a;b;c;d\n1;2;no;red\n",
             b"a,b,c,d\n1,2,no,red" * 100_000]
    for i, text in enumerate(texts):
        yield f"CSV {i}", post("fitted", text, "text/csv", "?map-only"), HONEST_OR_FAULT
        yield f"CSV of a pretrained model {i}", post("nano", text, "text/csv", "?draws=4"), {200, 400, 413}


def predictions():
    """Labelled rows that are none, and forms that are none."""
    train, test = [{"x": 1, "y": "u"}, {"x": 2, "y": "v"}, {"x": 3, "y": "u"}], [{"x": 2}]
    table = "x,y\n1,u\n2,v\n3,u\n"
    yield "labels of a fitted model", post("fitted", predicted(train, test), query="?target=y", method="predict"), FAULT
    bodies = [predicted([], test), predicted(train, []), predicted(train, [{}]), predicted([{"y": "u"}], test), predicted([{"x": 1}], test), predicted(train, [{"z": 1}]),
              predicted([{"x": 1, "y": None}], test), predicted([{"x": 1, "y": f"{i}"} for i in range(500)], test), predicted(None, 1), "[]", "{}", GOOD,
              predicted([{"x": 1e308, "y": "u"}, {"x": -1e308, "y": "v"}], test), predicted([{"x": None, "y": "u"}] * 3, test), predicted([{"x": 1, "y": 1e308}, {"x": 2, "y": -1e308}], test)]
    for i, body in enumerate(bodies):
        yield f"labels {i}", post("nano", body, query="?target=y", method="predict"), HONEST_OR_FAULT
    multipart = "multipart/form-data; boundary=edge"
    forms = [(form(("train", table), ("test", "x\n2\n")), multipart), (b"", multipart), (form(("train", table)), multipart), (form(("train", table), ("test", "x\n2\n"), end=False), multipart),
             (form(("train", table), ("test", "x\n2\n"), boundary="other"), multipart), (form(("train", table), ("test", "x\n2\n")), "multipart/form-data"),
             (form(("train", table), ("test", "x\n2\n")), "multipart/form-data; boundary="), (form(("train", table), ("test", "x\n2\n")), "multipart/form-data; boundary=" + "e" * 500),
             (b"--edge\r\n" + b"X: y\r\n" * 1000 + b"\r\n\r\n--edge--\r\n", multipart), (b"--edge\r\nContent-Disposition: form-data\r\n\r\n1\r\n--edge--\r\n", multipart),
             (b"--edge\r\n" + b"x" * 100_000 + b"\r\n--edge--\r\n", multipart), (form(*((f"f{i}", "1") for i in range(3000))), multipart),
             (form(("train", table), ("train", table), ("test", "")), multipart), (form(("train", ""), ("test", "")), multipart),
             (b"--edge\r\nContent-Disposition: form-data; name=\"" + b"n" * 5000 + b"\"\r\n\r\n1\r\n--edge--\r\n", multipart), (b"\x00" * 1000, multipart),
             (form(("../../etc/passwd", table), ("test", "x\n1\n")), multipart), (b"train=1&test=2", "application/x-www-form-urlencoded")]
    for i, (body, kind) in enumerate(forms):
        yield f"form {i}", post("nano", body, kind, "?target=y", "predict"), {200, 400, 415}
