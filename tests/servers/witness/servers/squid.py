"""Squid before the origin, as an accelerator: its native form, and its own `combined`."""

from ..box import Box, Log, program, version

NAME = "squid"
DEBIAN = ["squid"]

NATIVE = "%ts.%03tu %6tr %>a %Ss/%03>Hs %<st %rm %ru %[un %Sh/%<a %mt"
COMBINED = '%>a %[ui %[un [%tl] "%rm %ru HTTP/%rv" %>Hs %<st "%{Referer}>h" "%{User-Agent}>h" %Ss:%Sh'


def missing() -> str | None:
    return None if program("squid") else "squid"


def said_version() -> str:
    return version([program("squid"), "-v"]).replace("Squid Cache: Version ", "Squid/")


def start(box: Box, front: str):
    port, behind = box.port(), box.port()
    box.origin(behind)
    conf = box.write("squid.conf", f"""
http_port 127.0.0.1:{port} accel defaultsite=example.test no-vhost
http_port [::1]:{port} accel defaultsite=example.test no-vhost
cache_peer 127.0.0.1 parent {behind} 0 no-query originserver login=PASSTHRU name=origin
http_access allow all
cache deny all
pid_filename {box.folder}/squid.pid
cache_log {box.folder}/cache.log
coredump_dir {box.folder}
visible_hostname example.test
shutdown_lifetime 1 seconds
strip_query_terms off
logfile_rotate 0
pinger_enable off
access_log stdio:{box.log('access.log')} squid
access_log stdio:{box.log('own.log')} combined
""")
    box.folder.chmod(0o777)
    box.start([program("squid"), "-N", "-f", conf])
    box.wait(behind, six=False)
    box.wait(port)
    return port, [
        Log("access.log", box.log("access.log"), NATIVE, bytes="wire", fields=frozenset()),
        Log("own.log", box.log("own.log"), COMBINED, bytes="wire"),
    ]
