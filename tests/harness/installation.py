# SPDX-License-Identifier: Apache-2.0
"""Finds what is tested: httpd, the module, the tool.

SC_PREFIX names a folder that `make install` of this tree went to, with --prefix and --with-apxs-libexecdir=PREFIX/modules.
Without it the tree is built into a scratch folder first.
"""
import fcntl
import functools
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Installation:
    def __init__(self, prefix):
        self.prefix = pathlib.Path(prefix)
        self.module = self.prefix / "modules" / "mod_scormconnect.so"
        self.tool = self.prefix / "bin" / "scormconnect"
        self.htdocs = self.prefix / "share" / "scormconnect" / "htdocs"
        self.schema = self.prefix / "share" / "scormconnect" / "course.xsd"
        for path in (self.module, self.tool, self.htdocs, self.schema):
            if not path.exists():
                raise FileNotFoundError(f"{path} is missing: is SC_PREFIX right?")

    @functools.cached_property
    def environment(self):
        """What processes of this build need: a sanitizer's library must be in httpd before the module is."""
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        if self.sanitized:
            library = subprocess.run(
                ["gcc", "-print-file-name=libasan.so"], check=True, capture_output=True, text=True
            ).stdout.strip()
            environment["LD_PRELOAD"] = library
            # 2: httpd must not put its own handlers in the place of those that tell where.
            environment["ASAN_OPTIONS"] = "detect_leaks=0:handle_segv=2:handle_sigbus=2:handle_sigfpe=2"
            environment["UBSAN_OPTIONS"] = "print_stacktrace=1"
        return environment

    @functools.cached_property
    def sanitized(self):
        return b"__asan_init" in self.module.read_bytes()


@functools.cache
def installation():
    return Installation(os.environ.get("SC_PREFIX") or _build())


def _build():
    scratch = pathlib.Path(tempfile.gettempdir()) / f"scormconnect-tests-{os.getuid()}"
    scratch.mkdir(mode=0o755, exist_ok=True)
    scratch.chmod(0o755)
    with open(scratch / "lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        build, prefix = scratch / "build", scratch / "usr"
        if not (ROOT / "configure").exists():
            _run([ROOT / "autogen.sh"], ROOT)
        if not (build / "config.status").exists():
            build.mkdir(exist_ok=True)
            _run([ROOT / "configure", f"--prefix={prefix}", f"--with-apxs-libexecdir={prefix}/modules"], build)
        _run(["make", f"-j{os.cpu_count()}", "install"], build)
    return prefix


def _run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")


@functools.cache
def apxs(variable):
    command = os.environ.get("APXS", "apxs")
    return subprocess.run([command, "-q", variable], check=True, capture_output=True, text=True).stdout.strip()


@functools.cache
def httpd():
    return os.environ.get("SC_HTTPD") or f"{apxs('SBINDIR')}/{apxs('PROGNAME')}"


@functools.cache
def builtin_modules():
    listed = subprocess.run([httpd(), "-l"], check=True, capture_output=True, text=True).stdout
    return {line.strip()[:-2].removeprefix("mod_") for line in listed.splitlines() if line.strip().endswith(".c")}
