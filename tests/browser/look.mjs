// Opens report.html of each named report in headless Chromium and holds it
// against what a page must do; what is wrong is told at the end.
//
//   node look.mjs FOLDER NAME…      reports lie in FOLDER/reports/NAME
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, ...names] = process.argv.slice(2);
const require = createRequire(folder + "/");
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

// What a report of any size keeps to.
const MOST_BYTES = 10e6;
const MOST_OPENING_MS = 3000;

// Of which reports pictures are kept.
const PICTURED = ["francetest", "francais", "silent-hours", "hostile", "million", "edge-origin"];

const wrong = [];
const check = (name, what, holds) => {
  if (!holds) wrong.push(`${name}: ${what}`);
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

// Opens a page that notes what it should not do.
async function open(name, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const own = pathToFileURL(`${folder}/reports/${name}/report.html`).href;
  page.on("request", (request) => {
    check(name, `asks for ${request.url().slice(0, 80)}`, request.url().split("#")[0] === own);
  });
  page.on("console", (message) => {
    check(name, `the console says ${message.text().slice(0, 200)}`, !["error", "warning"].includes(message.type()));
  });
  page.on("pageerror", (error) => check(name, `the script fails: ${error.message}`, false));
  page.on("dialog", (dialog) => {
    check(name, `a dialog: ${dialog.message()}`, false);
    dialog.dismiss();
  });
  // The best of three: a machine may be busy with something else.
  let took = Infinity;
  for (let time = 0; time < 3 && took > MOST_OPENING_MS / 2; time += 1) {
    const began = performance.now();
    await page.goto(own);
    took = Math.min(took, performance.now() - began);
  }
  return { page, context, took };
}

// The first cells of a column of the rows that are shown.
const column = (page, table, at) =>
  page.$$eval(
    `table:has(#${table}) tbody tr:not(.off)`,
    (rows, at) => rows.map((row) => row.cells[at].textContent.trim()),
    at,
  );

async function tables(name, page) {
  const id = await column(page, "evidence-t", 0).catch(() => []);
  if (id.length > 6) {
    const heading = page.locator("table:has(#evidence-t) thead th").first();
    await heading.locator("button").click();
    const up = await column(page, "evidence-t", 0);
    check(name, "a click does not sort by number", up.every((one, at) => at === 0 || up[at - 1] <= one));
    check(name, "the direction is not told", (await heading.getAttribute("aria-sort")) === "ascending");
    await heading.locator("button").press("Enter");
    const down = await column(page, "evidence-t", 0);
    check(name, "a key does not turn the order", down.join() === [...up].reverse().join());
    const bytes = page.locator("table:has(#evidence-t) thead th").nth(5);
    await bytes.locator("button").click();
    const sizes = (await column(page, "evidence-t", 5)).map((text) => Number(text.replace(/[^0-9]/g, "") || -1));
    check(name, "bytes are not sorted as numbers", sizes.every((size, at) => at === 0 || sizes[at - 1] <= size));
    const input = page.locator(".filter:has(+ .scroll #evidence-t) input");
    await input.fill(id[0]);
    check(name, "the filter shows other rows", await page.$$eval(
      "table:has(#evidence-t) tbody tr:not(.off)",
      (rows, id) => rows.length > 0 && rows.length < 9 && rows.every((row) => row.textContent.includes(id)),
      id[0],
    ));
    const told = await page.locator(".filter:has(+ .scroll #evidence-t) output").textContent();
    check(name, `the filter tells "${told}"`, told.includes(String(id.length)));
    // A link brings back what the filter had hidden.
    await page.evaluate((id) => (location.hash = id), id[1]);
    await page.waitForTimeout(50);
    check(name, "a link leads to a hidden row", await page.locator(`[id="${id[1]}"]`).isVisible());
    await input.fill("");
  }
  const links = await page.$$eval('a[href^="#"]', (all) => all.map((link) => link.getAttribute("href").slice(1)));
  const ids = new Set(await page.$$eval("[id]", (all) => all.map((one) => one.id)));
  check(name, "a link leads nowhere", links.every((link) => ids.has(link)));
  const evidence = page.locator('#who a.ev').first();
  if (await evidence.count()) {
    const href = await evidence.getAttribute("href");
    await evidence.click();
    await page.waitForTimeout(700);
    check(name, "an evidence link does not lead to its line", await page.locator(`[id="${href.slice(1)}"]`).isVisible());
  }
}

async function faults(name, page, where) {
  await page.evaluate(axe);
  // Rows of a table are all made alike: the first of them stand for the rest.
  const found = await page.evaluate(() =>
    window.axe.run({ exclude: [["tbody tr:nth-child(n+30)"]] }, { resultTypes: ["violations"] }),
  );
  for (const violation of found.violations) {
    const node = violation.nodes[0];
    const serious = ["serious", "critical"].includes(violation.impact);
    check(name, `axe, ${where}: ${violation.id} (${violation.nodes.length}), ${node.target}: ${node.failureSummary}`, !serious);
  }
}

async function print(name, page) {
  const path = `${folder}/prints/${name}.pdf`;
  await page.pdf({ path, preferCSSPageSize: true, printBackground: true });
  const text = execFileSync("pdftotext", ["-layout", path, "-"], { encoding: "utf8", maxBuffer: 1 << 28 });
  const headings = await page.$$eval("h2", (all) =>
    all.map((one) => {
      const words = one.cloneNode(true);
      words.querySelectorAll(".no, .tag").forEach((mark) => mark.remove());
      return words.textContent.trim();
    }),
  );
  for (const heading of headings) {
    check(name, `the print lacks "${heading}"`, text.replace(/\s+/g, " ").includes(heading.replace(/\s+/g, " ")));
  }
  const pages = (text.match(/\f/g) ?? []).length;
  const last = text.match(/(\d+) \/ (\d+)\s*\f\s*$/);
  check(name, `the last of ${pages} pages is not numbered`, last && last[1] === last[2] && Number(last[2]) === pages);
  // No cell is cut: every number of evidence on the page is in the print.
  const ids = await page.$$eval("#annex tbody tr[id^=EV-]", (all) => all.map((one) => one.id));
  const lost = ids.filter((id) => !text.includes(id));
  check(name, `the print lacks ${lost.length} of ${ids.length} numbers, such as ${lost[0]}`, lost.length === 0);
  // A table that goes on over a page has its head there too.
  const head = await page.$eval("table:has(#evidence-t) th:nth-child(4)", (one) => one.textContent).catch(() => "");
  const rows = (page) => (page.match(/^\s*EV-\d+ /gm) ?? []).length;
  const headless = text.split("\f").filter((page) => rows(page) > 4 && !page.includes(head));
  check(name, `${headless.length} pages of evidence have no head`, headless.length === 0);
  return pages;
}

mkdirSync(`${folder}/prints`, { recursive: true });
mkdirSync(`${folder}/pictures`, { recursive: true });

async function look(name) {
  const bytes = statSync(`${folder}/reports/${name}/report.html`).size;
  const { page, context, took } = await open(name);
  check(name, `${bytes} bytes are too many`, bytes < MOST_BYTES);
  check(name, `it opens in ${Math.round(took)} ms`, took < MOST_OPENING_MS);
  const sections = await page.locator("main > section").count();
  check(name, `it has ${sections} sections`, sections === 13);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(name, `it is ${wide} px too wide`, wide <= 0);
  const pages = await print(name, page);
  await tables(name, page);
  await faults(name, page, "light");
  if (PICTURED.includes(name)) {
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${folder}/pictures/${name}-1280.png`, fullPage: name !== "million" });
  }
  check(name, "something of a log ran", (await page.evaluate(() => window.ran)) === undefined);
  await context.close();
  if (PICTURED.includes(name)) {
    const dark = await open(name, { colorScheme: "dark", viewport: { width: 390, height: 844 } });
    const over = await dark.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    check(name, `it is ${over} px too wide for a telephone`, over <= 0);
    await faults(name, dark.page, "dark, narrow");
    await dark.page.screenshot({ path: `${folder}/pictures/${name}-390-dark.png`, fullPage: name !== "million" });
    await dark.context.close();
  }
  console.log(`${name}: ${bytes} bytes, ${Math.round(took)} ms, ${pages} pages`);
}

// The largest alone, because its opening is timed; then two at a time.
const left = [...names];
if (left.includes("million")) await look(left.pop());
const work = async () => {
  while (left.length > 0) await look(left.shift());
};
await Promise.all([work(), work()]);

// Everything is there to be read without script.
const still = await open(names[0], { javaScriptEnabled: false });
check(names[0], "without script sections are hidden", await still.page.locator("#annex table").first().isVisible());
check(names[0], "without script there are controls", (await still.page.locator("button, input").count()) === 0);

await browser.close();
for (const one of wrong) console.log(`WRONG ${one}`);
process.exit(wrong.length === 0 ? 0 : 1);
