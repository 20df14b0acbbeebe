/** The command palette: records, actions and clauses, from the server; what this page can do itself, from the page. */
import htmx from "htmx.org";
import { bind, labelOf, pageKeys } from "./keyboard.js";
import { make, on, settled, word } from "./dom.js";

/** The text that was asked for, the one whose answer is shown, and whether its first hit is to be opened. */
let asked = "";
let answered = "";
let opens = false;
const askSoon = settled(() => ask(), 120);

export function startPalette() {
  if (!palette()) return;
  bind("Ctrl+K", "keys_palette", () => open(), { typing: true });
  on("click", "[data-sw-palette-open]", (_event, button) => open(button.dataset.swPaletteOpen));
  const field = input();
  field.addEventListener("input", (event) => {
    opens = false;
    if (!event.isComposing) askSoon();
  });
  field.addEventListener("compositionend", askSoon);
  field.addEventListener("keydown", onKey);
  on("click", ".sw-palette-item", onChoose);
  on("pointermove", ".sw-palette-item", (_event, item) => select(item));
  document.addEventListener("htmx:after:swap", (event) => {
    if (event.detail.ctx.target === results()) arrange();
  });
}

const palette = () => document.getElementById("sw-palette");
const input = () => palette().querySelector("input");
const results = () => document.getElementById("sw-palette-results");
const text = () => input().value.trim();
const items = () => [...palette().querySelectorAll(".sw-palette-item")];
const selected = () => palette().querySelector(".sw-palette-item[aria-selected=true]");

function open(begun = "") {
  if (palette().open) return palette().close();
  if (document.querySelector("dialog:modal")) return false;
  palette().showModal();
  input().value = begun;
  input().focus();
  ask();
}

/** The answer of the last text wins: its question takes the place of the one before (hx-sync at the field). */
function ask() {
  askSoon.cancel();
  asked = text();
  htmx.ajax("GET", input().dataset.swFind, { source: input(), target: "#sw-palette-results", swap: "innerHTML", values: { q: asked } });
}

/** Put what this page can do itself after the records, but before the making of others; then select the first hit. */
function arrange() {
  answered = asked;
  const query = answered.toLowerCase().replace(/^>\s*/, "");
  const onlyActions = answered.startsWith(">");
  const here = [...pageVerbs(), ...pageKeys()].filter((one, place, all) => all.findIndex(({ element }) => element === one.element) === place && fits(one, query));
  if (here.length && (onlyActions || !query || query.length > 1)) {
    results().querySelector(".sw-palette-none")?.remove();
    results()[onlyActions ? "prepend" : "append"](group(here.slice(0, onlyActions ? 20 : 5)));
  }
  items().forEach((item, index) => (item.id ||= `sw-palette-${index}`));
  select(items()[0]);
  if (opens && answered === text()) selected()?.click();
  opens = false;
}

/** The verbs of the record that this page shows, those behind the dots too. */
function pageVerbs() {
  return [...document.querySelectorAll("[data-sw-verb]")]
    .filter((element) => !element.disabled && !element.closest("dialog, #sw-panel"))
    .map((element) => ({ key: element.dataset.swKey ?? "", verb: element.dataset.swVerb.replaceAll("_", " "), label: labelOf(element), element }));
}

/** By the words on the button, in the reader's language, or by the verb as programs call it. */
const fits = ({ label, verb = "" }, query) => Boolean(label) && (label.toLowerCase().includes(query) || verb.includes(query));

function group(commands) {
  const list = make("ul", { role: "listbox", "aria-label": word("keys_page") });
  for (const { key, label, verb, element } of commands) {
    const item = make("li", { class: "sw-palette-item", role: "option", "aria-selected": "false" }, make("span", {}, label));
    if (key) item.append(make("kbd", { class: "sw-kbd sw-palette-code" }, key.toUpperCase()));
    else if (verb) item.append(make("span", { class: "sw-palette-code" }, verb));
    item.addEventListener("click", () => {
      palette().close();
      element.click();
    });
    list.append(item);
  }
  return make("section", {}, make("h3", {}, word("keys_page")), list);
}

function select(item) {
  if (!item || item === selected()) return;
  selected()?.setAttribute("aria-selected", "false");
  item.setAttribute("aria-selected", "true");
  input().setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

function onKey(event) {
  if (event.isComposing || event.keyCode === 229) return;
  const all = items();
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    select(all[(all.indexOf(selected()) + step + all.length) % all.length]);
  } else if (event.key === "Enter" && answered !== text()) {
    event.preventDefault();
    ask();
    opens = true;
  } else if (event.key === "Enter" && selected()) {
    event.preventDefault();
    const link = selected().matches("a") ? selected() : selected().querySelector("a");
    if ((event.ctrlKey || event.metaKey) && link) window.open(link.href, "_blank", "noopener");
    else selected().click();
  } else if (event.ctrlKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    palette().close();
  }
}

function onChoose(event, item) {
  if (event.ctrlKey || event.metaKey) return;
  palette().close();
  if (!item.matches("a") && event.target === item) item.querySelector("a")?.click();
}
