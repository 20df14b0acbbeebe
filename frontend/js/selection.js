/** Selecting rows, and the bar that says how many, how much, and which action fits how many of them. */
import { bind } from "./keyboard.js";
import { language, mount, on, word } from "./dom.js";

let last = null;

export function startSelection() {
  on("click", "input[name=row]", (event, box) => {
    if (event.shiftKey && last?.isConnected) range(last, box);
    last = box;
    update();
  });
  on("change", "[data-sw-select-all]", (_event, box) => {
    for (const other of boxes()) other.checked = box.checked;
    update();
  });
  on("click", "[data-sw-bulk-clear]", clear);
  on("click", "[data-sw-bulk-all]", chooseAll);
  bind("Escape", "keys_clear", clear, { group: "list", when: () => checked().length > 0 });
  mount("[data-sw-list]", update);
  document.addEventListener("htmx:after:swap", update);
  addEventListener("pageshow", update);
}

const boxes = () => [...document.querySelectorAll("[data-sw-list] input[name=row]")];
const checked = () => boxes().filter((box) => box.checked);
const bar = () => document.querySelector("[data-sw-bulk]");

function range(from, to) {
  const all = boxes();
  const [start, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  for (const box of all.slice(start, end + 1)) box.checked = to.checked;
}

function clear() {
  for (const box of boxes()) box.checked = false;
  update();
}

function update() {
  const chosen = checked();
  const all = boxes();
  for (const box of all) {
    const row = box.closest("[data-sw-row]");
    if (box.checked) row.setAttribute("aria-selected", "true");
    else row.removeAttribute("aria-selected");
  }
  const head = document.querySelector("[data-sw-select-all]");
  if (head) {
    head.checked = chosen.length > 0 && chosen.length === all.length;
    head.indeterminate = chosen.length > 0 && chosen.length < all.length;
  }
  if (bar()) describe(bar(), chosen, all.length);
}

function describe(form, chosen, shown) {
  form.hidden = chosen.length === 0;
  setWhole(form, false);
  if (!chosen.length) return;
  const rows = chosen.map((box) => box.closest("[data-sw-row]"));
  form.querySelector("[data-sw-bulk-count]").textContent = word("chosen", { count: number(chosen.length) });
  const sum = form.querySelector("[data-sw-bulk-sum]");
  if (sum) sum.textContent = sums(rows);
  for (const button of form.querySelectorAll("[data-sw-fits]")) fit(button, rows);
  const whole = form.querySelector("[data-sw-bulk-all]");
  if (whole) whole.hidden = chosen.length < shown || form.dataset.swBulkTotal === String(shown) || !form.dataset.swBulkTotal;
}

/** "1 / 3": the action fits one of the three chosen rows; none makes the button idle. */
function fit(button, rows) {
  const verb = button.dataset.swFits;
  const fitting = verb ? rows.filter((row) => (row.dataset.swFits ?? "").split(" ").includes(verb)).length : rows.length;
  const label = button.querySelector(".sw-bulk-fits");
  if (label) label.textContent = fitting === rows.length ? "" : `${number(fitting)} / ${number(rows.length)}`;
  button.disabled = fitting === 0;
}

/** The whole filter, not only the page: the hidden field says so to the server. */
function chooseAll(_event, button) {
  const form = button.closest("form");
  setWhole(form, true);
  form.querySelector("[data-sw-bulk-count]").textContent = word("chosen_all", { count: number(form.dataset.swBulkTotal) });
  const sum = form.querySelector("[data-sw-bulk-sum]");
  if (sum) sum.textContent = "";
  button.hidden = true;
}

function setWhole(form, whole) {
  const field = form.querySelector("input[name=all]");
  if (field) field.value = whole ? "1" : "";
}

const number = (value) => new Intl.NumberFormat(language()).format(value);

/** Sums are exact: decimals are added as integers of their smallest part, and never across currencies. */
function sums(rows) {
  const totals = new Map();
  for (const row of rows) {
    const amount = row.dataset.swAmount;
    if (!/^-?\d+(\.\d+)?$/.test(amount ?? "")) continue;
    const currency = row.dataset.swCurrency ?? "";
    totals.set(currency, add(totals.get(currency) ?? { units: 0n, digits: 0 }, amount));
  }
  return [...totals].map(([currency, total]) => `${currency}\u00a0${format(total)}`.trim()).join("　");
}

function add(total, amount) {
  const [whole, part = ""] = amount.split(".");
  const digits = Math.max(total.digits, part.length);
  const scaled = BigInt(whole + part.padEnd(digits, "0"));
  return { units: total.units * 10n ** BigInt(digits - total.digits) + scaled, digits };
}

function format({ units, digits }) {
  const sign = units < 0n ? "\u2212" : "";
  const text = String(units < 0n ? -units : units).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const part = text.slice(text.length - digits);
  const tail = /^0*$/.test(part) ? "" : `.${part}`;
  return sign + new Intl.NumberFormat(language()).format(BigInt(whole)) + tail;
}
