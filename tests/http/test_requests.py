# SPDX-License-Identifier: Apache-2.0
"""Requests that must not get through: without a good token, malformed, too large, from other people's pages."""
import base64
import hashlib
import hmac
import http.client
import json

import pytest

from harness.lms import Lms

GOOD_EVENT = {"seq": 1, "type": "view", "module": "m1"}


def signed(site, text):
    """A session token of the test's own making, with the site's key."""
    mac = hmac.new(site.key.read_bytes(), b"session\0" + text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


# ---- tokens


@pytest.mark.parametrize(
    "header",
    [{}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Bearer "}, {"Authorization": "Basic eDp5"}],
    ids=str,
)
def test_without_a_good_token_nothing_is_taken(site, lms, header):
    session = lms.launch()
    body = {"session": session.id, "events": [{"seq": 1, "type": "view", "module": "m1"}]}
    for answer in (site.post("/api/events", json=body, headers=header), site.get("/api/course?lang=en", headers=header)):
        assert (answer.status, answer.code) == (401, "token_invalid")
    assert lms.launch().progress["location"] is None


def test_a_token_that_was_tampered_with_is_invalid(lms):
    session = lms.launch("ada")
    other = lms.launch("grace")
    session.token = session.token.replace(session.registration, other.registration)
    assert session.view("m1").code == "token_invalid"


def test_the_token_of_the_media_opens_nothing_else(lms):
    session = lms.launch()
    session.token = session.media.split("/")[-2]
    assert session.view("m1").code == "token_invalid"


def test_a_token_of_another_key_is_invalid(make_site, lms):
    other = make_site()
    other.prepare()
    other.start()
    session = lms.launch()
    session.token = Lms(other, other.publish()["id"]).launch().token
    assert session.view("m1").code == "token_invalid"


def test_a_token_that_was_not_used_for_too_long_has_expired(site, lms):
    session = lms.launch()
    *parts, launched, expires = session.token.split(".")[0].split("~")
    assert int(expires) - int(launched) == 3600
    session.token = signed(site, "~".join([*parts, str(int(launched) - 3700), str(int(launched) - 100)]))
    refusal = session.view("m1")
    assert (refusal.status, refusal.code) == (401, "token_expired")


def test_a_token_past_half_its_life_is_renewed(site, lms):
    session = lms.launch()
    assert "token" not in session.view("m1").raw
    *parts, launched, expires = session.token.split(".")[0].split("~")
    session.token = old = signed(site, "~".join([*parts, str(int(launched) - 1900), str(int(expires) - 1900)]))
    assert session.view("m1").raw["token"] != old
    assert session.view("m1").code is None


# ---- malformed


@pytest.mark.parametrize(
    "events",
    [
        {}, "view", None, [[]], ["view"], [None],
        [{"type": "view", "module": "m1"}],
        [{"seq": "1", "type": "view", "module": "m1"}],
        [{"seq": 0, "type": "view", "module": "m1"}],
        [{"seq": -1, "type": "view", "module": "m1"}],
        [GOOD_EVENT, {"seq": 1, "type": "leave"}],
        [{"seq": 2, "type": "leave"}, GOOD_EVENT],
        [GOOD_EVENT, {"seq": 2, "type": "dance"}],
        [GOOD_EVENT, {"seq": 2}],
        [GOOD_EVENT, {"seq": 2, "type": "view"}],
        [GOOD_EVENT, {"seq": 2, "type": "view", "module": 7}],
        [GOOD_EVENT, {"seq": 2, "type": "answer", "activity": "q1", "response": "2"}],
        [GOOD_EVENT, {"seq": 2, "type": "answer", "activity": "q1"}],
        [GOOD_EVENT, {"seq": 2, "type": "answer", "activity": "q1", "response": ["x" * 9000]}],
        [GOOD_EVENT, {"seq": 2, "type": "placement", "answers": []}],
        [GOOD_EVENT, {"seq": 2, "type": "time", "seconds": "7"}],
        [GOOD_EVENT, {"seq": 2, "type": "delivered", "rev": 1}],
        [{"seq": number, "type": "leave"} for number in range(1, 502)],
    ],
    ids=lambda events: json.dumps(events)[:60],
)
def test_a_malformed_batch_is_refused_as_a_whole(lms, events):
    session = lms.launch()
    refusal = session.post({"session": session.id, "lang": "en", "rev": "", "events": events})
    assert (refusal.status, refusal.code) == (400, "body_invalid")
    answer = session.post({"session": session.id, "events": []})
    assert (answer.ack, answer.progress["location"], answer.progress["activities"]) == (0, None, {})


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"{'a':1}", b'{"session":"\xff"}', b'{"a":1}x', b"[" * 5000, b'{"session":"a\\u0000"}'],
    ids=lambda body: repr(body[:20]),
)
def test_what_is_no_json_object_is_refused(site, lms, body):
    session = lms.launch()
    answer = site.post("/api/events", body=body, headers={"Content-Type": "application/json", **session.authorization})
    assert (answer.status, answer.code) == (400, "body_invalid")


def test_five_hundred_events_at_once_are_taken(lms):
    session = lms.launch()
    assert session.events([{"type": "view", "module": "m1"}] * 500).ack == 500


# ---- the outside of requests


def padded(session, length):
    """A good body of exactly that many bytes."""
    body = json.dumps({"session": session.id, "events": [GOOD_EVENT]}).encode()
    return body + b" " * (length - len(body))


def chunked(site, session, body):
    """POST /api/events in chunks, without a length: (status, code)."""
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked", **session.authorization}
    chunks = (body[start : start + 1000] for start in range(0, len(body), 1000))
    try:
        connection.request("POST", f"{site.prefix}/api/events", body=chunks, headers=headers, encode_chunked=True)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read()).get("code")
    finally:
        connection.close()


@pytest.mark.site(directives={"ScormConnectMaxBody": "4096"})
def test_the_largest_body_is_taken_and_one_byte_more_is_not(site, lms):
    session = lms.launch()
    headers = {"Content-Type": "application/json", **session.authorization}
    too_large = site.post("/api/events", body=padded(session, 4097), headers=headers)
    assert (too_large.status, too_large.code) == (413, "body_too_large")
    assert site.post("/api/events", body=padded(session, 4096), headers=headers).json["ack"] == 1


@pytest.mark.site(directives={"ScormConnectMaxBody": "4096"})
def test_the_largest_body_is_the_same_in_chunks(site, lms):
    session = lms.launch()
    assert chunked(site, session, padded(session, 4097)) == (413, "body_too_large")
    assert chunked(site, session, padded(session, 4096)) == (200, None)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.net"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_a_page_of_another_site_may_not_write(site, lms, headers):
    session = lms.launch()
    body = {"session": session.id, "events": [GOOD_EVENT]}
    answer = site.post("/api/events", json=body, headers={**session.authorization, **headers})
    assert (answer.status, answer.code) == (403, "foreign_origin")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert lms.launch().progress["location"] is None


def test_our_own_page_may_write(site, lms):
    session = lms.launch()
    body = {"session": session.id, "events": [GOOD_EVENT]}
    headers = {**session.authorization, "Origin": site.url, "Sec-Fetch-Site": "same-origin"}
    assert site.post("/api/events", json=body, headers=headers).json["ack"] == 1


def test_our_own_page_may_write_behind_a_proxy_that_changes_host(site, lms):
    session = lms.launch()
    body = {"session": session.id, "events": [GOOD_EVENT]}
    headers = {**session.authorization, "Origin": "https://public.example.com", "Sec-Fetch-Site": "same-origin"}
    assert site.post("/api/events", json=body, headers=headers).json["ack"] == 1


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_another_content_type_is_refused(site, lms, content_type):
    session = lms.launch()
    headers = {"Content-Type": content_type, **session.authorization}
    answer = site.post("/api/events", body=padded(session, 200), headers=headers)
    assert (answer.status, answer.code) == (400, "body_invalid")
    assert lms.launch().progress["location"] is None


def test_a_content_type_may_have_a_parameter(site, lms):
    session = lms.launch()
    headers = {"Content-Type": "application/json; charset=utf-8", **session.authorization}
    assert site.post("/api/events", body=padded(session, 200), headers=headers).json["ack"] == 1


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/launch", "POST"), ("GET", "/api/events", "POST"), ("PUT", "/api/events", "POST"),
        ("DELETE", "/api/launch", "POST"), ("POST", "/api/course", "GET"),
    ],
)
def test_another_method_is_refused_with_the_right_one(site, method, path, allowed):
    answer = site.request(method, path, json={} if method in ("POST", "PUT") else None)
    assert answer.status == 405
    assert allowed in answer.headers["Allow"].replace(" ", "").split(",")


def test_an_unknown_address_is_not_found(site):
    assert site.post("/api/nothing", json={}).status == 404
    assert site.post("/api/launch/more", json={}).status == 404
