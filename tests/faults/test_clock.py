# SPDX-License-Identifier: Apache-2.0
"""The server's clock is set, back or forward, while learners work."""
import mmap
import os
import pathlib
import struct
import subprocess

import pytest

HOUR = 3600


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clock")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    built = folder / "shifted_clock.so"
    source = pathlib.Path(__file__).with_name("shifted_clock.c")
    subprocess.run(["gcc", "-O2", "-Wall", "-Werror", "-shared", "-fPIC", "-o", built, source, "-ldl"], check=True)
    return built


class Clock:
    """httpd's clock, that can be set while it runs."""

    def __init__(self, folder, library):
        self.path = folder / "clock"
        self.path.write_bytes(struct.pack("=q", 0))
        preloaded = [str(library), *os.environ.get("LD_PRELOAD", "").split()]
        self.environment = {"SHIFTED_CLOCK": str(self.path), "LD_PRELOAD": ":".join(preloaded)}

    def set(self, seconds):
        """So much before (negative) or after the true time. Written in one piece."""
        with open(self.path, "r+b") as file, mmap.mmap(file.fileno(), 8) as shared:
            shared[:] = struct.pack("=q", seconds)


@pytest.fixture
def clock(tmp_path, library):
    return Clock(tmp_path, library)


@pytest.fixture
def stage(make_stage, servers, engine, clock):
    return make_stage(servers(engine), environment=clock.environment).open()


def test_a_clock_that_is_set_back_by_an_hour_loses_and_doubles_nothing(stage, clock):
    """But active time, which is not counted while the clock is behind the beginning of its session."""
    with stage.crowd() as crowd:
        crowd.work()
        clock.set(-HOUR)
        crowd.work()
        stage.assert_all_is_well(crowd, whole_time=False)
    crowd.assert_only_unavailable()


def test_a_clock_that_is_set_forward_ends_sessions_and_learners_launch_anew(stage, clock):
    with stage.crowd() as crowd:
        crowd.work()
        clock.set(2 * HOUR)
        crowd.work()
        stage.assert_all_is_well(crowd)
    met = {(failure.status, failure.code) for failure in crowd.failures() if failure.kind != "stale"}
    assert met == {(401, "token_expired")}
