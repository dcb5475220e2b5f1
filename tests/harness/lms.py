# SPDX-License-Identifier: Apache-2.0
"""A learner's side: what connector and player say to the server, by docs/protocol.md."""
from .site import LMS_ORIGIN


class Refusal:
    """A launch, or a batch of events, that the server refused."""

    def __init__(self, response):
        self.response = response
        self.status = response.status
        body = response.json
        self.code = body["code"]
        self.message = body["message"]
        self.number = body.get("number")
        self.subject = body.get("subject")

    def __repr__(self):
        return f"<refused {self.status} {self.code}: {self.message}>"


class Answer:
    """What the server said to a batch of events."""

    code = None

    def __init__(self, response):
        self.response = response
        self.status = response.status
        self.raw = response.json
        self.ack = self.raw["ack"]
        self.results = self.raw["results"]
        self.progress = self.raw["progress"]
        self.snapshot = self.raw["snapshot"]
        self.course_changed = self.raw["course_changed"]

    def result(self, seq):
        """The entry of event `seq`, or None."""
        return next((one for one in self.results if one["seq"] == seq), None)


class Session:
    """A launch that succeeded. `seq` is the last number that was used."""

    code = None

    def __init__(self, site, response):
        self.site = site
        self.response = response
        self.status = response.status
        self.raw = response.json
        self.token = self.raw["token"]
        self.id = self.raw["session"]
        self.registration = self.raw["registration"]
        self.readonly = self.raw["readonly"]
        self.media = self.raw["media"]
        self.course = self.raw["course"]
        self.progress = self.raw["progress"]
        self.snapshot = self.raw["snapshot"]
        self.seq = self.raw["last_seq"]
        self.lang = self.course["lang"]

    @property
    def authorization(self):
        return {"Authorization": f"Bearer {self.token}"}

    def events(self, events):
        """Numbers the events (unless they have a number) and sends them. Answer or Refusal."""
        numbered = []
        for event in events:
            if "seq" not in event:
                self.seq += 1
                event = {"seq": self.seq, **event}
            numbered.append(event)
        return self.post({"session": self.id, "lang": self.lang, "rev": self.course["rev"], "events": numbered})

    def post(self, body):
        """Sends a body of the test's own making. Answer or Refusal."""
        response = self.site.post("/api/events", json=body, headers=self.authorization)
        if response.status != 200:
            return Refusal(response)
        answer = Answer(response)
        self.token = answer.raw.get("token", self.token)
        self.progress, self.snapshot = answer.progress, answer.snapshot
        return answer

    def fetch_course(self, lang):
        return self.site.get(f"/api/course?lang={lang}", headers=self.authorization)

    # ---- one event each

    def view(self, module):
        return self.events([{"type": "view", "module": module}])

    def read(self, module):
        return self.events([{"type": "read", "module": module}])

    def answer(self, activity, *response):
        """The grading of an answer."""
        answer = self.events([{"type": "answer", "activity": activity, "response": list(response)}])
        return answer if answer.code else answer.result(self.seq)

    def take_assessment(self, answers):
        """A whole attempt; `answers` is {activity: response}. The entry of its submission."""
        events = [{"type": "assessment_start"}]
        events += [{"type": "assessment_answer", "activity": one, "response": said} for one, said in answers.items()]
        answer = self.events([*events, {"type": "assessment_submit"}])
        return answer if answer.code else answer.result(self.seq)

    def finish_modules(self):
        """Everything of the training "tiny" outside of its assessment, answered right."""
        items = self.order_keys("o1", ["mouse", "cat", "horse"])
        return self.events(
            [
                {"type": "view", "module": "m1"},
                {"type": "answer", "activity": "q1", "response": ["2"]},
                {"type": "read", "module": "m1"},
                {"type": "view", "module": "m2"},
                {"type": "answer", "activity": "g1", "response": ["Paris"]},
                {"type": "answer", "activity": "o1", "response": items},
                {"type": "read", "module": "m2"},
            ]
        )

    def order_keys(self, activity, texts):
        """The keys of an order's items, in the order of their texts."""
        items = self.activity(activity)["items"]
        return [next(item["key"] for item in items if text in item["html"]) for text in texts]

    def activity(self, activity):
        """The activity as the learner's browser has it."""
        blocks = [block for chapter in self.course["chapters"] for module in chapter["modules"] for block in module["blocks"]]
        for test in ("placement", "assessment"):
            blocks += self.course[test]["activities"] if self.course[test] else []
        return next(block for block in blocks if block.get("id") == activity)


class Lms:
    """An LMS that holds the package of one publication."""

    def __init__(self, site, publication):
        self.site = site
        self.publication = publication

    def launch(
        self,
        learner_id="ada",
        learner_name="Lovelace, Ada",
        *,
        origin=LMS_ORIGIN,
        publication=None,
        edition="1.2",
        mode="normal",
        credit="credit",
        entry="ab-initio",
        lang="en",
        sco="main",
        lms=None,
        change=None,
    ):
        """A launch: Session or Refusal. `lms` holds further values of the LMS; `change(body)` may alter the body at last."""
        values = {"mode": mode, "credit": credit, "entry": entry}
        values |= dict.fromkeys(("status", "completion", "success", "score", "mastery"), "")
        body = {
            "v": 1,
            "publication": publication or self.publication,
            "sco": sco,
            "origin": origin,
            "connector": {"version": "1", "edition": edition},
            "learner": {"id": learner_id, "name": learner_name},
            "lms": values | (lms or {}),
            "lang": lang,
        }
        if change:
            change(body)
        response = self.site.post("/api/launch", json=body)
        return Session(self.site, response) if response.status == 200 else Refusal(response)
