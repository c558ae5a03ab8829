"""Varnish before the origin: varnishncsa as it is, and with a form of one's own."""

from ..box import Box, Log, program, version

NAME = "varnish"
DEBIAN = ["varnish"]

DEFAULT = '%h %l %u %t "%r" %s %b "%{Referer}i" "%{User-agent}i"'
OWN = '%{X-Forwarded-For}i %t "%m %U%q" %H %s %b %O %{Varnish:handling}x %{Varnish:time_firstbyte}x "%{User-agent}i"'


def missing() -> str | None:
    return None if program("varnishd") and program("varnishncsa") else "varnish"


def said_version() -> str:
    return version([program("varnishd"), "-V"]).partition("(")[2].partition(" revision")[0]


def start(box: Box, front: str):
    port, behind = box.port(), box.port()
    box.origin(behind)
    vcl = box.write("default.vcl", f"""
vcl 4.1;
backend default {{ .host = "127.0.0.1"; .port = "{behind}"; }}
""")
    work = box.folder / "work"
    box.start([program("varnishd"), "-F", "-j", "none", "-n", work, "-f", vcl, "-s", "malloc,64m",
               "-a", f"127.0.0.1:{port}", "-a", f"[::1]:{port}", "-T", "none"])
    box.wait(behind, six=False)
    box.wait(port)
    for name, form in (("access.log", None), ("own.log", OWN)):
        box.start([program("varnishncsa"), "-n", work, *(["-F", form] if form else [])], into=box.log(name))
    box.listening = 1.0
    return port, [
        Log("access.log", box.log("access.log"), DEFAULT, time="start"),
        Log("own.log", box.log("own.log"), OWN, time="start", fields=frozenset({"agent", "forwarded"}), format="varnish:" + OWN, found=False,
            peer=False, appends=True),
    ]
