/** The order of columns: drag with the pointer, or Alt and arrows on the grip. */
import { load, mount, on } from "./dom.js";

export function startColumns() {
  mount(".sw-column-list", (list) => {
    list.addEventListener("pointerenter", () => makeSortable(list), { once: true });
  });
  on("keydown", ".sw-column-grip", (event, grip) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    event.preventDefault();
    event.stopPropagation();
    const item = grip.closest("li");
    if (event.key === "ArrowUp") item.previousElementSibling?.before(item);
    else item.nextElementSibling?.after(item);
    grip.focus();
  });
}

async function makeSortable(list) {
  const Sortable = await load("sort");
  Sortable.create(list, { handle: ".sw-column-grip", animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 90 });
}
