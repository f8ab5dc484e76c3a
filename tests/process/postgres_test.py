"""Lookup joins over a real PostgreSQL. Run by the clients lane."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import unittest

BINARY = str(pathlib.Path(os.environ.get("FRESHET_BUILD", "build"), "freshet").resolve())
PROGRAMS = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
# PostgreSQL does not run as root.
AS_POSTGRES = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []

TABLES = """
CREATE TABLE users (id BIGINT PRIMARY KEY, name TEXT, since TIMESTAMPTZ, born DATE, good BOOLEAN, points NUMERIC(10,2), height DOUBLE PRECISION);
CREATE TABLE visits (id BIGINT, page TEXT);
INSERT INTO visits VALUES (1, '/'), (2, '/shop'), (1, '/cart'), (1, NULL);
CREATE VIEW slow AS SELECT id, name, pg_sleep(3)::text AS slept FROM users;
INSERT INTO users VALUES (1, 'Ann', '2026-01-01 10:00:00+02', '1990-02-03', TRUE, 12.5, 1.75), (2, 'Bob ''B''', NULL, NULL, FALSE, NULL, NULL);
"""
SQL = """
CREATE TABLE orders (id BIGINT, user_id BIGINT, p AS PROCTIME()) WITH ('connector' = 'filesystem', 'path' = '%s', 'format' = 'json');
CREATE TABLE users (id BIGINT, name STRING, since TIMESTAMP_LTZ(3), born DATE, good BOOLEAN, points DECIMAL(10, 2), height DOUBLE, PRIMARY KEY (id) NOT ENFORCED)
WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://127.0.0.1:%d/postgres', 'table-name' = '%s', 'username' = 'postgres', 'password' = '%s', 'lookup.cache' = 'PARTIAL', 'lookup.max-retries' = '0');
CREATE TABLE visits (id BIGINT, page STRING) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://127.0.0.1:%d/postgres', 'table-name' = 'visits', 'username' = 'postgres', 'password' = '%s', 'lookup.cache' = 'PARTIAL');
CREATE TABLE slow (id BIGINT, slept STRING) WITH ('connector' = 'jdbc', 'url' = 'jdbc:postgresql://127.0.0.1:%d/postgres', 'table-name' = 'slow', 'username' = 'postgres', 'password' = '%s');
"""
WHO = """
SELECT o.id, u.name, u.since, u.born, u.good, u.points, u.height FROM orders AS o LEFT JOIN users FOR SYSTEM_TIME AS OF o.p AS u ON o.user_id = u.id;
"""


class Postgres(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="freshet-postgres-")
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        os.chmod(cls.folder, 0o777)
        password = pathlib.Path(cls.folder, "password")
        password.write_text("secret")
        data = f"{cls.folder}/data"
        subprocess.run([*AS_POSTGRES, PROGRAMS / "initdb", "-D", data, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password}", "-N"], check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            cls.port = free.getsockname()[1]
        options = f"-c listen_addresses=127.0.0.1 -p {cls.port} -k {cls.folder} -c fsync=off"
        subprocess.run([*AS_POSTGRES, PROGRAMS / "pg_ctl", "-D", data, "-o", options, "-w", "-l", f"{cls.folder}/log", "start"], check=True, capture_output=True)
        cls.addClassCleanup(subprocess.run, [*AS_POSTGRES, PROGRAMS / "pg_ctl", "-D", data, "-m", "immediate", "stop"], capture_output=True)
        subprocess.run([PROGRAMS / "psql", "-h", "127.0.0.1", "-p", str(cls.port), "-U", "postgres", "-q", "-v", "ON_ERROR_STOP=1"], input=TABLES, text=True, check=True, env={**os.environ, "PGPASSWORD": "secret"})

    def look_up(self, table="users", password="secret", query=WHO):
        orders = pathlib.Path(self.folder, "orders.jsonl")
        orders.write_text("".join(json.dumps({"id": i, "user_id": user}) + "\n" for i, user in enumerate([1, 2, 3, 1, None])))
        script = pathlib.Path(self.folder, "q.sql")
        script.write_text(SQL % (orders, self.port, table, password, self.port, password, self.port, password) + query)
        return subprocess.run([BINARY, "run", script], capture_output=True, text=True, check=False, timeout=60)

    def test_gives_each_row_what_the_table_knows(self):
        done = self.look_up()

        self.assertEqual(done.returncode, 0, done.stderr)
        ann = {"name": "Ann", "since": "2026-01-01 08:00:00.000Z", "born": "1990-02-03", "good": True, "points": "12.50", "height": 1.75}
        nobody = dict.fromkeys(ann)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(rows, [{"id": 0, **ann}, {"id": 1, **nobody, "name": "Bob 'B'", "good": False}, {"id": 2, **nobody}, {"id": 3, **ann}, {"id": 4, **nobody}])

    def test_gives_every_row_of_a_key(self):
        query = "SELECT o.id, v.page FROM orders AS o %s JOIN visits FOR SYSTEM_TIME AS OF o.p AS v ON o.user_id = v.id;"
        of_ann = ["/", "/cart", None]

        inner = self.look_up(query=query % "")
        left = self.look_up(query=query % "LEFT")

        self.assertEqual(inner.returncode, 0, inner.stderr)
        known = [(0, page) for page in of_ann] + [(1, "/shop")] + [(3, page) for page in of_ann]
        self.assertEqual([(row["id"], row["page"]) for row in map(json.loads, inner.stdout.splitlines())], known)
        self.assertEqual(sorted((row["id"], str(row["page"])) for row in map(json.loads, left.stdout.splitlines())), sorted([(i, str(page)) for i, page in known] + [(2, "None"), (4, "None")]))

    def test_waits_no_longer_than_the_hint_says(self):
        done = self.look_up(query="SELECT /*+ LOOKUP('table' = 's', 'timeout' = '300 ms') */ o.id, s.slept FROM orders AS o JOIN slow FOR SYSTEM_TIME AS OF o.p AS s ON o.user_id = s.id;")

        self.assertEqual(done.returncode, 1)
        self.assertIn("table slow: no answer within 300 ms, which is the 'timeout' of the hint LOOKUP", done.stderr)

    def test_says_what_postgres_says(self):
        self.assertIn('relation "nobody" does not exist', self.look_up(table="nobody").stderr)
        self.assertIn("password authentication failed", self.look_up(password="wrong").stderr)


if __name__ == "__main__":
    unittest.main()
