"""Node with morgan's `combined` and pino-http's JSON."""

from pathlib import Path

from ..box import Box, Log, node_modules, program, version

NAME = "node"
NPM = ["morgan@1.12.1", "pino-http@11.0.0"]

MORGAN = ':remote-addr - :remote-user [:date[clf]] ":method :url HTTP/:http-version" :status :res[content-length] ":referrer" ":user-agent"'


def missing() -> str | None:
    return None if program("node") and node_modules() else "node, and morgan and pino-http (npm)"


def said_version() -> str:
    return f"Node {version([program('node'), '--version'])}, morgan 1.12.1, pino-http 11.0.0"


def start(box: Box, front: str):
    port = box.port()
    box.start([program("node"), Path(__file__).parent.parent / "app.js", port, box.site, box.log("access.log"),
               box.log("json.log")], env={"NODE_PATH": str(node_modules())})
    box.wait(port)
    return port, [
        Log("access.log", box.log("access.log"), MORGAN, bytes="planned"),
        Log("json.log", box.log("json.log"), "pino-http", bytes="planned", fields=frozenset({"agent", "referer", "host", "forwarded"})),
    ]
