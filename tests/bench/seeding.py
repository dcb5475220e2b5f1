# SPDX-License-Identifier: Apache-2.0
"""Fills a database with the work of very many learners, in a minute or two.

A few learners really work through the training, by the API. What the module stored of each is then multiplied by SQL: every row of every
table that belongs to a registration, with new keys; and the running figures of their publication, whose sums grow as the learners do. So
the result is what the module itself would have stored, whatever columns its tables have.
"""
import contextlib
import json

from . import training

TEMPLATES = 5
RESULTS = training.MODULES * training.QUESTIONS         # of each learner
BIG_SHARE = 0.4                                         # of all learners, in the first publication

# What new keys begin with, so that they are different and sort before those that the module makes.
KIND = {"learner": "001", "registration": "002", "session": "003", "publication": "004", "credit": "005", "delivery": "006"}
ID_LENGTH = 26
NUMBER = f"g.g * {TEMPLATES} + o.t"                     # of a learner, who is in one publication and has one session


def fill(site, engine, results):
    """Adds learners with about so many activity results in all; gives the id of the biggest publication."""
    groups = max(results // RESULTS // TEMPLATES, 1)
    publications = _share_out(groups)
    template = site.publish(training.NAME)["id"]
    learners = [_work(site, template, number) for number in range(TEMPLATES)]
    with contextlib.closing(site.database.connect()) as connection:
        multiplier = _Multiplier(connection, engine)
        multiplier.prepare(template, learners, publications)
        for table in multiplier.tables:
            multiplier.multiply(table)
        multiplier.finish()
    # What was written is on disk before anything is measured.
    if engine == "pgsql":
        site.database.server.execute("CHECKPOINT")
    biggest = _first("publication")
    count = publications[0] * TEMPLATES
    told = site.publication(biggest)["learners"]
    assert told == count, f"the module tells of {told} learners, there are {count}"
    return biggest


def _first(kind):
    return KIND[kind] + "0".zfill(ID_LENGTH - len(KIND[kind]))


# A learner of the biggest publication.
ACCOUNT = _first("learner")


def _share_out(groups):
    """How many groups of learners each publication has: the first one many, the others as many as each other."""
    big = max(round(groups * BIG_SHARE), 1)
    others = max(min(999, (groups - big) // 2), 1)
    counts = [(groups - big) // others] * others
    counts[-1] += groups - big - sum(counts)
    return [big, *counts]


def _work(site, publication, number):
    """One learner, who has done everything; some pass, some fail. Gives their id at the LMS."""
    name = f"template-{number}"
    session = site.lms.launch(name, publication=publication)
    events = [_event(line) for line in training.visit()]
    events.append({"type": "time", "seconds": 600 + number})
    session.events(events)
    right, wrong = ["2"], ["1"]
    session.take_assessment({f"a{one}": right if one > number else wrong for one in range(1, training.ASSESSED + 1)})
    session.events([{"type": "delivered", "rev": session.snapshot["rev"], "lms": "ok", "element": ""}])
    return name


def _event(line):
    return json.loads("{" + line + "}")


class _Multiplier:
    """One connection's work. Rows are copied into tables of their own first, so that none is read while it is written."""

    def __init__(self, connection, engine):
        self.connection = connection
        self.engine = engine
        self.columns = self._catalogue()
        self.tables = [name for name in self.columns if self._belongs(name)]

    # ---- the tables as they are

    def _catalogue(self):
        """{table: {column: whether it is in the primary key}}"""
        if self.engine == "sqlite":
            names = [name for (name,) in self._query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%%'")]
            return {name: {row[1]: bool(row[5]) for row in self._query(f"PRAGMA table_info({name})")} for name in names}
        schema = "current_schema()" if self.engine == "pgsql" else "DATABASE()"
        keys = set(
            self._query(
                "SELECT k.table_name, k.column_name FROM information_schema.key_column_usage k"
                " JOIN information_schema.table_constraints c ON c.constraint_name = k.constraint_name"
                " AND c.table_name = k.table_name AND c.table_schema = k.table_schema"
                f" WHERE c.constraint_type = 'PRIMARY KEY' AND k.table_schema = {schema}"
            )
        )
        found = {}
        for table, column in self._query(
            f"SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = {schema} ORDER BY ordinal_position"
        ):
            found.setdefault(table, {})[column] = (table, column) in keys
        return found

    def _belongs(self, table):
        """Whether it has rows of learners or publications; refusals are none of theirs."""
        return table != "refusal" and (table in KIND or {"registration", "publication"} & set(self.columns[table]))

    def _is_figures(self, table):
        """Whether its rows are sums of a publication."""
        return "shard" in self.columns[table]

    # ---- multiplying

    def prepare(self, publication, learners, publications):
        if self.engine == "sqlite":
            self._run("PRAGMA synchronous=OFF")
            self._run("PRAGMA cache_size=-200000")
        if self.engine == "pgsql":
            self._run("SET synchronous_commit = off")
        self._run("CREATE TABLE seed_publication (p INTEGER PRIMARY KEY, copies INTEGER NOT NULL)")
        self._insert("seed_publication", list(enumerate(publications)))
        self._run("CREATE TABLE seed_group (g INTEGER PRIMARY KEY, p INTEGER NOT NULL)")
        self._insert("seed_group", list(enumerate(_in_turn(publications))))
        self._run("CREATE TABLE seed_template (t INTEGER PRIMARY KEY, registration VARCHAR(26), learner VARCHAR(26))")
        for number, name in enumerate(learners):
            self._run(
                f"INSERT INTO seed_template SELECT {number}, r.id, l.id FROM registration r JOIN learner l ON l.id = r.learner"
                f" WHERE r.publication = '{publication}' AND l.external_id = '{name}'"
            )
        for table in self.tables:
            self._run(f"CREATE TABLE seed_{table}_rows AS {self._rows_of(table, publication)}")

    def _rows_of(self, table, publication):
        """A SELECT of the rows to multiply; t is whose they are."""
        if table == "publication":
            return f"SELECT o.* FROM publication o WHERE o.id = '{publication}'"
        if self._is_figures(table) or table == "publication_origin":
            return f"SELECT o.* FROM {table} o WHERE o.publication = '{publication}'"
        theirs = {"registration": "o.id = t.registration", "learner": "o.id = t.learner"}.get(table)
        if table == "credit":
            theirs = f"o.learner = t.learner AND o.publication = '{publication}'"
        return f"SELECT t.t, o.* FROM {table} o JOIN seed_template t ON {theirs or 'o.registration = t.registration'}"

    def multiply(self, table):
        columns = ", ".join(self.columns[table])
        values = ", ".join(self._value(table, column) for column in self.columns[table])
        if table in ("publication", "publication_origin") or self._is_figures(table):
            source = f"seed_publication g CROSS JOIN seed_{table}_rows o WHERE g.copies > 0 ORDER BY g.p"
        else:
            source = f"seed_group g CROSS JOIN seed_{table}_rows o ORDER BY g.g, o.t"
        self._run(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {source}")

    def _value(self, table, column):
        if column == "id" and table in KIND:
            return self._id(table)
        if column in ("registration", "publication", "learner"):
            return self._id(column)
        if column == "session":
            return f"CASE WHEN o.session = '' THEN '' ELSE {self._id(column)} END"
        if column == "identity":
            return self._padded(NUMBER, 64)
        if column == "external_id":
            return self._joined("'seed-'", self._padded(NUMBER, 9))
        if self._is_figures(table) and not self.columns[table][column]:
            return f"o.{column} * g.copies"
        return f"o.{column}"

    def _id(self, kind):
        number = "g.p" if kind == "publication" else NUMBER
        return self._joined(f"'{KIND[kind]}'", self._padded(number, ID_LENGTH - 3))

    def _padded(self, number, length):
        if self.engine == "sqlite":
            return f"printf('%0{length}d', {number})"
        return f"LPAD(({number}){'::text' if self.engine == 'pgsql' else ''}, {length}, '0')"

    def _joined(self, one, other):
        return f"CONCAT({one}, {other})" if self.engine == "mariadb" else f"{one} || {other}"

    def finish(self):
        for table in ("publication", "group", "template", *(f"{name}_rows" for name in self.tables)):
            self._run(f"DROP TABLE seed_{table}")
        if self.engine == "sqlite":
            self._run("ANALYZE")
            self._run("PRAGMA wal_checkpoint(TRUNCATE)")
        elif self.engine == "pgsql":
            self._run("VACUUM ANALYZE")
        else:
            self._run("ANALYZE TABLE " + ", ".join(self.tables))

    # ---- statements

    def _query(self, sql):
        with contextlib.closing(self.connection.cursor()) as cursor:
            cursor.execute(sql.replace("%%", "%"))
            return [tuple(row) for row in cursor.fetchall()]

    def _run(self, sql):
        with contextlib.closing(self.connection.cursor()) as cursor:
            cursor.execute(sql)

    def _insert(self, table, rows):
        for start in range(0, len(rows), 1000):
            values = ", ".join(f"({', '.join(map(str, row))})" for row in rows[start : start + 1000])
            self._run(f"INSERT INTO {table} VALUES {values}")


def _in_turn(counts):
    """The publications of all groups, mixed as learners come: each again and again until its count is reached."""
    left = dict(enumerate(counts))
    while left:
        for number in list(left):
            # The first has so many that it takes several at a time.
            for _ in range(max(counts[number] * len(counts) // max(sum(counts), 1) // 4, 1)):
                if left[number]:
                    yield number
                    left[number] -= 1
            if not left[number]:
                del left[number]
