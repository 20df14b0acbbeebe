/** Toasts tell what was done and offer the undo. Never for errors. They wait while pointed at or focused. */
import { make, mount, word } from "./dom.js";

const PLAIN = 2500;
const WITH_UNDO = 7000;

export function startToasts() {
  mount(".sw-toast", count);
  document.addEventListener("sw:toast", (event) => toast(event.detail.text ?? event.detail.value));
}

/** Show a sentence for a moment. */
export function toast(text) {
  const box = make("div", { class: "sw-toast" }, make("span", {}, text));
  document.getElementById("sw-toasts")?.append(box);
  count(box);
}

function count(box) {
  let timer = 0;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => box.remove(), box.querySelector("form, a") ? WITH_UNDO : PLAIN);
  };
  const hold = () => clearTimeout(timer);
  box.addEventListener("pointerenter", hold);
  box.addEventListener("focusin", hold);
  box.addEventListener("pointerleave", wait);
  box.addEventListener("focusout", wait);
  box.addEventListener("click", (event) => {
    if (event.target.closest("[data-sw-toast-close]")) box.remove();
  });
  box.addEventListener("htmx:before:request", hold);
  wait();
}

/** Copy a text and say so. */
export async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast(word("copied"));
}
