/**
 * The line grid of an order: a Django formset as a sheet. Enter goes down (and adds a line at the end), arrows walk,
 * a block copied from Excel fills rows, Ctrl+Backspace removes a line, Ctrl+D repeats the field above.
 * Sums always come from the server, so that no second arithmetic exists.
 */
import htmx from "htmx.org";
import { mount, on, settled } from "./dom.js";

export function startLines() {
  mount("[data-sw-lines]", (grid) => {
    const sums = settled(() => askSums(grid), 300);
    grid.addEventListener("input", sums);
    grid.addEventListener("change", sums);
    grid.addEventListener("sw:lines", sums);
    grid.addEventListener("keydown", (event) => onKey(event, grid));
    grid.addEventListener("paste", (event) => onPaste(event, grid));
  });
  on("click", "[data-sw-line-remove]", (_event, button) => remove(button.closest("[data-sw-line]")));
  on("click", "[data-sw-line-add]", (_event, button) => {
    const grid = document.getElementById(button.dataset.swLineAdd);
    fields(addLine(grid))[0]?.focus();
  });
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

/** A block of cells: rows by line breaks, columns by tabs, from the focused field right and down. */
function onPaste(event, grid) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!/[\t\n]/.test(text.replace(/\r?\n$/, ""))) return;
  const line = event.target.closest("[data-sw-line]");
  if (!line) return;
  event.preventDefault();
  const table = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n").map((row) => row.split("\t"));
  const column = fields(line).indexOf(event.target);
  let at = lines(grid).indexOf(line);
  for (const row of table) {
    const target = lines(grid)[at] ?? addLine(grid);
    row.forEach((value, index) => put(fields(target)[column + index], value.trim()));
    at += 1;
  }
  grid.dispatchEvent(new Event("sw:lines"));
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
