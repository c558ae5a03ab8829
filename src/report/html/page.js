"use strict";
// Sorts and filters the tables of the page. Everything is there without it.
const words = document.body.dataset;

// What a cell is sorted by: a number where its column is one, else its text.
function key(row, column, isNumber) {
  const text = row.cells[column].textContent.trim();
  if (!isNumber) return text;
  const digits = text.split("/")[0].split("+")[0].replace(/[^0-9.,-]/g, "").replace(/,/g, "");
  return digits === "" ? -1 : Number(digits);
}

function sort(table, column, heading) {
  const down = heading.ariaSort === "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.ariaSort = down ? "descending" : "ascending";
  const isNumber = heading.classList.contains("num");
  const rows = Array.from(table.tBodies[0].rows, (row) => [key(row, column, isNumber), row]);
  const before = (a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0);
  rows.sort((a, b) => (down ? before(b, a) : before(a, b)));
  table.tBodies[0].append(...rows.map((pair) => pair[1]));
}

function filter(table, wanted, output) {
  const all = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of table.tBodies[0].rows) {
    const text = row.textContent.toLowerCase();
    const fits = all.every((word) => text.includes(word));
    row.classList.toggle("off", !fits);
    if (fits) shown += 1;
  }
  const rows = table.tBodies[0].rows.length;
  output.value = all.length === 0 ? "" : words.filtered.replace("{0}", shown).replace("{1}", rows);
}

for (const table of document.querySelectorAll("table.tools")) {
  for (const [column, heading] of Array.from(table.tHead.rows[0].cells).entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = words.sort + " " + heading.textContent;
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, column, heading));
    heading.append(button);
  }
  if (table.tBodies[0].rows.length < 6) continue;
  const tools = document.createElement("div");
  tools.className = "filter";
  const label = document.createElement("label");
  const input = document.createElement("input");
  const output = document.createElement("output");
  input.type = "search";
  input.spellcheck = false;
  label.append(words.filter + " ", input);
  tools.append(label, output);
  input.addEventListener("input", () => filter(table, input.value, output));
  table.parentElement.before(tools);
}

// A row that is filtered away is shown again when a link leads to it.
addEventListener("hashchange", () => {
  const row = document.getElementById(location.hash.slice(1));
  if (row && row.classList.contains("off")) {
    row.classList.remove("off");
    row.scrollIntoView();
  }
});
