"""nginx: combined, a form of one's own with the whole wire, and JSON."""

from ..box import Box, Log, is_root, program, user, version
from ..site import htpasswd

NAME = "nginx"
DEBIAN = ["nginx-light"]

COMBINED = ("$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent "
            "\"$http_referer\" \"$http_user_agent\"")
OWN = ("$host $remote_addr $time_iso8601 $request_time \"$request_method\" \"$request_uri\" $status $bytes_sent "
       "\"$http_x_forwarded_for\" \"$remote_user\" \"$http_user_agent\" $request_completion")
JSON = ('{"time_iso8601":"$time_iso8601","remote_addr":"$remote_addr","http_x_forwarded_for":"$http_x_forwarded_for",'
        '"remote_user":"$remote_user","request_method":"$request_method","request_uri":"$request_uri",'
        '"status":"$status","body_bytes_sent":"$body_bytes_sent","request_time":"$request_time",'
        '"http_referer":"$http_referer","http_user_agent":"$http_user_agent","host":"$host"}')


def missing() -> str | None:
    return None if program("nginx") else "nginx"


def said_version() -> str:
    return version([program("nginx"), "-v"]).partition("nginx version: ")[2]


def start(box: Box, front: str) -> tuple[int, list[Log]]:
    port = box.port()
    running = f"user {user()};" if is_root() else ""
    conf = box.write("nginx.conf", f"""
{running}
daemon off;
worker_processes 1;
pid {box.folder}/nginx.pid;
error_log {box.folder}/error.log;
events {{ worker_connections 64; }}
http {{
    types {{ text/html html; text/csv csv; }}
    default_type text/plain;
    client_body_temp_path {box.folder}/t1; proxy_temp_path {box.folder}/t2; fastcgi_temp_path {box.folder}/t3;
    uwsgi_temp_path {box.folder}/t4; scgi_temp_path {box.folder}/t5;
    gzip on;
    gzip_types text/csv;
    log_format own '{OWN}';
    log_format json escape=json '{JSON}';
    server {{
        listen 127.0.0.1:{port};
        listen [::1]:{port};
        server_name example.test;
        root {box.site};
        access_log {box.log('access.log')};
        access_log {box.log('own.log')} own;
        access_log {box.log('json.log')} json;
        location /data/ {{ autoindex on; }}
        location /forbidden/ {{ deny all; }}
        location /private/ {{ auth_basic "x"; auth_basic_user_file {box.folder}/users; }}
    }}
}}
""")
    box.write("users", htpasswd())
    box.start([program("nginx"), "-e", f"{box.folder}/error.log", "-c", conf])
    box.wait(port)
    every = frozenset({"agent", "referer", "user", "host", "forwarded"})
    return port, [
        Log("access.log", box.log("access.log"), COMBINED, bytes="framed"),
        Log("own.log", box.log("own.log"), OWN, bytes="wire", fields=every - {"referer"}, format=OWN, found=False),
        Log("json.log", box.log("json.log"), JSON, bytes="framed", fields=every),
    ]

