/**
 * Reference picker (an ARIA combobox): types ask the server, the hidden input holds the chosen record. A text that
 * matches nothing chosen is sent as typed, so that the server can say what is wrong with it.
 */
import { headers, make, on, settled } from "./dom.js";

const asks = new WeakMap();
/** Fields in which somebody has typed what the list under them does not answer yet. */
const behind = new WeakSet();

export function startPicks() {
  on("input", ".sw-pick input[role=combobox]", (event, field) => {
    hidden(field).value = "";
    if (event.isTrusted) behind.add(field);
    if (!event.isComposing && event.isTrusted) askSoon(field);
  });
  on("compositionend", ".sw-pick input[role=combobox]", (_event, field) => askSoon(field));
  on("focusin", ".sw-pick input[role=combobox]", (_event, field) => field.select());
  on("keydown", ".sw-pick input[role=combobox]", onKey);
  on("pointerdown", ".sw-pick-list li[role=option]", (event, option) => {
    event.preventDefault();
    choose(option);
  });
  on("focusout", ".sw-pick", (event, pick) => {
    if (!pick.contains(event.relatedTarget)) close(pick.querySelector("[role=combobox]"));
  });
  on("change", ".sw-pick input[role=combobox]", (event, field) => {
    if (!event.isTrusted && field.value && !hidden(field).value) resolve(field);
  });
}

const pickOf = (field) => field.closest(".sw-pick");
const hidden = (field) => pickOf(field).querySelector("input[type=hidden]");
const listOf = (field) => pickOf(field).querySelector("[role=listbox]");
const options = (field) => [...listOf(field).querySelectorAll("[role=option]")];

const askSoon = settled((field) => ask(field), 140);

async function ask(field) {
  asks.get(field)?.abort();
  const cancel = new AbortController();
  asks.set(field, cancel);
  const asked = field.value.trim();
  const address = new URL(pickOf(field).dataset.swPick, location.href);
  address.searchParams.set("q", asked);
  try {
    const answer = await fetch(address, { headers: { ...headers(), "HX-Request": "true" }, signal: cancel.signal });
    if (!answer.ok) return behind.delete(field);
    listOf(field).innerHTML = await answer.text();
    if (field.value.trim() === asked) behind.delete(field);
  } catch {
    if (!cancel.signal.aborted) behind.delete(field);
    return;
  }
  options(field).forEach((option, index) => (option.id ||= `${listOf(field).id}-${index}`));
  open(field);
  mark(field, options(field)[0]);
}

/** A pasted text that names exactly one record is that record. */
async function resolve(field) {
  await ask(field);
  const [only, another] = options(field);
  const exact = options(field).filter((option) => option.dataset.label === field.value || option.dataset.code?.toUpperCase() === field.value.trim().toUpperCase());
  if (exact.length === 1) choose(exact[0], false);
  else if (only && !another) choose(only, false);
  close(field);
}

function open(field) {
  listOf(field).hidden = false;
  field.setAttribute("aria-expanded", "true");
}

function close(field) {
  if (!field) return;
  listOf(field).hidden = true;
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
}

function mark(field, option) {
  for (const other of options(field)) other.setAttribute("aria-selected", String(other === option));
  if (!option) return;
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

const marked = (field) => options(field).find((option) => option.getAttribute("aria-selected") === "true");

function choose(option, focus = true) {
  const field = option.closest(".sw-pick").querySelector("[role=combobox]");
  field.value = option.dataset.label ?? option.textContent.trim();
  hidden(field).value = option.dataset.value;
  close(field);
  if (focus) field.focus();
  const several = pickOf(field).previousElementSibling;
  if (several?.matches("[data-sw-picks]")) keep(several, field);
  hidden(field).dispatchEvent(new Event("change", { bubbles: true }));
}

/** Where several may be named, the chosen one becomes a ticked box and the picker is empty again. */
function keep(several, field) {
  const { name, value } = hidden(field);
  const known = [...several.querySelectorAll("input")].find((box) => box.value === value);
  if (known) known.checked = true;
  else several.append(make("label", { class: "sw-choice" }, make("input", { type: "checkbox", class: "sw-check", name, value, checked: "" }), make("span", {}, field.value)));
  field.value = "";
  hidden(field).value = "";
}

/** Who types fast is ahead of the list, which still answers a beginning of the text: nothing of it is chosen. */
const isBehind = (field) => behind.has(field) && !hidden(field).value && field.value.trim() !== "";

async function takeFirst(field) {
  askSoon.cancel();
  await ask(field);
  if (!behind.has(field) && marked(field)) choose(marked(field), document.activeElement === field);
}

function onKey(event, field) {
  if (event.isComposing || event.keyCode === 229) return;
  const isOpen = field.getAttribute("aria-expanded") === "true";
  if (event.key === "ArrowDown" && !isOpen && (event.altKey || !field.closest("[data-sw-lines]"))) {
    event.preventDefault();
    ask(field);
  } else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const all = options(field);
    const step = event.key === "ArrowDown" ? 1 : -1;
    mark(field, all[(all.indexOf(marked(field)) + step + all.length) % all.length]);
  } else if ((event.key === "Enter" || (isOpen && event.key === "Tab")) && isBehind(field)) {
    if (event.key === "Enter") event.preventDefault();
    takeFirst(field);
  } else if (isOpen && (event.key === "Enter" || event.key === "Tab") && marked(field) && field.value.trim()) {
    if (event.key === "Enter") event.preventDefault();
    choose(marked(field), event.key === "Enter");
  } else if (isOpen && event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    close(field);
  }
}
