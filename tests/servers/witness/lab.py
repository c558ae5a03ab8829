"""What counts and marks say of whole, aborted and unread downloads: the table behind the grades.

Each server is asked for a big file (20 MB, made and not kept) wholly, until 64 KiB, by HEAD, conditionally, for 100
bytes and packed, and for a small one that the client never reads. What the client received stands in truth.jsonl.
"""

import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

from . import site
from .asked import BIG, SMALL, plain
from .box import ZONE, Box, Log, complain, is_root, program, user
from .run import witness, write_requests
from .servers import apache, haproxy, nginx

REQUESTS = [
    plain("full", "GET of the big file", BIG + b"?w=full"),
    plain("abort", "the same, the client closes after 64 KiB", BIG + b"?w=abort", abort_at=65536),
    plain("small-unread", "a small file, the client reads nothing and closes", SMALL + b"?w=small-unread", abort_at=0),
    plain("small", "the same small file, read", SMALL + b"?w=small"),
    plain("head", "HEAD of the big file", BIG + b"?w=head", method=b"HEAD"),
    plain("not-modified", "If-Modified-Since its own date", BIG + b"?w=not-modified",
          more=(b"If-Modified-Since: Wed, 15 Jan 2025 12:00:00 GMT",)),
    plain("range", "its first 100 bytes", BIG + b"?w=range", more=(b"Range: bytes=0-99",)),
    plain("gzip", "the big file, packed", BIG + b"?w=gzip", more=(b"Accept-Encoding: gzip",), patience=20.0),
    plain("gzip-abort", "the same, the client closes after 64 KiB", BIG + b"?w=gzip-abort",
          more=(b"Accept-Encoding: gzip",), abort_at=65536),
]

NGINX_OWN = nginx.COMBINED + " $bytes_sent $request_completion $request_time"
APACHE_B = '%h %l %u %t \\"%r\\" %>s %b \\"%{Referer}i\\" \\"%{User-Agent}i\\"'
APACHE_X = APACHE_B + " %O %X"


def start_nginx(box: Box, port: int, logs: dict[str, str], location: str) -> None:
    """Starts nginx with some logs: {file: format}."""
    running = f"user {user()};" if is_root() else ""
    name = f"nginx-{port}"
    forms = "".join(f"log_format f{number} '{form}';\n" for number, form in enumerate(logs.values()))
    wanted = "".join(f"access_log {box.log(log)} f{number};\n" for number, log in enumerate(logs))
    conf = box.write(f"{name}.conf", f"""
{running}
daemon off;
worker_processes 1;
pid {box.folder}/{name}.pid;
events {{ worker_connections 64; }}
http {{
    types {{ text/csv csv; }}
    client_body_temp_path {box.folder}/t1; proxy_temp_path {box.folder}/t2; fastcgi_temp_path {box.folder}/t3;
    uwsgi_temp_path {box.folder}/t4; scgi_temp_path {box.folder}/t5;
    gzip on;
    gzip_types text/csv;
    gzip_proxied any;
    {forms}
    server {{
        listen 127.0.0.1:{port};
        server_name example.test;
        root {box.site};
        {wanted}
        {location}
    }}
}}
""")
    box.start([program("nginx"), "-e", f"{box.folder}/{name}-error.log", "-c", conf])
    box.wait(port, six=False)


def direct(box: Box, front: str):
    port = box.port()
    start_nginx(box, port, {"access.log": nginx.COMBINED, "own.log": NGINX_OWN}, "")
    return port, [Log("access.log", box.log("access.log"), nginx.COMBINED, bytes="framed"),
                  Log("own.log", box.log("own.log"), NGINX_OWN, bytes="framed", format=NGINX_OWN)]


def behind(box: Box, front: str):
    """An origin behind an nginx that buffers, as it does by default."""
    port, origin = box.port(), box.port()
    start_nginx(box, origin, {"origin.log": nginx.COMBINED}, "")
    start_nginx(box, port, {"edge.log": nginx.COMBINED}, f"location / {{ proxy_pass http://127.0.0.1:{origin}; }}")
    return port, [Log("edge.log", box.log("edge.log"), nginx.COMBINED, bytes="framed"),
                  Log("origin.log", box.log("origin.log"), nginx.COMBINED, bytes="proxy")]


def httpd(box: Box, front: str):
    port = box.port()
    logs = {"b.log": APACHE_B, "o.log": apache.COMBINED, "x.log": APACHE_X}
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in apache.MODULES)
    wanted = "\n".join(f'CustomLog {box.log(name)} "{form}"' for name, form in logs.items())
    running = "User www-data\nGroup www-data" if is_root() else ""
    conf = box.write("apache.conf", f"""
ServerRoot {box.folder}
ServerName example.test
PidFile {box.folder}/apache.pid
ErrorLog {box.folder}/error.log
Listen 127.0.0.1:{port}
{modules}
{running}
TypesConfig /dev/null
AddType text/csv .csv
AddOutputFilterByType DEFLATE text/csv
DocumentRoot {box.site}
{wanted}
<Directory {box.site}>
    Require all granted
</Directory>
""")
    box.start([program("apache2", "httpd"), "-X", "-f", conf])
    box.wait(port, six=False)
    means = {"b.log": "planned", "o.log": "wire", "x.log": "planned"}
    return port, [Log(name, box.log(name), form, time="start", bytes=means[name],
                      format=form if name == "x.log" else None) for name, form in logs.items()]


def balanced(box: Box, front: str):
    """HAProxy before nginx; `logasap` logs when the first bytes of an answer are there."""
    port, origin, relay = box.port(), box.port(), box.port()
    start_nginx(box, origin, {"origin.log": nginx.COMBINED}, "")
    box.start([sys.executable, "-B", "-m", "witness.relay", relay, box.log("access.log"), "lb1"], env=box.python())
    conf = box.write("haproxy.cfg", f"""
global
    log 127.0.0.1:{relay} local0
defaults
    mode http
    log global
    timeout connect 5s
    timeout client 20s
    timeout server 20s
frontend web
    bind 127.0.0.1:{port}
    option httplog
    {"option logasap" if front else ""}
    default_backend origin
backend origin
    server s1 127.0.0.1:{origin}
""")
    box.start([program("haproxy"), "-db", "-f", conf])
    box.wait(port, six=False)
    directive = "option httplog; option logasap" if front else "option httplog"
    return port, [Log("access.log", box.log("access.log"), directive, time="start",
                      bytes="begun" if front else "near-wire", fields=frozenset(), zone=ZONE),
                  Log("origin.log", box.log("origin.log"), nginx.COMBINED, bytes="proxy")]


SETUPS = [
    SimpleNamespace(NAME="nginx", start=direct, needs=[nginx], said_version=nginx.said_version),
    SimpleNamespace(NAME="behind-nginx", start=behind, needs=[nginx], said_version=nginx.said_version),
    SimpleNamespace(NAME="apache", start=httpd, needs=[apache], said_version=apache.said_version),
    SimpleNamespace(NAME="haproxy", FRONTS=["", "logasap"], start=balanced, needs=[haproxy, nginx],
                    said_version=haproxy.said_version),
]


def record(out: Path) -> int:
    """Records the table into a folder; gives the exit status."""
    out.mkdir(parents=True, exist_ok=True)
    write_requests(out, REQUESTS)
    with tempfile.TemporaryDirectory(prefix="witness-") as folder:
        Path(folder).chmod(0o755)
        served = site.make(Path(folder) / "site")
        for setup in SETUPS:
            if any(need.missing() for need in setup.needs):
                complain(f"{setup.NAME}: passed over, not installed")
                continue
            for front in getattr(setup, "FRONTS", [""]):
                name = f"{setup.NAME}-{front}" if front else setup.NAME
                box = Box(Path(folder) / name, served)
                try:
                    witness(setup, front, box, out / name, REQUESTS)
                finally:
                    box.stop()
    (out / "sizes.json").write_text(f'{{"/data/big.csv": {site.BIG_BYTES}, "/data/small.csv": {site.SMALL_BYTES}}}\n')
    return 0
