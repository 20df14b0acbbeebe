/** Editing one field in place. Enter saves, Esc restores, the saved field blinks once, a refused one rolls back visibly. */
import htmx from "htmx.org";
import { bind } from "./keyboard.js";
import { make, on } from "./dom.js";
import { current } from "./list.js";

const before = new WeakMap();

export function startCells() {
  on("dblclick", "[data-sw-edit]", (_event, cell) => open(cell));
  on("keydown", "[data-sw-edit]", onCellKey);
  on("keydown", ".sw-cell-form", onFormKey);
  on("focusout", ".sw-cell-form", onLeave);
  bind("e", "keys_edit", () => open(current().querySelector("[data-sw-edit]")), {
    group: "list",
    when: () => Boolean(current()?.querySelector("[data-sw-edit]")),
  });
  document.addEventListener("htmx:before:request", showAtOnce);
  document.addEventListener("htmx:after:request", rollBackWhenRefused);
  document.addEventListener("htmx:error", rollBackWhenRefused);
  document.addEventListener("htmx:after:swap", settle);
}

async function open(cell) {
  if (!cell || cell.querySelector(".sw-cell-form")) return;
  before.set(cell, [...cell.childNodes].map((node) => node.cloneNode(true)));
  await htmx.ajax("GET", cell.dataset.swEdit, { source: cell, target: cell, swap: "innerHTML" });
  const field = cell.querySelector("input:not([type=hidden]), select, textarea");
  field?.focus();
  if (field?.matches("input:not([type=date])")) field.select?.();
}

function restore(cell, focus = true) {
  const nodes = before.get(cell);
  if (!nodes) return;
  before.delete(cell);
  cell.replaceChildren(...nodes);
  htmx.process(cell);
  if (focus) (cell.matches("[tabindex]") ? cell : cell.closest("[data-sw-row]")?.querySelector("a.sw-table-key"))?.focus({ preventScroll: true });
}

function onCellKey(event, cell) {
  if (event.target !== cell || (event.key !== "Enter" && event.key !== "F2")) return;
  event.preventDefault();
  open(cell);
}

function onFormKey(event, form) {
  if (event.isComposing || event.keyCode === 229) return;
  const cell = form.closest("[data-sw-edit]");
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    restore(cell);
  } else if (event.key === "Enter" && !(event.target.matches("textarea") && !event.ctrlKey && !event.metaKey)) {
    if (event.target.getAttribute("aria-expanded") === "true") return;
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === "Tab") {
    const next = neighbour(cell, event.shiftKey ? -1 : 1);
    if (!next) return;
    event.preventDefault();
    isChanged(form) ? form.requestSubmit() : restore(cell, false);
    open(next);
  }
}

function neighbour(cell, step) {
  const all = [...(cell.closest("[data-sw-row], .sw-facts")?.querySelectorAll("[data-sw-edit]") ?? [])];
  return all[all.indexOf(cell) + step];
}

const isChanged = (form) => [...form.elements].some((field) => (field.type === "checkbox" ? field.checked !== field.defaultChecked : field.matches("select") ? !field.selectedOptions[0]?.defaultSelected : field.type !== "hidden" && field.value !== field.defaultValue));

/** Leaving the field saves a change and forgets an unchanged form. A form that is being taken away is left too: it has nothing to save. */
function onLeave(event, form) {
  const cell = form.closest("[data-sw-edit]");
  if (form.contains(event.relatedTarget) || form.hidden || !before.has(cell)) return;
  if (isChanged(form)) form.requestSubmit();
  else restore(cell, false);
}

const cellOf = (ctx) => (ctx?.sourceElement?.matches?.(".sw-cell-form") ? ctx.sourceElement.closest("[data-sw-edit]") : null);

/** The new value stands there at once, paler, until the server has agreed. */
function showAtOnce(event) {
  const cell = cellOf(event.detail.ctx);
  if (!cell) return;
  const field = cell.querySelector("input:not([type=hidden]), select, textarea");
  const text = field?.matches("select") ? field.selectedOptions[0]?.textContent : field?.value;
  cell.querySelector(".sw-cell-form").hidden = true;
  cell.append(make("span", { class: "is-waiting" }, text ?? ""));
}

function rollBackWhenRefused(event) {
  const { ctx } = event.detail;
  const cell = cellOf(ctx);
  if (!cell || (ctx.response?.status ?? 599) < 400) return;
  if (ctx.response?.status === 422 && !ctx.hx?.retarget) {
    cell.querySelector(":scope > .is-waiting")?.remove();
    cell.querySelector(".sw-cell-form").hidden = false;
    return;
  }
  restore(cell);
  blink(cell, "is-refused");
}

function settle(event) {
  const { ctx } = event.detail;
  const cell = ctx.target instanceof Element ? ctx.target.closest("[data-sw-edit]") : null;
  if (!cell || ctx.request.method === "GET" || (ctx.response?.status ?? 200) >= 400) return;
  before.delete(cell);
  blink(cell, "is-saved");
  if (document.activeElement === document.body) (cell.matches("[tabindex]") ? cell : cell.closest("[data-sw-row]")?.querySelector("a.sw-table-key"))?.focus({ preventScroll: true });
}

export function blink(element, name) {
  element.classList.remove(name);
  void element.offsetWidth;
  element.classList.add(name);
  element.addEventListener("animationend", () => element.classList.remove(name), { once: true });
}
