/**
 * @ names a colleague: after it the people whose name begins so, to be taken with the arrows, Enter or Tab. Without the
 * script the name is simply typed out; the server reads it either way.
 */
import { headers, make, on, settled } from "./dom.js";

const WRITTEN = /(?:^|[\s\u3000-\u303f\uff00-\uffef]|[^\w.])[@\uff20]([^\s@\uff20]{1,20})$/;
const LONGEST = 8;
let shown = null;

export function startMentions() {
  on("input", "textarea[data-sw-mention]", (event, area) => !event.isComposing && look(area));
  on("compositionend", "textarea[data-sw-mention]", (_event, area) => look(area));
  on("keydown", "textarea[data-sw-mention]", onKey);
  on("focusout", "textarea[data-sw-mention]", () => setTimeout(hide, 150));
  on("pointerdown", ".sw-mentions li[role=option]", (event, option) => {
    event.preventDefault();
    take(option);
  });
}

const begun = (area) => area.value.slice(0, area.selectionStart).match(WRITTEN)?.[1];

const look = settled(async (area) => {
  const text = begun(area);
  if (!text) return hide();
  const address = new URL(area.dataset.swMention, location.href);
  address.searchParams.set("q", text);
  const answer = await fetch(address, { headers: { ...headers(), "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || begun(area) !== text) return hide();
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  const options = [...holder.content.querySelectorAll("[role=option]")].slice(0, LONGEST);
  options.length ? show(area, options) : hide();
}, 140);

function show(area, options) {
  hide();
  const list = make("ul", { class: "sw-pick-list sw-mentions", role: "listbox", id: "sw-mentions" }, ...options);
  options.forEach((option, index) => (option.id = `sw-mentions-${index}`));
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  shown = { area, list };
  mark(options[0]);
}

function hide() {
  if (!shown) return;
  shown.list.remove();
  shown.area.removeAttribute("aria-activedescendant");
  shown.area.removeAttribute("aria-controls");
  shown = null;
}

const all = () => [...shown.list.children];
const marked = () => all().find((option) => option.getAttribute("aria-selected") === "true");

function mark(option) {
  for (const other of all()) other.setAttribute("aria-selected", String(other === option));
  shown.area.setAttribute("aria-activedescendant", option.id);
}

function take(option) {
  const { area } = shown;
  const [before, after] = [area.value.slice(0, area.selectionStart), area.value.slice(area.selectionStart)];
  const named = `${before.slice(0, before.length - begun(area).length)}${option.dataset.label} `;
  area.value = named + after;
  area.setSelectionRange(named.length, named.length);
  hide();
}

function onKey(event, area) {
  if (!shown || shown.area !== area || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const options = all();
    mark(options[(options.indexOf(marked()) + step + options.length) % options.length]);
  } else if (event.key === "Enter" || event.key === "Tab") take(marked());
  else if (event.key === "Escape") {
    event.stopPropagation();
    hide();
  } else return;
  event.preventDefault();
}
