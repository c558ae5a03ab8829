"""Says what was measured: a line on the terminal, docs/performance.md and its curve."""

import datetime
import math
import os
import platform
import subprocess

from scenes import SCENES

HEADINGS = "CPU and wall as multiples (at most), and seconds: ours / theirs; then whether they answer rightly"


def multiple(value, limit):
    beyond = " !" if limit and value > limit else ""
    return f"{value:.2f} (of {limit:g}){beyond}" if limit else f"{value:.2f}"


def line(scene, told):
    return (
        f"{scene.title}: CPU {multiple(told['cpu'], scene.cpu)}, wall {multiple(told['wall'], scene.wall)};"
        f" {told['our_cpu']:.2f}/{told['their_cpu']:.2f} s CPU, {told['our_wall']:.2f}/{told['their_wall']:.2f} s wall,"
        f" {told['rss'] / 1024:.0f} MB; ours {told['answer']}; theirs {told['their_answer']}"
    )


def machine():
    model = "unknown"
    with open("/proc/cpuinfo", encoding="utf-8") as source:
        for text in source:
            if text.startswith("model name"):
                model = text.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="utf-8") as source:
        memory = int(source.readline().split()[1]) / 1024 / 1024
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"{os.cpu_count()} x {model}, {memory:.0f} GiB, {platform.system()} {platform.release().split('-')[0]}, {rustc}"


def table(results):
    rows = [
        "| against | log | CPU, × theirs | at most | wall, × theirs | at most | CPU s, ours / theirs | wall s, ours / theirs | our peak memory | their answer |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for scene in SCENES:
        told = results.get(scene.name)
        if not told:
            continue
        bold = lambda value, limit: f"**{value:.2f}**" if limit and value > limit else f"{value:.2f}"
        limit = lambda value: f"{value:g}" if value else ""
        rows.append(
            f"| {scene.title} | {told['bytes'] / 1e6:.0f} MB | {bold(told['cpu'], scene.cpu)} | {limit(scene.cpu)}"
            f" | {bold(told['wall'], scene.wall)} | {limit(scene.wall)}"
            f" | {told['our_cpu']:.2f} / {told['their_cpu']:.2f} | {told['our_wall']:.2f} / {told['their_wall']:.2f}"
            f" | {told['rss'] / 1024:.0f} MB | {told['their_answer']} |"
        )
    return "\n".join(rows)


def curve(rows):
    """The seconds per GB by size, both axes logarithmic, as SVG."""
    width, height, left, bottom = 640, 320, 70, 50
    sizes = [row["bytes"] for row in rows]
    values = [row[f"threads_{n}"]["wall"] for row in rows for n in (1, 2)]
    low, high = math.log10(min(sizes)), math.log10(max(sizes)) or 1
    floor, ceiling = math.log10(min(values)) - 0.2, math.log10(max(values)) + 0.2
    across = lambda size: left + (math.log10(size) - low) / max(high - low, 1e-9) * (width - left - 30)
    up = lambda value: height - bottom - (math.log10(value) - floor) / (ceiling - floor) * (height - bottom - 30)
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        "<title>Seconds per gigabyte by size of the log</title>",
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<path d="M{left} 20V{height - bottom}H{width - 20}" fill="none" stroke="#444"/>',
        f'<text x="{width / 2}" y="{height - 12}" text-anchor="middle">size of the log</text>',
        f'<text x="18" y="{height / 2}" transform="rotate(-90 18 {height / 2})" text-anchor="middle">wall seconds per GB</text>',
    ]
    for size in sizes:
        label = f"{size / 1e9:.0f} GB" if size >= 0.9e9 else f"{size / 1e6:.0f} MB"
        out.append(f'<text x="{across(size):.0f}" y="{height - bottom + 18}" text-anchor="middle">{label}</text>')
    for threads, colour in ((1, "#1f6f8b"), (2, "#c4501b")):
        points = [(across(row["bytes"]), up(row[f"threads_{threads}"]["wall"])) for row in rows]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for (x, y), row in zip(points, rows):
            value = row[f"threads_{threads}"]["wall"]
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
            out.append(f'<text x="{x:.1f}" y="{y - 8:.1f}" text-anchor="middle" fill="{colour}">{value:.2f}</text>')
        name = "one thread" if threads == 1 else "two threads"
        out.append(f'<text x="{width - 110}" y="{30 + 16 * (threads - 1)}" fill="{colour}">{name}</text>')
    return "\n".join(out) + "\n</svg>\n"


def growth(rows):
    told = [
        "| log | one thread: wall, CPU s per GB | two threads: wall, CPU s per GB | two against one, wall | peak memory |",
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        one, two = row["threads_1"], row["threads_2"]
        told.append(
            f"| {row['bytes'] / 1e6:.0f} MB | {one['wall']:.3f}, {one['cpu']:.3f} | {two['wall']:.3f}, {two['cpu']:.3f}"
            f" | {two['wall'] / one['wall']:.2f} | {max(one['rss'], two['rss']) / 1024:.0f} MB |"
        )
    return "\n".join(told)


def memory(rows):
    told = ["| distinct clients | hits | peak memory | at most | wall s | the report |", "| ---: | ---: | ---: | ---: | ---: | --- |"]
    for row in rows:
        peak, bold = f"{row['peak'] / 1e6:.0f} MB", "**" if row["peak"] > row["allowed"] else ""
        told.append(
            f"| {row['clients']:,} | {row['hits']:,} | {bold}{peak}{bold} | {row['allowed'] / 1e6:.0f} MB"
            f" | {row['seconds']:.0f} | {row['answer']} |"
        )
    return "\n".join(told)


def counts(rows):
    told = ["| work | instructions a line | a byte | once, in millions |", "| --- | ---: | ---: | ---: |"]
    told += [f"| {row['title']} | {row['line']:.0f} | {row['byte']:.1f} | {row['once'] / 1e6:.0f} |" for row in rows]
    return "\n".join(told)


def write(root, results, size):
    """Writes docs/performance.md and docs/performance.svg."""
    docs = os.path.join(root, "docs")
    with open(os.path.join(os.path.dirname(__file__), "page.md"), encoding="utf-8") as source:
        text = source.read()
    versions = sorted({told["version"] for told in results.values() if isinstance(told, dict) and told.get("version")})
    filled = {
        "DATE": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "COMMAND": f"python3 benches/compare/run.py --install --write --size {size // 1_000_000}",
        "MACHINE": machine(),
        "LOAD": f"{os.getloadavg()[2]:.0f}",
        "PAIRS": str(max((told["pairs"] for told in results.values() if isinstance(told, dict)), default=0)),
        "VERSIONS": "; ".join(versions) or "none",
        "TABLE": table(results),
        "GROWTH": growth(results.get("growth", [])),
        "MEMORY": memory(results.get("memory", [])),
        "COUNTS": counts(results.get("counts", [])),
    }
    for part in ("growth", "memory", "counts"):
        if not results.get(part):
            before, _, rest = text.partition(f"<!-- {part} -->\n")
            text = before + rest.partition(f"<!-- /{part} -->\n\n")[2]
        text = text.replace(f"<!-- {part} -->\n", "").replace(f"<!-- /{part} -->\n", "")
    for name, value in filled.items():
        text = text.replace("{{" + name + "}}", value)
    with open(os.path.join(docs, "performance.md"), "w", encoding="utf-8") as out:
        out.write(text)
    if results.get("growth"):
        with open(os.path.join(docs, "performance.svg"), "w", encoding="utf-8") as out:
            out.write(curve(results["growth"]))
