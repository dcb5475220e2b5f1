# SPDX-License-Identifier: Apache-2.0
"""HTTP as a test needs it: any status is an answer, nothing is followed, nothing is kept."""
import base64
import json as jsonlib
import urllib.error
import urllib.request


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def json(self):
        return jsonlib.loads(self.body)

    @property
    def code(self):
        """The code of a refusal; None for an answer."""
        return self.json["code"] if self.status >= 400 else None

    def __repr__(self):
        return f"<{self.status} {self.headers.get('Content-Type')} {self.body[:300]!r}>"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler({}))


def request(method, url, *, json=None, body=None, headers=None, user=None, timeout=30):
    """`json` is sent as application/json, `body` (bytes) as it is; `user` is a pair for Basic authentication."""
    headers = dict(headers or {})
    if json is not None:
        body = jsonlib.dumps(json).encode()
        headers.setdefault("Content-Type", "application/json")
    if user:
        headers["Authorization"] = "Basic " + base64.b64encode(":".join(user).encode()).decode()
    ask = urllib.request.Request(url, data=body, headers=headers, method=method)
    try:
        answer = _opener.open(ask, timeout=timeout)
    except urllib.error.HTTPError as refusal:
        answer = refusal
    with answer:
        return Response(answer.status, answer.headers, answer.read())
