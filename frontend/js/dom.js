/** Delegated listeners and once-per-element starts, so that content swapped in later needs no wiring. */

/** Listen on the document for `type` events that happen inside elements matching `selector`. */
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target instanceof Element ? event.target.closest(selector) : null;
      if (element) handler(event, element);
    },
    options,
  );
}

/** Run `start` once for every element matching `selector`, now and whenever htmx brings new ones. */
export function mount(selector, start) {
  const known = new WeakSet();
  const look = (root) => {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.push(root);
    for (const element of found) {
      if (known.has(element)) continue;
      known.add(element);
      start(element);
    }
  };
  document.addEventListener("htmx:after:process", (event) => look(event.target));
  look(document);
}

/** Whether the key belongs to a field being typed in, or to an input method that is still composing. */
export function isTyping(event) {
  if (event.isComposing || event.keyCode === 229) return true;
  const element = event.target;
  if (!(element instanceof Element)) return false;
  if (element.matches("input")) return !["checkbox", "radio", "button", "submit", "reset", "file", "range", "color"].includes(element.type);
  return element.matches("textarea, select, [contenteditable], [contenteditable] *");
}

/** Whether a person could see and use the element now. */
export function isUsable(element) {
  if (element.disabled || element.getAttribute("aria-disabled") === "true") return false;
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

let sentences = null;

/** A sentence of the page's own language; {name} is filled from `values`. */
export function word(key, values = {}) {
  sentences ??= JSON.parse(document.getElementById("sw-words")?.textContent || "{}");
  return (sentences[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** The language tag of the page, for Intl. */
export const language = () => document.documentElement.lang || "en";

/** Call `work` when nothing has asked for it again within `milliseconds`. */
export function settled(work, milliseconds) {
  let timer = 0;
  const call = (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), milliseconds);
  };
  call.cancel = () => clearTimeout(timer);
  return call;
}

/** Build an element: make("button", {class: "sw-button", type: "button"}, "text", child). */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Headers that every request of ours carries (the CSRF token), as the body states them for htmx. */
export function headers() {
  return JSON.parse(document.body.getAttribute("hx-headers:inherited") || "{}");
}

/** Load one of the scripts that the body names (charts, sort) once; resolves to what it offers. */
const loading = new Map();
export function load(name) {
  if (!loading.has(name)) loading.set(name, fetchScript(name));
  return loading.get(name);
}

function fetchScript(name) {
  const offered = () => window.shangwu?.[name];
  if (offered()) return Promise.resolve(offered());
  return new Promise((resolve, reject) => {
    const present = document.querySelector(`script[data-sw-script="${name}"]`);
    const script = present ?? make("script", { src: JSON.parse(document.body.dataset.swScripts || "{}")[name] });
    script.addEventListener("load", () => resolve(offered()));
    script.addEventListener("error", () => reject(new Error(`the script ${name} did not load`)));
    if (!present) document.head.append(script);
  });
}
