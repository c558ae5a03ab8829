"""Jetty: its extended NCSA form, and one of one's own."""

from html import escape
from pathlib import Path

from ..box import ZONE, Box, Log, program, version

NAME = "jetty"
DEBIAN = ["jetty9", "default-jre-headless"]
FRONTS = ["", "own"]
HOME = Path("/usr/share/jetty9")

# CustomRequestLog.EXTENDED_NCSA_FORMAT.
DEFAULT = '%{client}a - %u %t "%r" %s %O "%{Referer}i" "%{User-Agent}i"'
OWN = '%{server}a %{client}a %{X-Forwarded-For}i - %u %{yyyy-MM-dd HH:mm:ss.SSS ZZZ|GMT}t "%m" "%U%q" %H %s %S %D %X "%{User-Agent}i"'


def missing() -> str | None:
    return None if (HOME / "start.jar").exists() and program("java") else "jetty9"


def said_version() -> str:
    return next((path.name.removesuffix(".jar").replace("jetty-server-", "Jetty ")
                 for path in HOME.glob("lib/jetty-server-*.jar")), "Jetty")


def start(box: Box, front: str):
    port = box.port()
    name, form = ("own.log", OWN) if front else ("access.log", DEFAULT)
    connectors = "".join(f"""<Call name="addConnector"><Arg><New class="org.eclipse.jetty.server.ServerConnector">
<Arg name="server"><Ref refid="Server"/></Arg><Set name="host">{host}</Set><Set name="port">{port}</Set></New></Arg></Call>
""" for host in ("127.0.0.1", "::1"))
    conf = box.write("jetty.xml", f"""<?xml version="1.0"?>
<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://www.eclipse.org/jetty/configure_9_3.dtd">
<Configure id="Server" class="org.eclipse.jetty.server.Server">{connectors}
<Set name="requestLog"><New class="org.eclipse.jetty.server.CustomRequestLog">
<Arg><New class="org.eclipse.jetty.server.RequestLogWriter"><Arg>{box.log(name)}</Arg></New></Arg>
<Arg>{escape(form, quote=False)}</Arg></New></Set>
<Set name="handler"><New class="org.eclipse.jetty.server.handler.ResourceHandler">
<Set name="resourceBase">{box.site}</Set><Set name="directoriesListed">true</Set></New></Set>
</Configure>
""")
    jars = ":".join(str(path) for path in [*HOME.glob("lib/jetty-*.jar"), *HOME.glob("lib/*servlet-api*.jar")])
    box.start([program("java"), "-Xmx192m", f"-Duser.timezone={ZONE}", "-cp", jars,
               "org.eclipse.jetty.xml.XmlConfiguration", conf])
    box.wait(port, 60)
    if front:
        return port, [Log(name, box.log(name), OWN, time="start", bytes="transferred", fields=frozenset({"agent", "forwarded"}), format=OWN, found=False)]
    return port, [Log(name, box.log(name), DEFAULT, time="start", fields=frozenset({"agent", "referer"}))]
