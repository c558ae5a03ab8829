"""lighttpd: its default form, and one of one's own."""

import os
import signal

from ..box import Box, Log, program, version
from ..site import USERS

NAME = "lighttpd"
DEBIAN = ["lighttpd", "lighttpd-mod-deflate"]
FRONTS = ["", "own"]

DEFAULT = '%h %V %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-Agent}i\\"'
OWN = '%V %h \\"%{X-Forwarded-For}i\\" [%{%Y-%m-%dT%H:%M:%S%z}t] %m \\"%U\\" \\"%q\\" %s %O %D \\"%{User-Agent}i\\"'


def missing() -> str | None:
    return None if program("lighttpd") else "lighttpd"


def said_version() -> str:
    return version([program("lighttpd"), "-v"]).partition(" ")[0]


def start(box: Box, front: str):
    port = box.port()
    deflate = '"mod_deflate",' if os.path.exists("/usr/lib/lighttpd/mod_deflate.so") else ""
    written = f'accesslog.format = "{OWN}"' if front else ""
    name = "own.log" if front else "access.log"
    conf = box.write("lighttpd.conf", f"""
server.modules = ( "mod_access", "mod_auth", "mod_authn_file", {deflate} "mod_dirlisting", "mod_accesslog" )
server.document-root = "{box.site}"
server.errorlog = "{box.folder}/error.log"
server.port = {port}
server.bind = "127.0.0.1"
server.name = "example.test"
$SERVER["socket"] == "[::1]:{port}" {{ }}
mimetype.assign = ( ".csv" => "text/csv", ".html" => "text/html" )
index-file.names = ( "index.html" )
dir-listing.activate = "enable"
deflate.mimetypes = ( "text/csv" )
deflate.allowed-encodings = ( "gzip" )
deflate.cache-dir = "{box.folder}"
auth.backend = "plain"
auth.backend.plain.userfile = "{box.folder}/users"
auth.require = ( "/private/" => ( "method" => "basic", "realm" => "x", "require" => "valid-user" ) )
$HTTP["url"] =~ "^/forbidden/" {{ url.access-deny = ( "" ) }}
accesslog.filename = "{box.log(name)}"
{written}
""")
    box.write("users", "".join(f"{user}:{word}\n" for user, word in USERS.items()))
    process = box.start([program("lighttpd"), "-D", "-f", conf])
    box.wait(port)
    # It keeps its lines for some seconds; a hang-up makes it write them.
    nudge = lambda: os.kill(process.pid, signal.SIGHUP)  # noqa: E731
    if front:
        log = Log(name, box.log(name), OWN, bytes="wire", fields=frozenset({"agent", "host", "forwarded"}), format="lighttpd:" + OWN, found=False)
    else:
        log = Log(name, box.log(name), DEFAULT, fields=frozenset({"agent", "referer", "known-user", "host"}), bytes="framed")
    return port, [log], nudge
