# SPDX-License-Identifier: Apache-2.0
"""Holds what learners were told (harness/load.py) against what the database has, row by row.

The numbers of events make it exact at any time at which nothing is being written: of each session precisely the events up to
`last_seq` must have left their marks, each once; no acknowledged one may lie above it. When the learners have delivered
everything, that is all of their events.

    assert_agrees(database, crowd.diaries)
    assert_figures_agree(site, database)

Correctness, scores and so on are those of the training "tiny".
"""
import collections
import json
import types

STATUS = ["not_started", "in_progress", "completed", "failed", "passed"]
ACTIVE, ENDED = 0, 1       # the learner left, or a newer session took over
OPEN, TAKEN, SKIPPED = 0, 1, 2
POINTS = {"p1": 1, "q1": 1, "g1": 1, "o1": 2}
COVERED_BY_PLACEMENT = "m1"

COLUMNS = {
    "publication": "id pass attempts",
    "learner": "id external_id",
    "registration": "id publication learner session last_seq session_seconds status score final rev seconds sessions attempts"
                    " location placement delivered_rev credited started_at",
    "session": "id registration last_seq seconds state started_at",
    "module_result": "registration module opened_at read_at validated_at",
    "activity_result": "registration activity correct correct_first points tries response first_at",
    "attempt": "registration number started_at ended_at score answers session seq",
    "delivery": "registration session rev lms element",
    "credit": "publication learner at",
}

# Running figures: the columns of the key without the shard, and the figures.
BY_STATUS = STATUS[1:]
KEPT = {
    "publication_tally": (["publication"], ["learners", "credits", "sessions", *BY_STATUS]),
    "publication_day": (["publication", "day"], ["learners", "credits", "sessions", *BY_STATUS]),
    "module_tally": (["publication", "module", "week"], ["opened", "finished", "validated"]),
    "activity_tally": (["publication", "activity", "week"], ["answers", "correct", "first_answers", "first_correct"]),
}
# Of these the rows do not tell when they came to be: compared are the sums over all time.
UNDATED = {("publication_day", figure) for figure in BY_STATUS} | {("activity_tally", "answers"), ("activity_tally", "correct")}
MICROSECONDS_A_DAY = 86_400_000_000


def assert_agrees(database, diaries, **options):
    """The options are those of problems()."""
    found = list(problems(database, diaries, **options))
    assert not found, f"{len(found)} things that the database and the learners disagree about:\n" + "\n".join(found[:20])


def problems(database, diaries, *, drained=True, whole_time=True):
    """What is wrong, a line each.

    drained     the learners say that they delivered everything
    whole_time  all active time must have been counted; False where the server's clock was changed, which costs some
    """
    books = Books(database)
    for diary in diaries:
        yield from _never_fell(diary)
    yield from _damage(database)
    yield from _orphans(books)
    yield from _unknown_sessions(books, diaries)
    yield from _credits(books, diaries)
    by_registration = collections.defaultdict(list)
    for diary in diaries:
        registration = books.registration_of(diary)
        if registration:
            by_registration[registration.id].append(diary)
        elif diary.launches:
            yield f"{diary.learner_id} launched {diary.publication}, and has no registration"
    accounts = [Account(books, row, by_registration[row.id]) for row in books.registrations.values()]
    for account in accounts:
        for line in account.problems(drained, whole_time):
            yield f"{account.name}: {line}"
    yield from _kept_figures(database, books, accounts)


class Books:
    """All rows of a site's tables."""

    def __init__(self, database):
        tables = {table: _rows(database, table, columns.split()) for table, columns in COLUMNS.items()}
        self.publications = {row.id: row for row in tables["publication"]}
        self.learners = {row.id: row for row in tables["learner"]}
        self.registrations = {row.id: row for row in tables["registration"]}
        self.sessions = {row.id: row for row in tables["session"]}
        self.credits = tables["credit"]
        self.parts = {table: tables[table] for table in ("session", "module_result", "activity_result", "attempt", "delivery")}
        self._of = {table: collections.defaultdict(list) for table in self.parts}
        for table, rows in self.parts.items():
            for row in rows:
                self._of[table][row.registration].append(row)
        self._by_learner = {(row.publication, self.learners[row.learner].external_id): row
                            for row in tables["registration"] if row.learner in self.learners}

    def of(self, table, registration):
        """The rows of a table that belong to a registration."""
        return self._of[table][registration]

    def registration_of(self, diary):
        return self._by_learner.get((diary.publication, diary.learner_id))


def _rows(database, table, columns):
    found = database.query(f"SELECT {', '.join(columns)} FROM {table}")
    return [types.SimpleNamespace(**dict(zip(columns, row))) for row in found]


# ---- what a learner saw


def _never_fell(diary):
    before = None
    for now in list(diary.snapshots):
        if before:
            for what, old, new in (
                ("the revision", before["rev"], now["rev"]),
                ("the status", STATUS.index(before["status"]), STATUS.index(now["status"])),
                ("the score", _score(before), _score(now)),
                ("being final", before["final"], now["final"]),
            ):
                if new < old:
                    yield f"{diary.learner_id} in {diary.publication}: {what} fell from {before} to {now}"
            if now["session"] == before["session"] and now["seconds"] < before["seconds"]:
                yield f"{diary.learner_id} in {diary.publication}: the seconds fell from {before} to {now}"
        before = now


def _score(snapshot):
    return -1 if snapshot["score"] is None else round(snapshot["score"] * 100)


# ---- the tables as a whole


def _damage(database):
    if database.driver == "sqlite3":
        said = database.query("PRAGMA integrity_check")
        if said != [("ok",)]:
            yield f"integrity_check: {said}"
    elif database.driver == "mysql":
        for table in COLUMNS:
            said = database.query(f"CHECK TABLE {table}")
            if said[-1][-1] != "OK":
                yield f"CHECK TABLE: {said}"


def _orphans(books):
    for table, rows in books.parts.items():
        for row in rows:
            if row.registration not in books.registrations:
                yield f"a row of {table} belongs to no registration: {row}"
    for row in books.registrations.values():
        if row.learner not in books.learners or row.publication not in books.publications:
            yield f"a registration without learner or publication: {row}"


def _unknown_sessions(books, diaries):
    launched = [launch.session for diary in diaries for launch in list(diary.launches)]
    for session, times in collections.Counter(launched).items():
        if times > 1:
            yield f"session {session} was given {times} times"
        if session not in books.sessions:
            yield f"session {session} was answered to a launch, and is lost"


def _credits(books, diaries):
    """One for each learner and publication, however often they launched, and even if the answer never came."""
    credited = collections.Counter((row.publication, row.learner) for row in books.credits)
    registered = collections.Counter((row.publication, row.learner) for row in books.registrations.values())
    for (publication, learner), count in (credited - registered).items():
        yield f"{count} credit(s) too many: learner {learner} in {publication}"
    for (publication, learner), count in (registered - credited).items():
        yield f"{count} credit(s) missing: learner {learner} in {publication}"
    names = collections.Counter(row.external_id for row in books.learners.values())
    known = {diary.learner_id for diary in diaries}
    for name, count in names.items():
        if count > 1 or name not in known:
            yield f"learner {name} has {count} account(s)"


# ---- a registration


class Account:
    """One registration: its rows, and the diaries of the windows that worked for it."""

    def __init__(self, books, registration, diaries):
        self.books = books
        self.row = registration
        self.diaries = diaries
        self.name = f"registration {registration.id}" + "".join(f", {diary.learner_id}" for diary in diaries[:1])
        self.sessions = {row.id: row for row in books.of("session", registration.id)}
        holder = self.sessions.get(registration.session)
        if holder:
            # Its own row is brought up to date when the lease moves on.
            holder.last_seq, holder.seconds = registration.last_seq, registration.session_seconds
        self.work = Work(self._applied())

    def problems(self, drained, whole_time):
        yield from self._sessions(drained)
        yield from self._time(self.work, whole_time)
        yield from self._modules(self.work)
        yield from self._activities(self.work)
        yield from self._attempts(self.work)
        yield from self._deliveries(self.work)
        yield from self._totals(self.work)
        yield from self._snapshots(drained)
        yield from self._gradings()

    def _applied(self):
        """The events that the numbers say are on disk, for each window in the order in which it sent them."""
        return [
            [event for event in list(diary.events) if event.session in self.sessions
             and event.seq <= self.sessions[event.session].last_seq]
            for diary in self.diaries
        ]

    def _sessions(self, drained):
        if self.row.session not in self.sessions:
            yield f"its lease is held by {self.row.session!r}, which does not exist"
        if self.row.sessions != len(self.sessions):
            yield f"sessions is {self.row.sessions}, and there are {len(self.sessions)} of them"
        asked = sum(diary.launches_asked for diary in self.diaries)
        if len(self.sessions) > asked:
            yield f"{len(self.sessions)} sessions were made by {asked} launches"
        made, sent, acknowledged = collections.Counter(), collections.Counter(), collections.Counter()
        for event in (event for diary in self.diaries for event in list(diary.events)):
            made[event.session] = max(made[event.session], event.seq)
            if event.sent:
                sent[event.session] = max(sent[event.session], event.seq)
            if event.acknowledged:
                acknowledged[event.session] = max(acknowledged[event.session], event.seq)
        for session in self.sessions.values():
            last = session.last_seq
            if last < acknowledged[session.id]:
                yield f"lost: session {session.id} has events up to {last}, {acknowledged[session.id]} were acknowledged"
            elif last > sent[session.id]:
                yield f"session {session.id} has events up to {last}, {sent[session.id]} were sent"
            elif drained and last != made[session.id]:
                yield f"session {session.id} has events up to {last} of {made[session.id]}, though all were delivered"

    def _time(self, work, whole_time):
        total = 0
        for session in self.sessions.values():
            total += session.seconds
            expected = work.seconds[session.id]
            if session.seconds > expected or (whole_time and session.seconds < expected):
                yield f"session {session.id} has {session.seconds} seconds of {expected}"
            state = ENDED if session.id in work.left or session.id != self.row.session else ACTIVE
            if session.state != state:
                yield f"session {session.id} has state {session.state} instead of {state}"
        if self.row.seconds != total:
            yield f"it has {self.row.seconds} seconds, its sessions have {total}"

    def _modules(self, work):
        found = {row.module: row for row in self.books.of("module_result", self.row.id)}
        yield from _compare("modules", set(found), set(work.modules))
        for module in set(found) & set(work.modules):
            row = found[module]
            marks = {mark for mark in ("opened", "read", "validated") if getattr(row, f"{mark}_at") != 0}
            yield from _compare(f"module {module}", marks, work.modules[module])

    def _activities(self, work):
        found = {row.activity: row for row in self.books.of("activity_result", self.row.id)}
        yield from _compare("activities", set(found), set(work.answers))
        for activity in set(found) & set(work.answers):
            row, answers = found[activity], work.answers[activity]
            if row.tries != len(answers):
                kind = "lost" if row.tries < len(answers) else "doubled"
                yield f"{kind}: {activity} has {row.tries} tries, {len(answers)} answers are on disk"
            right = any(event.right for event in answers)
            if bool(row.correct) != right or row.points != (POINTS[activity] if right else 0):
                yield f"{activity} is {row.correct} with {row.points} points, and was answered {'right' if right else 'wrong'}"
            if len(self.diaries) == 1:
                if bool(row.correct_first) != bool(answers[0].right):
                    yield f"{activity}: correct_first is {row.correct_first}"
                if json.loads(row.response) != _response(answers[-1], activity):
                    yield f"{activity}: the last response is {row.response}, sent was {answers[-1].body}"

    def _attempts(self, work):
        rows = sorted(self.books.of("attempt", self.row.id), key=lambda row: row.number)
        if [row.number for row in rows] != list(range(1, len(work.attempts) + 1)):
            yield f"attempts {[row.number for row in rows]} are there, {len(work.attempts)} were begun"
            return
        for row, attempt in zip(rows, work.attempts):
            if json.loads(row.answers) != attempt.answers:
                yield f"attempt {row.number} has the answers {row.answers} instead of {attempt.answers}"
            ended_by = attempt.ended_by
            if bool(row.ended_at) != bool(ended_by):
                yield f"attempt {row.number} ended at {row.ended_at}, by {ended_by}"
            elif ended_by and (row.session, row.seq) != (ended_by.session, ended_by.seq):
                yield f"attempt {row.number} was ended by {row.session} {row.seq}, not by {ended_by}"
            elif ended_by and row.score != attempt.score:
                yield f"attempt {row.number} has score {row.score} instead of {attempt.score}"

    def _deliveries(self, work):
        found = collections.Counter((row.session, row.rev, row.lms, row.element) for row in self.books.of("delivery", self.row.id))
        for delivery, count in (work.deliveries - found).items():
            yield f"lost: {count} delivery {delivery}"
        for delivery, count in (found - work.deliveries).items():
            yield f"doubled or invented: {count} delivery {delivery}"
        last = max((rev for _, rev, _, _ in work.deliveries), default=0)
        if self.row.delivered_rev != last:
            yield f"delivered_rev is {self.row.delivered_rev} instead of {last}"

    def _totals(self, work):
        ended = sum(attempt.ended_by is not None for attempt in work.attempts)
        if self.row.attempts != ended:
            yield f"attempts is {self.row.attempts}, {ended} were ended"
        if self.row.credited != 1:
            yield f"credited is {self.row.credited}"
        if self.row.placement != work.placement:
            yield f"placement is {self.row.placement} instead of {work.placement}"
        if len(self.diaries) == 1 and self.row.location != work.location:
            yield f"the location is {self.row.location!r} instead of {work.location!r}"

    def _snapshots(self, drained):
        """What the publisher is shown is what the learners were told last, or more."""
        seen = [snapshot for diary in self.diaries for snapshot in list(diary.snapshots)]
        if not seen:
            return
        newest = max(seen, key=lambda snapshot: snapshot["rev"])
        told = (newest["rev"], STATUS.index(newest["status"]), _score(newest), int(newest["final"]))
        kept = (self.row.rev, self.row.status, self.row.score, self.row.final)
        if kept != told if drained else any(mine < theirs for mine, theirs in zip(kept, told)):
            yield f"revision, status, score, final are {kept}; the last snapshot said {told}"

    def _gradings(self):
        for event in (event for diary in self.diaries for event in list(diary.events) if event.acknowledged):
            result = event.result
            if result and not result["ok"]:
                yield f"{event.body} was refused: {result}"
            elif event.body["type"] == "answer" and (not result or result["correct"] != event.right):
                yield f"{event.body} was meant {event.right}, and graded {result}"


class Attempt:
    def __init__(self):
        self.answers = {}
        self.right = {}
        self.ended_by = None

    @property
    def score(self):
        return 10000 * sum(self.right.values()) // len(self.right)


class Work:
    """What must be there after `windows`, lists of events, were applied once each."""

    def __init__(self, windows):
        self.modules = collections.defaultdict(set)
        self.answers = collections.defaultdict(list)
        self.attempts = []
        self.deliveries = collections.Counter()
        self.seconds = collections.Counter()
        self.left = set()
        self.placement = OPEN
        self.location = ""
        for events in windows:
            for event in events:
                getattr(self, f"_{event.body['type']}")(event)

    def _view(self, event):
        self.location = event.body["module"]
        self.modules[self.location].add("opened")

    def _read(self, event):
        self.modules[event.body["module"]] |= {"opened", "read"}

    def _answer(self, event):
        self.answers[event.body["activity"]].append(event)

    def _placement(self, event):
        self.placement = TAKEN
        self.answers["p1"].append(event)
        if event.right:
            self.modules[COVERED_BY_PLACEMENT].add("validated")

    def _placement_skip(self, _):
        self.placement = SKIPPED

    def _assessment_start(self, _):
        if not self.attempts or self.attempts[-1].ended_by:
            self.attempts.append(Attempt())

    def _assessment_answer(self, event):
        activity = event.body["activity"]
        self.attempts[-1].answers[activity] = event.body["response"]
        self.attempts[-1].right[activity] = event.right

    def _assessment_submit(self, event):
        self.attempts[-1].ended_by = event

    def _time(self, event):
        self.seconds[event.session] = max(self.seconds[event.session], event.body["seconds"])

    def _delivered(self, event):
        self.deliveries[event.session, event.body["rev"], event.body["lms"], event.body["element"]] += 1

    def _leave(self, event):
        self.left.add(event.session)


def _response(event, activity):
    return event.body["answers"][activity] if event.body["type"] == "placement" else event.body["response"]


def _compare(what, found, expected):
    if found - expected:
        yield f"{what}: {sorted(found - expected)} should not be there"
    if expected - found:
        yield f"{what}: {sorted(expected - found)} lost"


# ---- figures


def _kept_figures(database, books, accounts):
    """The running figures against a recount."""
    kept, recounted = _kept(database), _recounted(books, accounts)
    for key in sorted(kept.keys() | recounted.keys(), key=str):
        if kept[key] != recounted[key]:
            yield f"the running figure {' '.join(map(str, key))} is {kept[key]}, a recount gives {recounted[key]}"


def _kept(database):
    """(table, figure, key …) -> the sum over the shards."""
    sums = collections.Counter()
    for table, (key, figures) in KEPT.items():
        for row in database.query(f"SELECT {', '.join(key + figures)} FROM {table}"):
            for figure, value in zip(figures, row[len(key):]):
                sums[_figure(table, figure, *row[:len(key)])] += value
    return sums


def _figure(table, figure, *key):
    return (table, figure, *(key[:-1] if (table, figure) in UNDATED else key))


def _recounted(books, accounts):
    sums = collections.Counter()
    for account in accounts:
        row, publication = account.row, account.row.publication
        for table, period in (("publication_tally", []), ("publication_day", [_day(row.started_at)])):
            sums[_figure(table, "learners", publication, *period)] += 1
            sums[_figure(table, STATUS[row.status], publication, *period)] += 1
        for session in account.sessions.values():
            sums["publication_tally", "sessions", publication] += 1
            sums["publication_day", "sessions", publication, _day(session.started_at)] += 1
        for module in books.of("module_result", row.id):
            for figure, at in (("opened", module.opened_at), ("finished", module.read_at), ("validated", module.validated_at)):
                sums["module_tally", figure, publication, module.module, _week(at)] += at != 0
        for activity in books.of("activity_result", row.id):
            right = sum(bool(event.right) for event in account.work.answers[activity.activity])
            key = (publication, activity.activity, _week(activity.first_at))
            sums[_figure("activity_tally", "answers", *key)] += activity.tries
            sums[_figure("activity_tally", "correct", *key)] += right
            sums[_figure("activity_tally", "first_answers", *key)] += 1
            sums[_figure("activity_tally", "first_correct", *key)] += activity.correct_first
    for credit in books.credits:
        sums["publication_tally", "credits", credit.publication] += 1
        sums["publication_day", "credits", credit.publication, _day(credit.at)] += 1
    return sums


def _day(at):
    return at // MICROSECONDS_A_DAY


def _week(at):
    """Mondays since 1969-12-29."""
    return (_day(at) + 3) // 7


def assert_figures_agree(site, database):
    """What the publisher's pages show, against a recount of the rows."""
    books = Books(database)
    for publication in books.publications:
        rows = [row for row in books.registrations.values() if row.publication == publication]
        by_status = collections.Counter(STATUS[row.status] for row in rows)
        recounted = {
            "learners": len(rows),
            "credits": sum(row.publication == publication for row in books.credits),
            **{name: by_status[name] for name in ("completed", "passed", "failed")},
        }
        shown = site.publication(publication)
        assert {name: shown[name] for name in recounted} == recounted, f"figures of {publication}"
