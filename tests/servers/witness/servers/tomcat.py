"""Tomcat: the valve's `common`, and a form of one's own."""

from html import escape
from pathlib import Path

from ..box import Box, Log, ZONE, version
from ..site import USERS

NAME = "tomcat"
DEBIAN = ["tomcat10", "default-jre-headless"]
HOME = Path("/usr/share/tomcat10")

COMMON = "common"
OWN = '%h %l %u %t &quot;%r&quot; %s %B %D &quot;%{Referer}i&quot; &quot;%{User-Agent}i&quot; &quot;%{X-Forwarded-For}i&quot; %v'


def missing() -> str | None:
    return None if (HOME / "bin/catalina.sh").exists() else "tomcat10"


def said_version() -> str:
    return version(["sh", "-c", f"JAVA_HOME=$(dirname $(dirname $(readlink -f $(which java)))) "
                    f"{HOME}/bin/catalina.sh version 2>/dev/null | grep 'Server number' | sed 's|.*: *|Tomcat/|'"])


def start(box: Box, front: str):
    port = box.port()
    valve = ('<Valve className="org.apache.catalina.valves.AccessLogValve" directory="{folder}" prefix="{name}" '
             'suffix=".log" rotatable="false" buffered="false" pattern="{pattern}"/>')
    valves = "".join(valve.format(folder=box.folder / "logs", name=name, pattern=pattern)
                     for name, pattern in (("access", COMMON), ("own", OWN)))
    box.write("conf/server.xml", f"""<?xml version="1.0"?>
<Server port="-1"><Service name="s">
<Connector port="{port}" address="127.0.0.1" protocol="HTTP/1.1" compression="on" compressibleMimeType="text/csv"/>
<Connector port="{port}" address="::1" protocol="HTTP/1.1"/>
<Engine name="e" defaultHost="example.test">
<Realm className="org.apache.catalina.realm.MemoryRealm" pathname="{box.folder}/conf/users.xml"/>
<Host name="example.test" appBase="webapps" autoDeploy="false" deployXML="true">
<Context path="" docBase="{box.site}" allowLinking="true"/>{valves}</Host></Engine></Service></Server>
""")
    # A deployment descriptor that knows the protected and the forbidden folder.
    box.write("conf/web.xml", web())
    box.write("conf/users.xml", "<tomcat-users>" + "".join(
        f'<user username="{escape(user)}" password="{escape(word)}" roles="reader"/>' for user, word in USERS.items())
        + "</tomcat-users>")
    box.write("conf/logging.properties", "handlers=\n")
    (box.folder / "temp").mkdir()
    box.start(["sh", "-c", f'JAVA_HOME=$(dirname $(dirname $(readlink -f $(which java)))) exec {HOME}/bin/catalina.sh run'],
              env={"CATALINA_HOME": str(HOME), "CATALINA_BASE": str(box.folder),
                   "CATALINA_OPTS": f"-Xmx192m -Duser.timezone={ZONE} -Dfile.encoding=UTF-8"})
    box.wait(port, 60)
    return port, [
        Log("access.log", box.log("access.log"), COMMON, time="start", fields=frozenset({"known-user"})),
        Log("own.log", box.log("own.log"), OWN.replace("&quot;", '"'), time="start",
            fields=frozenset({"agent", "referer", "known-user", "forwarded"}),
            format="tomcat10:" + OWN.replace("&quot;", '"')),
    ]


def web() -> str:
    guarded = "".join(f"""
<security-constraint><web-resource-collection><web-resource-name>{name}</web-resource-name>
<url-pattern>/{name}/*</url-pattern></web-resource-collection><auth-constraint>{role}</auth-constraint>
</security-constraint>""" for name, role in (("private", "<role-name>reader</role-name>"), ("forbidden", "")))
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
<servlet><servlet-name>default</servlet-name><servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class>
<init-param><param-name>listings</param-name><param-value>true</param-value></init-param></servlet>
<servlet-mapping><servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping>
<mime-mapping><extension>csv</extension><mime-type>text/csv</mime-type></mime-mapping>{guarded}
<login-config><auth-method>BASIC</auth-method></login-config>
<security-role><role-name>reader</role-name></security-role>
</web-app>
"""
