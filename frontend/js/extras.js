/** Small behaviours: later fragments, prefetch, file drop, copy, print, the phone's menu. */
import htmx from "htmx.org";
import { language, make, mount, on } from "./dom.js";
import { copy } from "./toast.js";

const HOVER = 65;

export function startExtras() {
  mount("[data-sw-later]", later);
  mount("[data-sw-drop]", drop);
  mount(".sw-track, .sw-figures, .sw-table-frame, .sw-table-scroll, .sw-chart-table", scrollable);
  mount(".sw-track, .sw-segments", currentInSight);
  on("pointerover", "[data-sw-prefetch] a[href]", (event, link) => prefetchSoon(link));
  on("focusin", "[data-sw-prefetch] a[href]", (event, link) => prefetchSoon(link));
  on("click", "[data-sw-copy]", (_event, button) => copy(button.dataset.swCopy));
  on("click", "[data-sw-print]", () => print());
  on("click", "[data-sw-rail-open]", () => railOpen(true));
  on("click", "[data-sw-rail-close]", () => railOpen(false));
}

/** Counts and totals come after the page stands; when they fail the page stays as it is. */
function later(element) {
  requestAnimationFrame(() => htmx.ajax("GET", element.dataset.swLater, { source: element, target: element, swap: "innerHTML" }));
}

/** What scrolls sideways can be reached by keyboard; what fits is no stop on the way. */
function scrollable(element) {
  new ResizeObserver(() => {
    if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  }).observe(element);
}

/** Of a row that is wider than a phone the current place is in sight. */
function currentInSight(element) {
  const current = element.querySelector("[aria-current]");
  if (current && element.scrollWidth > element.clientWidth + 1) {
    const middle = current.getBoundingClientRect().left - element.getBoundingClientRect().left + current.offsetWidth / 2;
    element.scrollLeft += middle - element.clientWidth / 2;
  }
}

const fetched = new Set();
let waiting = 0;

function prefetchSoon(link) {
  clearTimeout(waiting);
  if (navigator.connection?.saveData || link.origin !== location.origin || link.hash || fetched.has(link.href) || link.matches("[data-sw-panel], [data-sw-dialog], [download]")) return;
  waiting = setTimeout(() => {
    fetched.add(link.href);
    document.head.append(make("link", { rel: "prefetch", href: link.href }));
  }, HOVER);
}

function drop(label) {
  const input = label.querySelector("input[type=file]");
  const names = label.querySelector(".sw-drop-names") ?? label.appendChild(make("span", { class: "sw-drop-names", "aria-live": "polite" }));
  const over = (event) => {
    event.preventDefault();
    label.classList.toggle("is-over", event.type === "dragover");
  };
  label.addEventListener("dragover", over);
  label.addEventListener("dragleave", over);
  label.addEventListener("drop", (event) => {
    over(event);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  input.addEventListener("change", () => {
    const size = new Intl.NumberFormat(language(), { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
    names.replaceChildren(...[...input.files].map((file) => make("span", {}, `${file.name}　${size.format(Math.max(1, file.size / 1000))}`)));
  });
}

function railOpen(open) {
  const rail = document.querySelector(".sw-rail");
  rail?.classList.toggle("is-open", open);
  document.querySelector("[data-sw-rail-open]")?.setAttribute("aria-expanded", String(open));
  if (open) rail?.querySelector("a, button")?.focus();
}
