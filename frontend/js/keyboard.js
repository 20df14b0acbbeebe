/**
 * The keyboard map. A page states its keys by data-sw-key on the button or link itself; modules bind the rest here.
 * Nothing fires while typing, while an input method composes, or behind an open dialog (save what says so).
 */
import { isTyping, isUsable, make, word } from "./dom.js";

const bindings = [];
const CHORD_MILLISECONDS = 1500;
let chord = 0;

/** Bind `key` ("j", "Escape", "Ctrl+K") to `run`; it may return false to pass the key on. */
export function bind(key, label, run, { group = "everywhere", when = () => true, typing = false, dialogs = false } = {}) {
  bindings.push({ key, label, run, group, when, typing, dialogs });
}

export function startKeyboard() {
  document.addEventListener("keydown", onKey);
  bind("?", "keys_help", showKeys);
  bind("Ctrl+Enter", "keys_submit", submitForm, { typing: true, dialogs: true, when: () => Boolean(document.activeElement?.form) });
}

/** "Ctrl+Shift+S", "j", "?": what was pressed, in the notation of data-sw-key. */
function nameOf(event) {
  const key = event.key === " " ? "Space" : event.key;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (key.length > 1 || (key >= "A" && key <= "Z"))) parts.push("Shift");
  parts.push(key.length === 1 ? key.toLowerCase() : key);
  return parts.join("+");
}

const same = (one, other) => one.toLowerCase() === other.toLowerCase();
const topDialog = () => [...document.querySelectorAll("dialog:modal")].at(-1);

function onKey(event) {
  if (event.defaultPrevented || event.key === "Process" || event.key === "Unidentified") return;
  const pressed = nameOf(event);
  const typing = isTyping(event);
  if (typing && event.isComposing) return;
  if (chord && performance.now() - chord < CHORD_MILLISECONDS && !typing) {
    chord = 0;
    if (go(event.key.toLowerCase())) event.preventDefault();
    return;
  }
  if (pressed === "g" && !typing && !topDialog()) {
    chord = performance.now();
    return;
  }
  if (runBinding(pressed, typing, event) || clickKey(pressed, typing)) event.preventDefault();
}

function runBinding(pressed, typing, event) {
  const inDialog = Boolean(topDialog());
  for (const binding of bindings) {
    if (inDialog && !binding.dialogs) continue;
    if (!same(binding.key, pressed) || (typing && !binding.typing) || !binding.when(event)) continue;
    if (binding.run(event) !== false) return true;
  }
  return false;
}

/** The usable element of this page (or of the open dialog) that claims the key. "c" is a second name of "n". */
function clickKey(pressed, typing) {
  if (typing && !pressed.startsWith("Ctrl+")) return false;
  const root = topDialog() ?? document;
  const claims = [...root.querySelectorAll("[data-sw-key]")].filter(isUsable);
  const find = (key) => claims.find((element) => same(element.dataset.swKey, key));
  const element = find(pressed) ?? (pressed === "c" ? find("n") : null);
  if (!element) return false;
  element.focus({ preventScroll: true });
  element.click();
  return true;
}

function go(letter) {
  const link = [...document.querySelectorAll("a[data-sw-go]")].find((element) => element.dataset.swGo.toLowerCase() === letter);
  link?.click();
  return Boolean(link);
}

function submitForm() {
  document.activeElement.form.requestSubmit();
}

/** What the page offers by key now: also the palette's group "on this page". */
export function pageKeys() {
  return [...document.querySelectorAll("[data-sw-key]")]
    .filter((element) => isUsable(element) && !element.closest("dialog"))
    .map((element) => ({ key: element.dataset.swKey, label: labelOf(element), element }));
}

export function labelOf(element) {
  if (element.dataset.swKeyLabel) return element.dataset.swKeyLabel;
  if (element.getAttribute("aria-label")) return element.getAttribute("aria-label");
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".sw-kbd, .sw-unseen, svg").forEach((part) => part.remove());
  return copy.textContent.trim();
}

function showKeys() {
  const box = document.getElementById("sw-keys");
  const groups = new Map([["page", pageKeys().map(({ key, label }) => [show(key), label])]]);
  for (const { key, label, group, when } of bindings) {
    if (!when()) continue;
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push([show(key), word(label)]);
  }
  groups.set("go", [...document.querySelectorAll("a[data-sw-go]")].map((link) => [["G", link.dataset.swGo.toUpperCase()], labelOf(link)]));
  const sections = [...groups].filter(([, rows]) => rows.length).map(([name, rows]) => section(word(`keys_${name}`), rows));
  box.querySelector(".sw-keys").replaceChildren(...sections);
  box.showModal();
}

const show = (key) => key.split("+").map((part) => (part.length === 1 ? part.toUpperCase() : word(`key_${part.toLowerCase()}`).replace(/^key_.*/, part)));

function section(title, rows) {
  const list = make("dl");
  for (const [keys, label] of rows) {
    const caps = make("dd");
    keys.forEach((key, index) => caps.append(index ? " " : "", make("kbd", { class: "sw-kbd" }, key)));
    list.append(make("div", {}, make("dt", {}, label), caps));
  }
  return make("section", {}, make("h3", {}, title), list);
}
