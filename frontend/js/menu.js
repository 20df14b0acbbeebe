/** Menus are native popovers; this places them under their button and lets arrows walk through them. */
import { on } from "./dom.js";

const ITEMS = "a[href], button:not(:disabled), input:not([type=hidden]):not(:disabled), select, textarea";

export function startMenus() {
  document.addEventListener("toggle", onToggle, true);
  addEventListener("resize", () => document.querySelectorAll(".sw-menu:popover-open").forEach(place));
  on("keydown", ".sw-menu", onKey);
  on("click", ".sw-menu .sw-menu-item", (_event, item) => {
    if (!item.matches("[data-sw-stay]")) item.closest(".sw-menu").hidePopover();
  });
}

const opener = (menu) => document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);

function onToggle(event) {
  const menu = event.target;
  if (!(menu instanceof Element) || !menu.matches(".sw-menu")) return;
  const open = event.newState === "open";
  opener(menu)?.setAttribute("aria-expanded", String(open));
  if (!open) return;
  place(menu);
  (menu.querySelector("[autofocus]") ?? menu.querySelector(ITEMS))?.focus({ preventScroll: true });
}

function place(menu) {
  const button = opener(menu);
  if (!button) return;
  const zoom = document.documentElement.currentCSSZoom ?? 1;
  const box = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const edge = 8;
  const left = Math.max(edge, Math.min(box.left, innerWidth - size.width - edge));
  const below = innerHeight - box.bottom > size.height + edge || box.top < size.height;
  const top = below ? box.bottom + 4 : box.top - size.height - 4;
  menu.style.left = `${(box.right - size.width > edge && box.left > innerWidth / 2 ? box.right - size.width : left) / zoom}px`;
  menu.style.top = `${Math.max(edge, top) / zoom}px`;
}

function onKey(event, menu) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.altKey || event.target.matches("select, textarea, input[type=number], input[type=date], input[role=combobox]")) return;
  const items = [...menu.querySelectorAll(ITEMS)].filter((item) => item.offsetParent !== null);
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = (items.indexOf(document.activeElement) + step + items.length) % items.length;
  items[next]?.focus();
  event.preventDefault();
}
