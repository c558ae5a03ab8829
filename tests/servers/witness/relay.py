"""A server of syslog: writes what comes as rsyslog writes it into its files (RSYSLOG_TraditionalFileFormat).

    python3 -m witness.relay PORT FILE HOST
"""

import re
import socket
import sys


def main() -> None:
    port, path, host = int(sys.argv[1]), sys.argv[2], sys.argv[3].encode()
    taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    taken.bind(("127.0.0.1", port))
    with open(path, "ab", buffering=0) as file:
        while True:
            message = taken.recv(65536)
            # <PRI>Mmm dd hh:mm:ss TAG: TEXT, as RFC 3164 has it of a program on the same machine; rsyslog puts the
            # host between, and writes control characters as # and three octal digits.
            match = re.match(rb"<\d+>(\w{3} [ \d]\d \d\d:\d\d:\d\d) (.*)", message.rstrip(b"\n\0"), re.DOTALL)
            if match:
                text = re.sub(rb"[\x00-\x1f\x7f]", lambda byte: b"#%03o" % byte[0][0], match[2])
                file.write(match[1] + b" " + host + b" " + text + b"\n")


if __name__ == "__main__":
    main()
