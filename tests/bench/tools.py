# SPDX-License-Identifier: Apache-2.0
"""The benchmarks' own programs, built when needed: load, sqlite_loop, slow_sync.so, mod_bare.so. And those of the engines."""
import os
import pathlib
import re
import shlex
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
WARNINGS = ["-std=gnu11", "-O2", "-g", "-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Werror"]

ROW = "INSERT INTO one (at, learner, event) VALUES ({at}, '01k5x9m3q0example0learner0', '{{\"type\":\"answer\",\"activity\":\"q1\"}}')"


def build(folder):
    """Builds all of them into `folder`; gives it."""
    gcc = ["gcc", *WARNINGS]
    _run([*gcc, "-o", folder / "load", *sorted((HERE / "load").glob("*.c"))])
    _run([*gcc, "-o", folder / "sqlite_loop", HERE / "sqlite_loop.c", "-lsqlite3"])
    _run([*gcc, "-shared", "-fPIC", "-o", folder / "slow_sync.so", HERE / "slow_sync.c", "-ldl"])
    # apxs leaves what it makes beside the source.
    source = folder / "mod_bare.c"
    source.write_bytes((HERE / "mod_bare.c").read_bytes())
    jansson = shlex.split(subprocess.run(["pkg-config", "--cflags", "--libs", "jansson"], check=True, capture_output=True, text=True).stdout)
    _run([os.environ.get("APXS", "apxs"), "-c", "-Wc,-O2", *jansson, source])
    return folder


def _run(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


# ---- the engines' own speed: small rows a second, durable, no httpd


def sqlite_loop(folder, seconds, batch, environment=None):
    with tempfile.TemporaryDirectory(prefix="scormconnect-loop-") as place:
        command = [folder / "sqlite_loop", pathlib.Path(place) / "loop.db", str(seconds), str(batch)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **(environment or {})})
    return float(done.stdout)


def make_table(database):
    """For pgbench and mysqlslap."""
    database.execute("CREATE TABLE one (at BIGINT NOT NULL, learner VARCHAR(26) NOT NULL, event TEXT NOT NULL)")


def pgbench(database, connections, seconds):
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("\\set at random(1, 1000000000)\n" + ROW.format(at=":at") + ";\n")
        script.flush()
        whole = max(1, round(seconds))
        command = ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T", str(whole), "-f", script.name]
        # pgbench takes what mod_dbd takes.
        done = subprocess.run([*command, database.params], check=True, capture_output=True, text=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])


def mysqlslap(database, connections, seconds):
    """Runs for a number of rows, not for a time: a short run first tells how many."""
    row = ROW.format(at=1)
    account = dict(part.split("=", 1) for part in database.params.split(","))
    command = [
        "mysqlslap", "--protocol=tcp", f"--host={account['host']}", f"--port={account['port']}", f"--user={account['user']}",
        f"--create-schema={account['dbname']}", "--no-drop", f"--concurrency={connections}", "--iterations=1", f"--query={row}",
    ]
    environment = {**os.environ, "MYSQL_PWD": account["pass"]}

    def run(rows):
        began = time.monotonic()
        done = subprocess.run([*command, f"--number-of-queries={rows}"], check=True, capture_output=True, text=True, env=environment)
        said = re.search(r"Average number of seconds to run all queries: ([\d.]+)", done.stdout)
        return rows / max(float(said[1]), 0.001) if said else rows / (time.monotonic() - began)

    some = connections * 50
    return run(int(run(some) * seconds) // connections * connections + some)
