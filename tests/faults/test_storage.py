# SPDX-License-Identifier: Apache-2.0
"""The disk is full, or may not be written: learners see 503, and deliver when that is mended."""
import os
import time

import pytest

from stages import only

# In the words of each database.
REFUSED = r"SC0402|SC0411|SC0503|\[dbd:(error|crit)\]"


def wait_for_refusals(crowd, count=30):
    """Waits until learners were refused so often."""
    goal = len(crowd.failures()) + count
    deadline = time.monotonic() + 20
    while len(crowd.failures()) < goal:
        assert time.monotonic() < deadline, "nobody noticed that nothing can be written"
        time.sleep(0.02)


def test_a_full_disk_loses_and_doubles_nothing_and_all_goes_on_when_it_has_room(small_stage, small_disk):
    site, server = small_stage.site, small_stage.server
    with small_stage.crowd() as crowd:
        crowd.work()
        small_disk.fill()
        wait_for_refusals(crowd)
        assert site.get(f"/p/{small_stage.publications[0]}/main").status == 200
        small_disk.free()
        if server.process and server.process.poll() is not None:
            server.restart()            # PostgreSQL may have given up
        crowd.work()
        small_stage.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    site.error_log_expect(REFUSED)


@only("sqlite")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_a_database_that_may_not_be_written_loses_and_doubles_nothing(stage, what):
    """Its owner was changed, and a reload made httpd open it anew; the same mends it."""
    folder = stage.database.path.parent
    paths = [stage.database.path] if what == "file" else [folder, *folder.iterdir()]
    with stage.crowd() as crowd:
        crowd.work()
        owner = folder.stat()
        modes = {path: path.stat().st_mode for path in paths}
        for path in paths:
            os.chown(path, 0, 0)
            path.chmod(0o755 if path.is_dir() else 0o644)
        stage.site.graceful()
        wait_for_refusals(crowd)
        for path in paths:
            os.chown(path, owner.st_uid, owner.st_gid)
            path.chmod(modes[path])
        stage.site.graceful()
        crowd.work()
        stage.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    stage.site.error_log_expect(REFUSED)


@only("pgsql", "mariadb")
def test_a_server_that_is_read_only_for_a_while_loses_and_doubles_nothing(stage):
    """As during a switch-over to another database server."""
    with stage.crowd() as crowd:
        crowd.work()
        stage.make_read_only(True)
        wait_for_refusals(crowd)
        stage.make_read_only(False)
        crowd.work()
        stage.assert_all_is_well(crowd)
    crowd.assert_only_unavailable()
    stage.site.error_log_expect(REFUSED)
