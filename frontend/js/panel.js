/** The side panel: a clause or a record beside the page. Opening keeps the place, Esc closes and gives the focus back. */
import htmx from "htmx.org";
import { on } from "./dom.js";

let cameFrom = null;

export function startPanel() {
  on("click", "a[data-sw-panel]", (event, link) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (link.getAttribute("aria-expanded") === "true") return closePanel();
    openPanel(link.href, link);
  });
  on("click", "[data-sw-panel-close]", closePanel);
  document.addEventListener("sw:close", closePanel);
  document.addEventListener("htmx:after:swap", reveal);
}

const panel = () => document.getElementById("sw-panel");
export const isPanelOpen = () => Boolean(document.querySelector("#sw-work.has-panel"));

/** Fetch `url` into the panel; `link` becomes the expanded one. */
export function openPanel(url, link = null) {
  cameFrom = link ?? document.activeElement;
  mark(link);
  return htmx.ajax("GET", url, { source: panel(), target: "#sw-panel", swap: "innerHTML ignoreTitle:true" });
}

export function closePanel() {
  if (!isPanelOpen()) return;
  document.getElementById("sw-work").classList.remove("has-panel");
  panel().replaceChildren();
  mark(null);
  if (cameFrom?.isConnected) cameFrom.focus({ preventScroll: true });
  cameFrom = null;
}

function reveal(event) {
  if (event.detail.ctx.target !== panel() || !panel().childElementCount) return;
  document.getElementById("sw-work").classList.add("has-panel");
  panel().scrollTop = 0;
}

function mark(link) {
  for (const other of document.querySelectorAll("a[data-sw-panel][aria-expanded=true]")) other.removeAttribute("aria-expanded");
  link?.setAttribute("aria-expanded", "true");
}
