/**
 * The line grid of an order: a Django formset as a sheet. Enter goes down (and adds a line at the end), arrows walk,
 * a block copied from Excel fills rows, Ctrl+Backspace removes a line, Ctrl+D repeats the field above.
 * Sums always come from the server, so that no second arithmetic exists.
 */
import htmx from "htmx.org";
import { headers, make, mount, on, settled } from "./dom.js";

/** What asks for the sums of a grid when nothing has been typed for a moment. */
const soon = new WeakMap();

export function startLines() {
  mount("[data-sw-lines]", (grid) => {
    const sums = settled(() => askSums(grid), 300);
    soon.set(grid, sums);
    grid.addEventListener("input", sums);
    grid.addEventListener("change", sums);
    grid.addEventListener("sw:lines", sums);
    grid.addEventListener("keydown", (event) => onKey(event, grid));
    grid.addEventListener("paste", (event) => onPaste(event, grid));
  });
  mount("[data-sw-taken]", showTaken);
  // What stands above the lines moves their prices too: the customer, the currency.
  on("change", "form:has(#sum__note)", (event, form) => {
    const grid = form.querySelector("[data-sw-lines]");
    if (grid && !event.target.closest("[data-sw-lines]")) soon.get(grid)?.();
  });
  on("click", "[data-sw-line-remove]", (_event, button) => remove(button.closest("[data-sw-line]")));
  on("click", "[data-sw-line-add]", (_event, button) => {
    const grid = document.getElementById(button.dataset.swLineAdd);
    fields(addLine(grid))[0]?.focus();
  });
}

/**
 * What the server would take in place of empty entries, shown within them: nothing is filled in, so that it goes on
 * following what it is taken from.
 */
function showTaken(told) {
  const taken = JSON.parse(told.dataset.swTaken);
  for (const field of told.closest("form")?.elements ?? []) {
    const name = field.matches("[role=combobox]") ? field.name.replace(/_text$/, "") : field.name;
    if (field.matches("select")) {
      const blank = [...field.options].find((option) => !option.value);
      const meant = [...field.options].find((option) => option.value && option.value === taken[name]);
      if (blank?.textContent.startsWith("—")) blank.textContent = meant ? `— (${meant.textContent})` : "—";
    } else if (field.matches("input:not([type=hidden]):not([type=checkbox]):not([type=file]), textarea")) {
      field.dataset.swBlank ??= field.placeholder;
      field.placeholder = taken[name] ?? field.dataset.swBlank;
    }
  }
}

const lines = (grid) => [...grid.querySelectorAll("[data-sw-line]:not(.is-gone)")];
const fields = (line) => [...line.querySelectorAll("input:not([type=hidden]):not([type=checkbox]), select, textarea")];
const gridOf = (line) => line.closest("[data-sw-lines]");
const management = (grid, name) => grid.closest("form").querySelector(`[name="${grid.dataset.swLines}-${name}"]`);

const asking = new WeakSet();
const askAgain = new WeakSet();

/** One question at a time; what changed meanwhile is asked once more afterwards, so that the last answer is the true one. */
async function askSums(grid) {
  const url = grid.dataset.swSums;
  if (!url || !grid.isConnected) return;
  if (asking.has(grid)) return askAgain.add(grid);
  asking.add(grid);
  try {
    await htmx.ajax("POST", url, { source: grid, swap: "none" });
  } finally {
    asking.delete(grid);
    if (askAgain.delete(grid)) askSums(grid);
  }
}

/** Append an empty line from the grid's template; indices follow the formset's TOTAL_FORMS. */
export function addLine(grid) {
  const total = management(grid, "TOTAL_FORMS");
  const body = grid.tBodies[0];
  const holder = document.createElement("template");
  holder.innerHTML = grid.querySelector("[data-sw-line-template]").innerHTML.replaceAll("__prefix__", total.value);
  const line = holder.content.querySelector("[data-sw-line]");
  body.append(line);
  total.value = String(Number(total.value) + 1);
  renumber(grid);
  htmx.process(line);
  return line;
}

function remove(line) {
  const grid = gridOf(line);
  const all = lines(grid);
  const next = all[all.indexOf(line) + 1] ?? all[all.indexOf(line) - 1];
  const flag = line.querySelector("input[name$='-DELETE']");
  if (flag) {
    flag.type === "checkbox" ? (flag.checked = true) : (flag.value = "on");
    line.classList.add("is-gone");
  } else line.remove();
  renumber(grid);
  (next ? fields(next)[0] : null)?.focus();
  grid.dispatchEvent(new Event("sw:lines"));
  grid.dispatchEvent(new Event("input", { bubbles: true }));
}

function renumber(grid) {
  lines(grid).forEach((line, index) => {
    const place = line.querySelector("[data-sw-line-number]");
    if (place) place.textContent = String(index + 1);
  });
}

function onKey(event, grid) {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  const line = event.target.closest("[data-sw-line]");
  if (!line || !fields(line).includes(event.target)) return;
  if (event.target.getAttribute("aria-expanded") === "true") return;
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "Enter" && !command && !event.target.matches("textarea")) move(event, grid, line, event.shiftKey ? -1 : 1, true);
  else if (event.key === "ArrowDown" && !event.target.matches("select")) move(event, grid, line, 1, false);
  else if (event.key === "ArrowUp" && !event.target.matches("select")) move(event, grid, line, -1, false);
  else if (command && event.key === "Backspace") {
    event.preventDefault();
    remove(line);
  } else if (command && event.key.toLowerCase() === "d") repeat(event, grid, line);
}

function move(event, grid, line, step, mayAdd) {
  event.preventDefault();
  const column = fields(line).indexOf(event.target);
  const all = lines(grid);
  const next = all[all.indexOf(line) + step] ?? (mayAdd && step > 0 ? addLine(grid) : null);
  const field = next && fields(next)[column];
  field?.focus();
  field?.select?.();
}

function repeat(event, grid, line) {
  event.preventDefault();
  const all = lines(grid);
  const above = all[all.indexOf(line) - 1];
  const column = fields(line).indexOf(event.target);
  if (above) fill(event.target, fields(above)[column]);
}

function fill(field, source) {
  field.value = source.value;
  const [from, to] = [source, field].map((each) => each.closest(".sw-pick")?.querySelector("input[type=hidden]"));
  if (from && to) to.value = from.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * A block of cells, from the focused field right and down. The server reads it: a row that names the columns, products
 * by code or name, amounts and days as people write them; what it can't read stays as it was written, with the reason.
 * Without the server the cells go in as they are.
 */
async function onPaste(event, grid) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
  const line = event.target.closest("[data-sw-line]");
  if (!line) return;
  event.preventDefault();
  const column = fields(line).indexOf(event.target);
  const read = await askRows(grid, text, fields(line).slice(column).map(nameOf));
  if (read) putRows(grid, line, read);
  else putCells(grid, line, column, text);
  grid.dispatchEvent(new Event("sw:lines"));
  grid.dispatchEvent(new Event("input", { bubbles: true }));
}

/** The input of a line that a field fills: "lines-2-product_text" is its product. */
const nameOf = (field) => field.name.split("-").slice(2).join("-").replace(/_text$/, "");

async function askRows(grid, text, names) {
  if (!grid.dataset.swPaste) return null;
  grid.setAttribute("aria-busy", "true");
  try {
    const body = new URLSearchParams({ lines: grid.dataset.swLines, text, from: names.join(",") });
    const answer = await fetch(grid.dataset.swPaste, { method: "POST", body, headers: headers() });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  } finally {
    grid.removeAttribute("aria-busy");
  }
}

function putRows(grid, line, read) {
  let at = lines(grid).indexOf(line);
  for (const row of read.rows) {
    const target = lines(grid)[at] ?? addLine(grid);
    target.querySelectorAll("[data-sw-unread]").forEach((said) => said.remove());
    for (const field of fields(target)) {
      const cell = row.fields[nameOf(field)];
      if (cell) fillRead(field, cell);
    }
    for (const said of row.said) target.lastElementChild.append(make("div", { class: "sw-field-error", "data-sw-unread": "" }, make("span", {}, said)));
    at += 1;
  }
  const told = grid.parentElement.querySelector("[data-sw-pasted]");
  if (told) {
    told.textContent = read.said;
    told.hidden = false;
  }
}

function fillRead(field, cell) {
  const key = field.closest(".sw-pick")?.querySelector("input[type=hidden]");
  if (key) {
    field.value = cell.label;
    key.value = cell.value;
    return;
  }
  // A browser's field for days shows nothing but days, and what was not read must stay to be seen.
  if (field.type === "date" && !/^\d{4}-\d\d-\d\d$/.test(cell.value)) field.type = "text";
  field.value = cell.value;
}

function putCells(grid, line, column, text) {
  const table = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((row) => row.split("\t"));
  let at = lines(grid).indexOf(line);
  for (const row of table) {
    const target = lines(grid)[at] ?? addLine(grid);
    row.forEach((value, index) => put(fields(target)[column + index], value.trim()));
    at += 1;
  }
}

function put(field, value) {
  if (!field) return;
  if (field.matches("select")) {
    const option = [...field.options].find((each) => each.textContent.trim() === value || each.value === value);
    if (option) field.value = option.value;
  } else field.value = field.matches(".sw-num") ? value.replace(/[,\s]/g, "") : value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
