"""One file for each server: how it is started, which logs it writes, what a line of them can say."""

from . import apache, caddy, envoy, haproxy, jetty, lighttpd, nginx, node, python, squid, tomcat, traefik, varnish

# In the order of the table that is made of them.
SERVERS = [
    nginx, apache, lighttpd, caddy, haproxy, varnish, squid, traefik, envoy, tomcat, jetty, python.HTTP_SERVER,
    python.GUNICORN_SERVER, python.UVICORN_SERVER, python.HYPERCORN_SERVER, node,
]
