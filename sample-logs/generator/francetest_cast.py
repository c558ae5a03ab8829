"""The cast of the story `francetest`: what lay in the open folder, and everyone who asked for it.

Every hit on the folder in the whole story is planted here, in the order of the story, with the place that it must
have relative to the window. All times are those of Paris in summer.
"""

from datetime import date, datetime, timedelta, timezone
from random import Random

from .bricks import Plan, Request, nginx_escape
from .visitors import BROWSERS

HOST = "resultats.test-antigenique.example"
FOLDER = "depistage-export"
BASE = f"/wp-content/plugins/{FOLDER}/"
PARIS = timezone(timedelta(hours=2))

# Two small files that should never have been on a web server, with their sizes, and the empty form of the result page.
SOURCE, SOURCE_SIZE = BASE + "lib/api.php.bak", 18764
SECRET, SECRET_SIZE = BASE + "config/db.inc.txt", 612
FORM, FORM_SIZE = BASE + "result.php", 1204
REFUSED, MISSING, MOVED = (403, 153), (404, 153), (301, 169)

# The site exports on the days on which its pharmacies test: Tuesday to Saturday, at nine in the evening.
DAYS = [date(2021, 7, 3) + timedelta(days=n) for n in range(56)]
EXPORT_DAYS = [day for day in DAYS if day.weekday() in (1, 2, 3, 4, 5)]


def export_sizes() -> dict[str, int]:
    """Each export by its name, with its size. They have a generator of their own, so that the noise cannot move them."""
    random = Random(40)
    return {f"{day}.csv": 14000 + 731 * place + random.randrange(9000) for place, day in enumerate(EXPORT_DAYS)}


SIZES = export_sizes()


def at(text: str) -> datetime:
    """A Paris time of 2021, written `MM-DD HH:MM:SS`."""
    return datetime.strptime(f"2021-{text}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=PARIS)


def exports_at(when: datetime) -> list[str]:
    """The exports that lie in the folder at a time."""
    return [f"{day}.csv" for day in EXPORT_DAYS if datetime(day.year, day.month, day.day, 21, tzinfo=PARIS) <= when]


def listing(path: str, when: datetime) -> int:
    """The size of nginx's listing of a folder of the plug-in.

    Each row has the name twice, once as a link; the visible one is padded to a fixed column, so a row grows by the
    length of one name only.
    """
    names = {"": ["config/", "exports/", "lib/", "result.php"], "config/": ["db.inc.txt"], "lib/": ["api.php.bak"]}
    rows = names.get(path) or exports_at(when)
    title = "Index of " + BASE + path
    return 2 * len(title) + 136 + sum(len(name) + 104 for name in rows)


def plant(plan: Plan, random: Random) -> list[Request]:
    """Plants all hits, and returns the lines that the same people leave elsewhere on the site."""
    around: list[Request] = []
    before_and_first_night(plan)
    summer(plan, around, random)
    credentials(plan, around)
    harvest(plan, around, random)
    last_evening(plan, around)
    after_the_fix(plan)
    return around


def version(actor) -> str:
    """Browsers speak HTTP/2 with this site; everything else speaks HTTP/1.1."""
    return "HTTP/2.0" if actor.agent in BROWSERS else "HTTP/1.1"


def show(plan: Plan, actor, when: str, path: str = "", referer: str = "-", where: str = "inside") -> None:
    """A listing that is shown."""
    plan.hit(actor, where, at(when), f"GET {BASE}{path} {version(actor)}", 200, listing(path, at(when)), referer)


def take(plan: Plan, actor, when: str, name: str, referer: str = "-", where: str = "inside") -> None:
    """An export that is sent whole."""
    assert name in exports_at(at(when)), f"{name} is not there yet at {when}"
    plan.hit(actor, where, at(when), f"GET {BASE}exports/{name} {version(actor)}", 200, SIZES[name], referer)


def before_and_first_night(plan: Plan) -> None:
    """The plug-in is installed but its folder shows no listing, and the exports do not exist yet; then it opens."""
    actor = plan.actor("203.0.113.201", "other", "Asks for the folder a week before it is opened, and is refused.", "curl/7.68.0")
    plan.hit(actor, "outside", at("06-22 03:14:15"), f"GET {BASE} HTTP/1.1", *REFUSED)

    actor = plan.actor("192.0.2.61", "other", "Is refused twice before the exposure and once more after the fix.", "python-requests/2.25.1")
    plan.hit(actor, "outside", at("06-25 16:20:01"), f"GET {BASE} HTTP/1.1", *REFUSED)
    plan.hit(actor, "outside", at("06-25 16:20:02"), f"GET {BASE}lib/ HTTP/1.1", *REFUSED)
    plan.hit(actor, "outside", at("08-30 09:12:44"), f"GET {BASE} HTTP/1.1", *REFUSED)

    actor = plan.actor("2001:db8:51:9::4", "other", "Is refused two days before the exposure.", BROWSERS[3])
    plan.hit(actor, "outside", at("06-27 22:01:40"), f"GET {BASE} HTTP/2.0", *REFUSED)

    actor = plan.actor("192.0.2.44", "other", "Guesses the name of an export half a minute before the folder is opened; it does not exist.", "Go-http-client/1.1")
    plan.hit(actor, "outside", at("06-28 23:59:30"), f"GET {BASE}exports/2021-06-28.csv HTTP/1.1", *MISSING)

    actor = plan.actor("203.0.113.9", "other", "Is shown the listing at the very first second of the window.", "Mozilla/5.0 zgrab/0.x")
    show(plan, actor, "06-29 00:00:00")


def summer(plan: Plan, around: list[Request], random: Random) -> None:
    """Two months in which strangers and machines come upon the folder, each in its own way."""
    scan(plan, around, random)

    actor = plan.actor("192.0.2.150", "other", "Takes the first 8,192 bytes of one export.", "okhttp/4.9.0")
    plan.hit(actor, "inside", at("07-30 14:20:33"), f"GET {BASE}exports/2021-07-24.csv HTTP/1.1", 206, 8192)

    actor = plan.actor("203.0.113.77", "other", "Asks for the head of an export, takes it whole, and asks again a day later with a validator.", BROWSERS[1])
    csv = "2021-07-31.csv"
    plan.hit(actor, "inside", at("08-03 11:02:10"), f"HEAD {BASE}exports/{csv} HTTP/2.0", 200, 0)
    take(plan, actor, "08-03 11:02:14", csv)
    plan.hit(actor, "inside", at("08-04 11:03:50"), f"GET {BASE}exports/{csv} HTTP/2.0", 304, 0)

    actor = plan.actor("198.51.100.70", "crawler", "A declared search crawler that is shown the exports' listing and takes one.", "ExampleSearchBot/2.1 (+https://search.example/bot)")
    show(plan, actor, "08-10 04:15:09", "exports/")
    take(plan, actor, "08-10 04:15:41", "2021-08-07.csv")

    spellings(plan)

    actor = plan.actor("192.0.2.201", "other", "Guesses the export of a Sunday, which does not exist.", BROWSERS[5])
    plan.hit(actor, "inside", at("08-15 18:00:20"), f"GET {BASE}exports/2021-08-15.csv HTTP/2.0", *MISSING)

    # An agent that attacks whoever reads the log: a screen that clears, a page that runs it, a sheet that starts it.
    hostile = nginx_escape(b"=cmd|'/C calc'!A0 \x1b[2J\x1b[1;1H\"><script>alert(1)</script>")
    actor = plan.actor("203.0.113.66", "other", "Is shown the listing, under a user agent that attacks the reader of the log.", hostile)
    show(plan, actor, "08-18 02:31:07")


def scan(plan: Plan, around: list[Request], random: Random) -> None:
    """A vulnerability scanner with a dictionary of plug-ins: it finds the folder's name, and nothing in it."""
    agent = "Mozilla/5.0 (compatible; PluginAudit/0.9)"
    actor = plan.actor("203.0.113.150", "other", "A vulnerability scanner that finds the folder's name by dictionary and is sent nothing.", agent)
    when = at("07-19 01:20:05")
    words = [f"{first}-{second}" for first in ("contact", "cookie", "export", "form", "gallery", "login", "map", "seo", "shop") for second in ("admin", "builder", "kit", "lite", "manager", "plus", "pro", "tools", "widget")]
    for place, word in enumerate(words):
        for file in ("readme.txt", "changelog.txt"):
            when += timedelta(seconds=random.randrange(2))
            around.append(Request(when, actor.client, f"GET /wp-content/plugins/{word}/{file} HTTP/1.1", *MISSING, "-", agent))
        if place == 18:
            for tail, answer in (("", MOVED), ("/readme.txt", MISSING), ("/changelog.txt", MISSING), ("/.git/HEAD", REFUSED), ("/backup.zip", MISSING)):
                when += timedelta(seconds=1)
                plan.hit(actor, "inside", when, f"GET {BASE[:-1]}{tail} HTTP/1.1", *answer)


def spellings(plan: Plan) -> None:
    """One client that writes the same paths in every way that a filter might overlook.

    nginx decodes once, merges slashes and resolves dots, so those spellings are served; it does not decode twice,
    nor drop parameters, nor take a backslash for a slash, so those are not found. All of them name the folder.
    """
    actor = plan.actor("198.51.100.153", "other", "Spells the paths in fifteen ways; nine are answered with an export or a listing.", "curl/7.74.0")
    csv = "2021-07-10.csv"
    size, plugins, folder = SIZES[csv], "/wp-content/plugins", FOLDER
    when = at("08-12 22:10:00")
    served = [
        f"{plugins}/{folder}/%65xports/{csv}",
        f"{plugins}/%64epistage-export/exports/{csv}",
        f"/wp-content//plugins//{folder}//exports/{csv}",
        f"/wp-content/./plugins/./{folder}/exports/{csv}",
        f"/wp-content/themes/../plugins/x/../{folder}/exports/{csv}",
        f"http://{HOST}{plugins}/{folder}/exports/{csv}",
        f"{plugins}/{folder}/exports/{csv}?download=1",
        f"/%77p-content/%70lugins//{folder}/./%65xports/%32021-07-10.csv?a=1&b=%2e%2e",
    ]
    not_found = [
        f"{plugins}/{folder}/%2565xports/{csv}",
        f"{plugins}/d%2565pistage-export/exports/{csv}",
        f"{plugins}/{folder}/exports/{csv};v=1",
        f"{plugins}/{folder};v=1/exports/{csv}",
        nginx_escape(f"{plugins}\\{folder}\\exports\\{csv}".encode()),
        f"/wp-content/plugins/d%252565pistage-export/exports/{csv}",
    ]
    for target in served:
        when += timedelta(seconds=11)
        plan.hit(actor, "inside", when, f"GET {target} HTTP/1.1", 200, size)
    when += timedelta(seconds=11)
    plan.hit(actor, "inside", when, f"GET {plugins}/{folder}/exports/?sort=name HTTP/1.1", 200, listing("exports/", when))
    for target in not_found:
        when += timedelta(seconds=11)
        plan.hit(actor, "inside", when, f"GET {target} HTTP/1.1", *MISSING)


def credentials(plan: Plan, around: list[Request]) -> None:
    """A client that wants the keys, and a neighbour of its network that then opens the back office."""
    agent = BROWSERS[3]
    actor = plan.actor("2001:db8:51:7::a1", "other", "Takes the database credentials and the PHP source; half an hour later its /64 logs in to the back office.", agent)
    show(plan, actor, "08-20 23:40:11")
    show(plan, actor, "08-20 23:40:30", "config/")
    plan.hit(actor, "inside", at("08-20 23:40:41"), f"GET {SECRET} HTTP/1.1", 200, SECRET_SIZE)
    show(plan, actor, "08-20 23:41:05", "lib/")
    plan.hit(actor, "inside", at("08-20 23:41:20"), f"GET {SOURCE} HTTP/1.1", 200, SOURCE_SIZE)
    neighbour = "2001:db8:51:7:c4d2:19ff:fe03:8e11"
    login = f"https://{HOST}/wp-login.php"
    for when, asked, status, size, referer in (
        ("08-21 00:14:02", "GET /wp-login.php HTTP/2.0", 200, 2871, "-"),
        ("08-21 00:14:20", "POST /wp-login.php HTTP/2.0", 302, 0, login),
        ("08-21 00:14:21", "GET /wp-admin/ HTTP/2.0", 200, 48211, login),
    ):
        around.append(Request(at(when), neighbour, asked, status, size, referer, agent))


def harvest(plan: Plan, around: list[Request], random: Random) -> None:
    """Everything that lies there, in the order of the listings, in the small hours."""
    agent = "Wget/1.20.3 (linux-gnu)"
    actor = plan.actor("198.51.100.23", "other", "Takes every file that lies there, in listing order, within minutes, at night; comes back after the fix and is refused.", agent)
    when = at("08-26 03:07:10")
    around.append(Request(when, actor.client, "GET /robots.txt HTTP/1.1", 200, 67, "-", agent))
    site = f"https://{HOST}"
    steps = [("", None), ("config/", None), (SECRET, SECRET_SIZE), ("exports/", None)]
    steps += [(f"{BASE}exports/{name}", SIZES[name]) for name in exports_at(when)]
    steps += [("lib/", None), (SOURCE, SOURCE_SIZE), (FORM, FORM_SIZE)]
    for path, size in steps:
        when += timedelta(seconds=random.randrange(2, 6))
        target, sent = (path, size) if size else (BASE + path, listing(path, when))
        parent = target.rstrip("/").rsplit("/", 1)[0] + "/"
        referer = site + parent if target != BASE else "-"
        plan.hit(actor, "inside", when, f"GET {target} HTTP/1.1", 200, sent, referer)
    plan.hit(actor, "outside", at("08-29 03:07:11"), f"GET {BASE} HTTP/1.1", *REFUSED)


def last_evening(plan: Plan, around: list[Request]) -> None:
    """The evening on which the folder is found, told of, looked at, and closed."""
    site, agent = f"https://{HOST}", BROWSERS[3]
    actor = plan.actor("192.0.2.7", "known", "The discoverer: trims the address of his own result, sees the listings, opens two exports, looks again after the fix.", agent)
    form = f"{FORM}?code=TQ7H2MXA&print=1"
    plan.hit(actor, "inside", at("08-27 17:42:08"), f"GET {form} HTTP/2.0", 200, 9412)
    around.append(Request(at("08-27 17:42:09"), actor.client, "GET /wp-content/themes/depistage/img/logo.svg HTTP/2.0", 200, 3377, site + form, agent))
    show(plan, actor, "08-27 17:44:31")
    around.append(Request(at("08-27 17:44:32"), actor.client, "GET /favicon.ico HTTP/2.0", 200, 1150, site + BASE, agent))
    show(plan, actor, "08-27 17:45:02", "exports/", site + BASE)
    take(plan, actor, "08-27 17:45:20", "2021-08-26.csv", f"{site}{BASE}exports/")
    take(plan, actor, "08-27 17:46:55", "2021-07-03.csv", f"{site}{BASE}exports/")

    journalist = plan.actor("203.0.113.40", "known", "A journalist who has been told: checks the listing and one export.", BROWSERS[4])
    show(plan, journalist, "08-27 19:05:12", "exports/")
    take(plan, journalist, "08-27 19:05:48", "2021-08-13.csv", f"{site}{BASE}exports/")

    regulator = plan.actor("198.51.100.202", "known", "The regulator: sees the listing that evening, and is refused the next morning.", BROWSERS[1])
    show(plan, regulator, "08-27 21:12:30")
    plan.hit(regulator, "outside", at("08-28 09:30:00"), f"GET {BASE} HTTP/2.0", *REFUSED)

    late = plan.actor("192.0.2.90", "other", "Is still fetching while the folder is closed: its last export ends at the very second of the fix.", BROWSERS[6])
    show(plan, late, "08-27 22:29:20", "exports/")
    take(plan, late, "08-27 22:29:40", "2021-08-26.csv", f"{site}{BASE}exports/")
    take(plan, late, "08-27 22:30:00", "2021-08-27.csv", f"{site}{BASE}exports/", where="border")

    plan.hit(actor, "outside", at("08-27 22:41:15"), f"GET {BASE} HTTP/2.0", *REFUSED)


def after_the_fix(plan: Plan) -> None:
    """Nobody is sent anything any more."""
    actor = plan.actor("203.0.113.202", "other", "Comes a minute too late, and is refused.", "curl/7.68.0")
    plan.hit(actor, "outside", at("08-27 22:31:10"), f"GET {BASE}exports/ HTTP/1.1", *REFUSED)
    actor = plan.actor("2001:db8:44::17", "other", "Asks for two exports by name the morning after, and is refused.", BROWSERS[0])
    plan.hit(actor, "outside", at("08-28 07:12:03"), f"GET {BASE}exports/2021-08-26.csv HTTP/2.0", *REFUSED)
    plan.hit(actor, "outside", at("08-28 07:12:09"), f"GET {BASE}exports/2021-08-27.csv HTTP/2.0", *REFUSED)
