"""Apache httpd: Debian's combined (its bytes are %O), and a form with %b, %D and %X behind forwarded addresses."""

from ..box import Box, Log, is_root, program, version
from ..site import htpasswd

NAME = "apache"
DEBIAN = ["apache2-bin"]

MODULES = ("mpm_event", "authn_core", "authn_file", "authz_core", "authz_host", "authz_user", "auth_basic", "autoindex",
           "dir", "mime", "filter", "deflate")
# As /etc/apache2/apache2.conf of the package has it.
COMBINED = '%h %l %u %t \\"%r\\" %>s %O \\"%{Referer}i\\" \\"%{User-Agent}i\\"'
OWN = '%{X-Forwarded-For}i %h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-Agent}i\\" %D %X %v'


def missing() -> str | None:
    return None if program("apache2", "httpd") else "apache2-bin"


def said_version() -> str:
    return version([program("apache2", "httpd"), "-v"]).partition("Server version: ")[2]


def start(box: Box, front: str) -> tuple[int, list[Log]]:
    port = box.port()
    running = "User www-data\nGroup www-data" if is_root() else ""
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES)
    conf = box.write("apache.conf", f"""
ServerRoot {box.folder}
ServerName example.test
PidFile {box.folder}/apache.pid
ErrorLog {box.folder}/error.log
Listen 127.0.0.1:{port}
Listen [::1]:{port}
{modules}
{running}
TypesConfig /dev/null
AddType text/csv .csv
AddOutputFilterByType DEFLATE text/csv
DocumentRoot {box.site}
LogFormat "{COMBINED}" combined
LogFormat "{OWN}" own
CustomLog {box.log('access.log')} combined
CustomLog {box.log('own.log')} own
<Directory {box.site}>
    Options Indexes
    Require all granted
</Directory>
<Directory {box.site}/forbidden>
    Require all denied
</Directory>
<Directory {box.site}/private>
    AuthType Basic
    AuthName x
    AuthUserFile {box.folder}/users
    Require valid-user
</Directory>
""")
    box.write("users", htpasswd())
    box.start([program("apache2", "httpd"), "-X", "-f", conf])
    box.wait(port)
    return port, [
        Log("access.log", box.log("access.log"), COMBINED, time="start", bytes="wire"),
        Log("own.log", box.log("own.log"), OWN, time="start", bytes="planned",
            fields=frozenset({"agent", "referer", "user", "forwarded"}), format=OWN),
    ]
