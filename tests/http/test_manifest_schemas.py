# SPDX-License-Identifier: Apache-2.0
"""The packages that the tool writes: manifests by the official schemas, zips by what strict readers take."""
import hashlib
import pathlib
import re
import shutil
import struct
import subprocess
import zipfile

import pytest
import schemas
from harness.site import ADMIN, LMS_ORIGIN, Site

VERSIONS = list(schemas.EDITIONS)
TITLE = 'A & B <é> "😀"'

every_version = pytest.mark.parametrize("version", VERSIONS)


def export(site, publication, version, name):
    path = site.data / name
    site.scormconnect("export", "--publication", publication, "--version", version, "--output", path)
    return path


@pytest.fixture(scope="module")
def offline():
    """A site whose httpd never runs, with two publications; gives site and their ids."""
    site = Site()
    try:
        site.prepare()
        ids = [
            site.scormconnect("publish", "--training", "tiny", "--title", title, "--origin", LMS_ORIGIN).strip()
            for title in (TITLE, "Another")
        ]
        yield site, *ids
    finally:
        site.remove()


@pytest.fixture(scope="module")
def packages(offline):
    """Version -> path of the package of the publication with the awkward title."""
    site, publication, _ = offline
    return {version: export(site, publication, version, f"{version}.zip") for version in VERSIONS}


def manifest_of(package):
    with zipfile.ZipFile(package) as archive:
        return archive.read("imsmanifest.xml")


# ---- manifests


@every_version
def test_a_manifest_is_valid_and_speaks_its_editions_names(packages, version):
    assert schemas.validate(manifest_of(packages[version]), version) == []


@every_version
def test_the_title_comes_through_any_edition(packages, version):
    assert schemas.titles(manifest_of(packages[version]), version)[0] == TITLE


@every_version
def test_publications_differ_within_the_first_15_characters_of_their_identifiers(offline, version):
    site, first, second = offline
    identifiers = {
        re.search(rb'<manifest identifier="([^"]*)"', manifest_of(export(site, one, version, "one.zip"))).group(1)[:15]
        for one in (first, second)
    }
    assert len(identifiers) == 2


@pytest.mark.parametrize(
    ("version", "right", "wrong"),
    [
        ("1.2", b"adlcp:scormtype", b"adlcp:scormType"),
        ("2004-3", b"adlcp:scormType", b"adlcp:scormtype"),
        ("2004-4", b"adlcp:scormType", b"adlcp:scormtype"),
        ("2004-4", b"2004 4th Edition", b"2004 4th edition"),
        ("2004-3", b'tracked="true" ', b""),
        ("1.2", b' xmlns:adlcp="', b' xmlns:imsss="http://www.imsglobal.org/xsd/imsss" xmlns:adlcp="'),
        ("1.2", b"</title>", b"</title><adlcp:masteryscore>80</adlcp:masteryscore>"),
        ("2004-3", b' identifier="ORG1"', b' identifier="1ORG"'),
        ("2004-4", b"<title>", b"<title>" + 201 * b"x"),
    ],
)
def test_a_wrong_manifest_would_be_noticed(packages, version, right, wrong):
    manifest = manifest_of(packages[version])
    assert right in manifest
    assert schemas.validate(manifest.replace(right, wrong), version) != []


# ---- zips


@every_version
def test_a_zip_has_nothing_that_strict_readers_refuse(packages, version):
    content = packages[version].read_bytes()
    with zipfile.ZipFile(packages[version]) as archive:
        entries = archive.infolist()
        assert archive.comment == b""
    assert entries[0].filename == "imsmanifest.xml"
    position = 0
    for entry in entries:
        needed, flags, method, _time, date, _crc, packed, _size, name_length, extra_length = struct.unpack_from(
            "<4x5HLLL2H", content, position
        )
        name = content[position + 30 : position + 30 + name_length].decode("ascii")
        assert position == entry.header_offset, "entries follow each other without gaps"
        assert name == entry.filename
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*", name)
        assert pathlib.PurePosixPath(name).suffix in {".html", ".js", ".css", ".xsd", ".dtd", ".xml"}
        assert needed <= 20, "no zip64"
        assert flags & ~0b110 == 0, "no data descriptor, no encryption"
        assert method in (0, 8)
        assert date == (1 << 5 | 1), "1980-01-01"
        assert extra_length == 0 and entry.extra == b"" and entry.comment == b""
        position += 30 + name_length + packed
    assert position == content.index(b"PK\x01\x02", position), "the directory follows at once"


@every_version
def test_what_is_in_the_zip_is_in_the_manifest(packages, version):
    with zipfile.ZipFile(packages[version]) as archive:
        present = set(archive.namelist()) - {"imsmanifest.xml"}
    listed = schemas.files(manifest_of(packages[version]), version)
    assert len(set(listed)) == len(listed)
    assert set(listed) <= present
    assert {pathlib.PurePosixPath(name).suffix for name in present - set(listed)} <= {".xsd", ".dtd"}


JAVA = """
import java.io.*; import java.util.zip.*;
public class Read {
  public static void main(String[] args) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(new FileInputStream(args[0]))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        zip.readAllBytes();
        System.out.println(entry.getName());
      }
    }
  }
}
"""

PHP = """
$zip = new ZipArchive();
if ($zip->open($argv[1], ZipArchive::CHECKCONS) !== true) exit(1);
for ($i = 0; $i < $zip->numFiles; $i++) {
    if ($zip->getFromIndex($i) === false) exit(1);
    echo $zip->getNameIndex($i), "\\n";
}
"""


def run(*command):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True)


def python_reads(package, _scratch):
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def unzip_reads(package, _scratch):
    tested = run("unzip", "-tqq", package)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    return run("unzip", "-Z1", package).stdout.split()


def java_reads(package, scratch):
    (scratch / "Read.java").write_text(JAVA, encoding="ascii")
    done = run("java", "-Xshare:auto", scratch / "Read.java", package)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def bsdtar_reads(package, scratch):
    """From a pipe: it then reads the local headers, not the directory."""
    with open(package, "rb") as stream:
        done = subprocess.run(["bsdtar", "-xvf", "-", "-C", scratch], stdin=stream, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return [line.removeprefix("x ") for line in done.stderr.splitlines()]


def php_reads(package, _scratch):
    done = run("php", "-r", PHP, "--", package)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split()


# Those that tests/run installs; Java's, which is large, where it is there already.
READERS = {"python": python_reads, "unzip": unzip_reads, "bsdtar": bsdtar_reads, "php": php_reads}
if shutil.which("javac"):
    READERS["java"] = java_reads


@every_version
@pytest.mark.parametrize("reader", READERS)
def test_every_reader_opens_the_zip(packages, version, reader, tmp_path):
    with zipfile.ZipFile(packages[version]) as archive:
        wanted = archive.namelist()
    assert READERS[reader](packages[version], tmp_path) == wanted


# ---- the same again, and nothing that is nobody's business


@every_version
def test_the_same_publication_gives_the_same_bytes(offline, packages, version):
    site, publication, _ = offline
    again = export(site, publication, version, "again.zip")
    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(packages[version].read_bytes()).digest()


@every_version
def test_a_package_holds_nothing_secret_or_local(offline, packages, version):
    site, *_ = offline
    with zipfile.ZipFile(packages[version]) as archive:
        content = b"\n".join(archive.read(name) for name in archive.namelist())
    assert site.key.read_bytes() not in content
    for secret in (str(site.folder), site.database.params, ADMIN[1], LMS_ORIGIN):
        assert secret.encode() not in content
