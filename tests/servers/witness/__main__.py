import sys, tempfile
from pathlib import Path
from . import site
from .servers import SERVERS
from .box import Box
from .run import witness
names=sys.argv[2:]
tmp=Path(tempfile.mkdtemp(prefix="witness-")); tmp.chmod(0o755)
from .run import write_requests
Path(sys.argv[1]).mkdir(exist_ok=True, parents=True); write_requests(Path(sys.argv[1]))
s=site.make(tmp/"site")
def one(server, front):
    import traceback
    name = server.NAME+("-"+front if front else "")
    box=Box(tmp/name, s)
    import time; t=time.time()
    try:
        witness(server, front, box, Path(sys.argv[1])/name)
    except Exception as e:
        print(name, traceback.format_exc()[-1500:]); print(box.said()[-1500:])
    finally:
        box.stop()
    print(name, round(time.time()-t,1))
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    for server in SERVERS:
        if names and server.NAME not in names: continue
        for front in getattr(server,"FRONTS",[""]):
            pool.submit(one, server, front)
