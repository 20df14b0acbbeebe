/** Walking through a list: the row that has the focus is the current one. Space opens it beside the list. */
import { bind } from "./keyboard.js";
import { on, settled } from "./dom.js";
import { isPanelOpen, openPanel } from "./panel.js";

export function startList() {
  const here = { group: "list", when: () => Boolean(list()) };
  bind("j", "keys_next", () => step(1), here);
  bind("ArrowDown", "keys_next", () => inRow() && step(1), { ...here, when: () => Boolean(list() && inRow()) });
  bind("k", "keys_previous", () => step(-1), here);
  bind("ArrowUp", "keys_previous", () => inRow() && step(-1), { ...here, when: () => Boolean(list() && inRow()) });
  bind("x", "keys_select", () => current()?.querySelector("input[name=row]")?.click() ?? false, here);
  bind("Space", "keys_peek", peek, { ...here, when: () => Boolean(current()?.dataset.swPeek) });
  bind("Enter", "keys_open", open, { ...here, when: () => Boolean(current()) });
  bind("/", "keys_search", search);
  on("click", "[data-sw-row] a.sw-table-key", (_event, link) => remember(link.closest("[data-sw-row]")));
  on("focusin", "[data-sw-row]", (_event, row) => follow(row));
  document.addEventListener("sw:list", refresh);
  restore();
}

const list = () => document.querySelector("[data-sw-list]");
const rows = () => [...document.querySelectorAll("[data-sw-list] [data-sw-row]")];
const inRow = () => document.activeElement?.closest("[data-sw-row]");

/** The row that has the focus, or the one last focused in this list. */
export function current() {
  return inRow() ?? document.querySelector("[data-sw-row].is-active");
}

function step(direction) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(current());
  const next = at < 0 ? (direction > 0 ? 0 : all.length - 1) : at + direction;
  if (next < 0 || next >= all.length) return turnPage(direction);
  focusRow(all[next]);
}

function turnPage(direction) {
  const link = document.querySelector(`[data-sw-list] a[rel=${direction > 0 ? "next" : "prev"}]`);
  link?.focus();
}

export function focusRow(row) {
  (row.querySelector("a.sw-table-key") ?? row).focus({ preventScroll: true });
  const bar = 90;
  const box = row.getBoundingClientRect();
  if (box.top < bar || box.bottom > innerHeight - 20) row.scrollIntoView({ block: "center" });
}

function follow(row) {
  for (const other of document.querySelectorAll("[data-sw-row].is-active")) if (other !== row) other.classList.remove("is-active");
  row.classList.add("is-active");
  if (isPanelOpen() && row.dataset.swPeek) peekSoon(row);
}

const peekSoon = settled((row) => {
  const focused = document.activeElement;
  openPanel(row.dataset.swPeek).then(() => focused?.isConnected && focused.focus({ preventScroll: true }));
}, 160);

function peek() {
  const row = current();
  const focused = document.activeElement;
  openPanel(row.dataset.swPeek).then(() => focused?.isConnected && focused.focus({ preventScroll: true }));
}

function open(event) {
  if (event?.target instanceof Element && event.target.closest("a, button, input, summary")) return false;
  const row = current();
  remember(row);
  location.assign(row.dataset.swHref);
}

function search() {
  const field = document.querySelector("[data-sw-list-search]");
  if (field) {
    field.focus();
    field.select?.();
  } else document.querySelector("[data-sw-palette-open]")?.click();
}

function refresh() {
  const section = list();
  if (section?.matches("[hx-get]")) window.htmx?.trigger(section, "sw:list:again");
}

/** Coming back to a list, the row that was left is current again. */
const place = () => `sw-row:${location.pathname}${location.search}`;
function remember(row) {
  if (row) sessionStorage.setItem(place(), row.dataset.swRow);
}

function restore() {
  if (performance.getEntriesByType("navigation")[0]?.type !== "back_forward") return;
  const id = sessionStorage.getItem(place());
  const row = id && rows().find((candidate) => candidate.dataset.swRow === id);
  if (row) focusRow(row);
}
