# SPDX-License-Identifier: Apache-2.0
"""A crowd of learners at work, while a test breaks what they depend on.

Each of them behaves like htdocs/player: numbers what it does, sends it in order with one request under way, keeps everything
above the last acknowledgement and sends it again after whatever went wrong; launches anew when its session is over, and then
delivers first what is left of the older one, under that one's name (docs/protocol.md §5).

What a learner did and was told stands in its diary. harness/ledger.py holds the diaries against the database.
"""
import collections
import dataclasses
import http.client
import json
import random
import threading
import time

from .site import LMS_ORIGIN

# The player's own waits, in seconds (htdocs/player/outbox.js), and how much faster than a real one a learner of the tests lives.
WAIT_SECONDS = [2, 5, 15, 60]
HASTE = 50
THINK_SECONDS = 0.01
PATIENCE_SECONDS = 15
EVENTS_PER_REQUEST = 40
MOST_PENDING = 60
# Below the five seconds that the server grants to clocks (service/event.c).
HEAD_START_SECONDS = 3

ASSESSMENT = {"f1": {True: ["1", "3"], False: ["2"]}, "f2": {True: ["four"], False: ["five"]}}


@dataclasses.dataclass
class Event:
    """A numbered piece of work. `right`: how an answer was meant."""

    session: str
    seq: int
    body: dict
    right: bool | None = None
    sent: int = 0
    acknowledged: bool = False
    result: dict | None = None


@dataclasses.dataclass
class Failure:
    """A request that did not end well.

    kind: "stale" (a connection that was kept alive had been closed), "refused" (nobody listens), "cut" (closed without an
    answer), "torn" (closed within the answer), "timeout", "status" (an answer, and not 200).
    """

    at: float
    asked: str
    kind: str
    seconds: float = 0
    status: int = 0
    code: str = ""


@dataclasses.dataclass
class Launch:
    session: str
    registration: str


class Diary:
    """What one learner asked for and was told, in the order it happened."""

    def __init__(self, learner_id, publication):
        self.learner_id = learner_id
        self.publication = publication
        self.launches_asked = 0
        self.launches = []
        self.events = []
        self.snapshots = []
        self.progress = None
        self.failures = []
        self.answers = 0
        self.wrong = []

    @property
    def acknowledged(self):
        return sum(event.acknowledged for event in list(self.events))


class Broken(Exception):
    """No answer, or only a piece of one."""

    def __init__(self, kind):
        super().__init__(kind)
        self.kind = kind


class Wire:
    """One connection, kept alive, as a browser keeps it."""

    def __init__(self, site, diary, patience):
        self.host, self.port, self.prefix = "127.0.0.1", site.port, site.prefix
        self.patience = patience
        self.diary = diary
        self.connection = None

    def post(self, path, body, token):
        """(status, Retry-After in seconds, JSON or None); raises Broken."""
        while True:
            kept = self.connection is not None
            try:
                return self._post(path, json.dumps(body), token)
            except (BrokenPipeError, ConnectionResetError) as closed:
                self.close()
                if not kept:
                    raise Broken("cut") from closed
                # A browser sends it again by itself.
                self.diary.failures.append(Failure(time.monotonic(), path, "stale"))
            except ConnectionRefusedError as closed:
                self.close()
                raise Broken("refused") from closed
            except TimeoutError as late:
                self.close()
                raise Broken("timeout") from late
            except (http.client.HTTPException, json.JSONDecodeError) as torn:
                self.close()
                raise Broken("torn") from torn

    def _post(self, path, body, token):
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.patience)
        if path == "launch":
            self.diary.launches_asked += 1
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self.connection.request("POST", f"{self.prefix}/api/{path}", body, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.will_close:
            self.close()
        is_json = answer.getheader("Content-Type", "").startswith("application/json")
        return answer.status, int(answer.getheader("Retry-After") or 0), json.loads(text) if is_json else None

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Learner(threading.Thread):
    """One window of one learner. One that is `alone` takes the tests too: with several, it would be chance whose answers count."""

    def __init__(self, crowd, number, learner_id, publication, alone, attempts):
        super().__init__(name=f"{learner_id} in {publication}", daemon=True)
        self.crowd = crowd
        self.diary = Diary(learner_id, publication)
        self.wire = Wire(crowd.site, self.diary, crowd.patience)
        self.random = random.Random(number)
        self.number = number
        self.alone = alone
        self.attempts = attempts
        self.visits = 0
        self.token = None
        self.session = None
        self.pending = collections.OrderedDict()
        self.failures = 0
        self.renewed = False

    # ---- the player's outbox

    @property
    def unsent(self):
        return sum(len(events) for events in self.pending.values())

    def run(self):
        plan = None
        try:
            while not self.diary.wrong and not self.crowd.over:
                if self.token is None and not self._launch():
                    continue
                if self.crowd.working and self.unsent < MOST_PENDING:
                    plan = plan or self._visit()
                    burst = next(plan, None)
                    if burst is None:
                        plan = None
                        self._close_page()
                        continue
                    for body, right in burst:
                        self._add(body, right)
                elif not self.unsent:
                    break
                self._send()
                time.sleep(self.random.uniform(0, 2 * THINK_SECONDS))
        finally:
            self.wire.close()

    def _close_page(self):
        """Leaves without waiting for the server; what it did not take is delivered by the next visit."""
        self._add({"type": "leave"})
        self._send()
        self.token = None

    def _add(self, body, right=None):
        self.seq += 1
        event = Event(self.session, self.seq, {"seq": self.seq, **body}, right)
        self.diary.events.append(event)
        self.pending[self.session].append(event)

    def _launch(self):
        ask = {
            "v": 1,
            "publication": self.diary.publication,
            "sco": "main",
            "origin": LMS_ORIGIN,
            "connector": {"version": "1", "edition": "2004-4"},
            "learner": {"id": self.diary.learner_id, "name": f"{self.diary.learner_id}, Test"},
            "lms": {"mode": "normal", "credit": "credit", "entry": "ab-initio"},
            "lang": "en",
        }
        status, answer = self._ask("launch", ask)
        if status != 200:
            if not self._passes(status, answer):
                self._give_up(f"a launch was refused: {status} {answer}")
            return False
        self.token = answer["token"]
        self.session = answer["session"]
        self.seq = answer["last_seq"]
        self.launched_at = time.monotonic()
        self.seconds = 0
        self.course = answer["course"]
        self.reported = 0
        self.pending = collections.OrderedDict((one, events) for one, events in self.pending.items() if events)
        self.pending[self.session] = []
        self.diary.launches.append(Launch(self.session, answer["registration"]))
        self._take(answer)
        return True

    def _send(self):
        """One request with the oldest of what is pending."""
        session, waiting = next(((one, events) for one, events in self.pending.items() if events), (None, None))
        if not session:
            return
        events = waiting[:EVENTS_PER_REQUEST]
        for event in events:
            event.sent += 1
        body = {
            "session": session,
            "lang": "en",
            "rev": self.course["rev"],
            "events": [event.body for event in events],
        }
        status, answer = self._ask("events", body)
        if status == 401:
            if self.renewed:
                self._wait(0)
            self.renewed = True
            self.token = None
        elif status == 409:
            # Another window took over. Its learner comes back to this one.
            time.sleep(self.random.uniform(0, 20 * THINK_SECONDS))
            self.token = None
        elif status == 200:
            self._settle(session, events, answer)
        elif not self._passes(status, answer):
            self._give_up(f"events were refused: {status} {answer}")

    def _settle(self, session, events, answer):
        self.renewed = False
        self.token = answer.get("token") or self.token
        if not events[0].seq <= answer["ack"] <= events[-1].seq:
            self._give_up(f"numbers {events[0].seq} to {events[-1].seq} were answered by ack {answer['ack']}")
            return
        results = {result["seq"]: result for result in answer["results"]}
        for event in events:
            if event.seq <= answer["ack"]:
                event.acknowledged = True
                event.result = results.get(event.seq)
        self.pending[session] = [event for event in self.pending[session] if not event.acknowledged]
        self._take(answer)

    def _take(self, answer):
        """Shows what the server says, and reports to the LMS, whose answer is an event again."""
        self.diary.progress = answer["progress"]
        snapshot = answer["snapshot"]
        self.diary.snapshots.append({"session": self.session, **snapshot})
        if snapshot["rev"] != self.reported:
            self.reported = snapshot["rev"]
            said = self.random.choice([("ok", ""), ("ok", ""), ("301", "cmi.score.scaled")])
            self._add({"type": "delivered", "rev": self.reported, "lms": said[0], "element": said[1]})

    # ---- one request

    def _ask(self, path, body):
        """(status, answer); (0, None) without an answer."""
        began = time.monotonic()
        try:
            status, retry_after, answer = self.wire.post(path, body, self.token)
        except Broken as broken:
            self._fail(path, broken.kind, time.monotonic() - began)
            self._wait(0)
            return 0, None
        seconds = time.monotonic() - began
        if status == 200:
            self.diary.answers += 1
            self.failures = 0
            return status, answer
        self._fail(path, "status", seconds, status, (answer or {}).get("code", ""))
        if status == 503 and not retry_after:
            self._give_up(f"{path} was answered 503 without Retry-After: {answer}")
        if self._passes(status, answer):
            self._wait(retry_after)
        return status, answer

    @staticmethod
    def _passes(status, answer):
        """Whether the same request may succeed later (htdocs/player/api.js)."""
        if answer and answer.get("code") == "training_unavailable":
            return False
        return status in (0, 408, 429) or status >= 500

    def _fail(self, *what):
        self.diary.failures.append(Failure(time.monotonic(), *what))

    def _wait(self, at_least_seconds):
        seconds = max(WAIT_SECONDS[min(self.failures, len(WAIT_SECONDS) - 1)], at_least_seconds)
        self.failures += 1
        time.sleep(seconds / HASTE)

    def _give_up(self, why):
        self.diary.wrong.append(f"{self.name}: {why}")

    # ---- what is worked on: the training "tiny"

    def _visit(self):
        """The bursts of events of one visit: nothing in it depends on an answer, and nothing may be refused."""
        self.visits += 1
        if self.alone and self.visits == 1:
            yield [self._placement()]
        yield [({"type": "view", "module": "m1"}, None)]
        for _ in range(self.random.randint(1, 4)):
            yield [self._answer("q1", {True: ["2"], False: ["1"]})]
        yield [self._answer("q1", {True: ["2"], False: ["3"]}), ({"type": "read", "module": "m1"}, None)]
        yield [self._time()]
        yield [({"type": "view", "module": "m2"}, None), self._answer("g1", {True: ["Paris"], False: ["Lyon"]})]
        for _ in range(self.random.randint(1, 3)):
            yield [self._answer("o1", {True: self._order("mouse", "cat", "horse"), False: self._order("cat", "horse", "mouse")})]
        yield [({"type": "read", "module": "m2"}, None), self._time()]
        if self.alone and (self.attempts == 0 or self.visits <= self.attempts):
            yield [({"type": "assessment_start"}, None)]
            for activity, responses in ASSESSMENT.items():
                yield [self._answer(activity, responses, "assessment_answer")]
            yield [({"type": "assessment_submit"}, None)]
        yield [self._time()]

    def _placement(self):
        kind = self.number % 3
        if kind == 0:
            return {"type": "placement_skip"}, None
        return {"type": "placement", "answers": {"p1": ["2" if kind == 1 else "1"]}}, kind == 1

    def _answer(self, activity, responses, kind="answer"):
        right = self.random.random() < 0.5
        return {"type": kind, "activity": activity, "response": responses[right]}, right

    def _order(self, *texts):
        blocks = [block for chapter in self.course["chapters"] for module in chapter["modules"] for block in module["blocks"]]
        items = next(block["items"] for block in blocks if block.get("id") == "o1")
        return [next(item["key"] for item in items if text in item["html"]) for text in texts]

    def _time(self):
        self.seconds = max(self.seconds, int(time.monotonic() - self.launched_at) + HEAD_START_SECONDS)
        return {"type": "time", "seconds": self.seconds}, None


class Crowd:
    """Learners who work as long as the `with` block lasts; drain() lets them come to an end.

    publications  ids of publications of "tiny". Every learner is in all of them, at once.
    learners      how many
    windows       how many windows of the same learner and publication fight for it
    attempts      at the assessment, as the publications allow; 0: without limit
    patience      after so many seconds without an answer a learner's browser sends again
    """

    def __init__(self, site, publications, *, learners=8, windows=1, attempts=0, patience=PATIENCE_SECONDS):
        self.site = site
        self.patience = patience
        self.working = True
        self.over = False
        places = [(learner, one) for learner in range(learners) for one in publications for _ in range(windows)]
        self.learners = [
            Learner(self, number, f"learner{learner}", publication, windows == 1, attempts)
            for number, (learner, publication) in enumerate(places)
        ]

    @property
    def diaries(self):
        return [learner.diary for learner in self.learners]

    def __enter__(self):
        for learner in self.learners:
            learner.start()
        return self

    def __exit__(self, *_):
        self.over = True
        for learner in self.learners:
            learner.join(self.patience + 5)

    @property
    def acknowledged(self):
        return sum(diary.acknowledged for diary in self.diaries)

    def work(self, events=150, timeout=20):
        """Waits until the server has acknowledged so many more events."""
        goal = self.acknowledged + events
        deadline = time.monotonic() + timeout
        while self.acknowledged < goal:
            self._assert_nothing_wrong()
            if time.monotonic() > deadline:
                raise AssertionError(f"the server acknowledged nothing for long; last failures: {self.failures()[-5:]}")
            time.sleep(0.02)

    def drain(self, timeout=30):
        """No new work; waits until everything is delivered."""
        self.working = False
        deadline = time.monotonic() + timeout
        for learner in self.learners:
            learner.join(max(0, deadline - time.monotonic()))
        self._assert_nothing_wrong()
        late = [learner for learner in self.learners if learner.is_alive()]
        assert not late, f"{len(late)} learners have work left after {timeout} s; last failures: {self.failures()[-5:]}"

    def failures(self, *kinds, since=0.0):
        """In the order of time; `kinds` chooses some."""
        every = [failure for diary in self.diaries for failure in list(diary.failures)]
        return sorted(
            (one for one in every if one.at >= since and (not kinds or one.kind in kinds)), key=lambda failure: failure.at
        )

    def assert_nothing_was_noticed(self):
        """At most a connection that was kept alive was closed while nothing was under way, which browsers mend by themselves."""
        noticed = [one for one in self.failures() if one.kind != "stale"]
        assert not noticed, noticed[:10]

    def assert_only_unavailable(self):
        """Whatever broke: learners met nothing worse than 503."""
        passing = {(503, "unavailable"), (503, "busy")}
        worse = [one for one in self.failures() if one.kind != "stale" and (one.status, one.code) not in passing]
        assert not worse, worse[:10]

    def _assert_nothing_wrong(self):
        wrong = [line for diary in self.diaries for line in diary.wrong]
        assert not wrong, "\n".join(wrong)
