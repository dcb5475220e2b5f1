# SPDX-License-Identifier: Apache-2.0
"""A room includes only itself and the rooms below it; libraries stay behind their faces."""
import re

# Which rooms a room may include.
ROOMS = {
    "mod_scormconnect/base": {"base"},
    "mod_scormconnect/domain": {"base", "domain"},
    "mod_scormconnect/store": {"base", "store"},
    "mod_scormconnect/service": {"base", "domain", "store", "service"},
    "mod_scormconnect/module": {"base", "domain", "store", "service", "module"},
    "tools/cli": {"base", "domain", "store", "service"},
}

# Which files alone may include a library's headers.
FACES = [
    (r"jansson(_config)?\.h$", ["mod_scormconnect/base/json.c"]),
    (r"libxml/", ["mod_scormconnect/base/xml.c"]),
    (r"zip\.h$", ["mod_scormconnect/base/zip.c"]),
    (r"cmark", ["mod_scormconnect/base/markdown.c"]),
    (r"openssl/", ["mod_scormconnect/base/secret.c"]),
    (r"utf8proc\.h$", ["mod_scormconnect/base/text.c"]),
    (r"idn2\.h$", ["mod_scormconnect/domain/origin.c"]),
    (r"apr_dbd\.h$", ["mod_scormconnect/store/", "mod_scormconnect/module/database.", "tools/cli/"]),
    (
        r"httpd\.h$|http_\w+\.h$|ap_\w+\.h$|mod_\w+\.h$|util_\w+\.h$|mpm_common\.h$|scoreboard\.h$|unixd\.h$",
        ["mod_scormconnect/module/"],
    ),
]

INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.M)


def problems(tree):
    for path in tree.must("mod_scormconnect/*.[ch]", "tools/cli/*.[ch]"):
        room = next((room for room in ROOMS if path.startswith(room + "/")), None)
        if room is None:
            yield f"{path}: lies in no room"
            continue
        for quote, header in INCLUDE.findall(tree.read(path)):
            yield from _own(tree, path, room, header) if quote == '"' else _foreign(path, header)


def _own(tree, path, room, header):
    other, slash, _ = header.partition("/")
    if not slash:
        if not tree.files(f"{room}/{header}"):
            yield f'{path}: "{header}" is no file beside it; name the room: "base/error.h"'
    elif other not in ROOMS[room]:
        yield f"{path}: {room.rpartition('/')[2]} must not include {header}"


def _foreign(path, header):
    for pattern, faces in FACES:
        if re.match(pattern, header) and not path.startswith(tuple(faces)):
            yield f"{path}: only {' and '.join(faces)} may include <{header}>"


VIOLATIONS = {
    "store in domain": {"mod_scormconnect/domain/bad.c": '#include "store/db.h"\n'},
    "domain in store": {"mod_scormconnect/store/bad.h": '#include "domain/status.h"\n'},
    "module in service": {"mod_scormconnect/service/bad.c": '#include "module/config.h"\n'},
    "httpd in service": {"mod_scormconnect/service/bad.c": "#include <httpd.h>\n"},
    "httpd in the tool": {"tools/cli/bad.c": "# include <http_log.h>\n"},
    "jansson outside its face": {"mod_scormconnect/domain/bad.c": "#include <jansson.h>\n"},
    "libzip in module": {"mod_scormconnect/module/bad.c": "#include <zip.h>\n"},
    "apr_dbd in service": {"mod_scormconnect/service/bad.c": "#include <apr_dbd.h>\n"},
    "a file outside the rooms": {"mod_scormconnect/bad.c": "int bad;\n"},
}
