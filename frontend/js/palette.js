/** The command palette: records, actions and clauses, from the server; the keys of this page, from the page. */
import htmx from "htmx.org";
import { bind, pageKeys } from "./keyboard.js";
import { make, on, settled, word } from "./dom.js";

export function startPalette() {
  if (!palette()) return;
  bind("Ctrl+K", "keys_palette", () => open(), { typing: true });
  on("click", "[data-sw-palette-open]", (_event, button) => open(button.dataset.swPaletteOpen));
  const field = input();
  const askSoon = settled(ask, 120);
  field.addEventListener("input", (event) => event.isComposing || askSoon());
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
const items = () => [...palette().querySelectorAll(".sw-palette-item")];
const selected = () => palette().querySelector(".sw-palette-item[aria-selected=true]");

function open(text = "") {
  if (palette().open) return palette().close();
  if (document.querySelector("dialog:modal")) return false;
  palette().showModal();
  input().value = text;
  input().focus();
  ask();
}

function ask() {
  htmx.ajax("GET", input().dataset.swFind, { source: input(), target: "#sw-palette-results", swap: "innerHTML", values: { q: input().value.trim() } });
}

/** Put what this page can do itself after the records, then select the first hit. */
function arrange() {
  const query = input().value.trim().replace(/^>\s*/, "").toLowerCase();
  const onlyActions = input().value.trim().startsWith(">");
  const here = pageKeys().filter(({ label }) => label && label.toLowerCase().includes(query));
  if (here.length && (onlyActions || !query || query.length > 1)) results().append(group(here.slice(0, onlyActions ? 20 : 5)));
  items().forEach((item, index) => (item.id ||= `sw-palette-${index}`));
  select(items()[0]);
}

function group(commands) {
  const list = make("ul", { role: "listbox", "aria-label": word("keys_page") });
  for (const { key, label, element } of commands) {
    const item = make("li", { class: "sw-palette-item", role: "option", "aria-selected": "false" }, make("span", {}, label));
    item.append(make("kbd", { class: "sw-kbd sw-palette-code" }, key.toUpperCase()));
    item.addEventListener("click", () => element.click());
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
