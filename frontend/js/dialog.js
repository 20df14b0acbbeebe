/** One dialog for fragments, one to confirm. Escape closes; typed text is not thrown away unasked. */
import htmx from "htmx.org";
import { on, word } from "./dom.js";

export function startDialogs() {
  on("click", "a[data-sw-dialog], button[data-sw-dialog]", onOpen);
  on("click", "[data-sw-close]", (_event, button) => close(button.closest("dialog")));
  on("click", "dialog", (event, dialog) => {
    if (event.target === dialog) close(dialog);
  });
  document.addEventListener("cancel", (event) => {
    if (event.target.matches?.("#sw-dialog") && isDirty(event.target)) {
      event.preventDefault();
      close(event.target);
    }
  }, true);
  document.addEventListener("sw:close", () => dialog()?.close());
  document.addEventListener("htmx:after:swap", reveal);
  document.addEventListener("close", (event) => {
    if (event.target.matches?.("#sw-dialog")) document.getElementById("sw-dialog-body").replaceChildren();
  }, true);
  document.addEventListener("htmx:confirm", onHtmxConfirm);
  on("click", "[data-sw-confirm]", onPlainConfirm, true);
}

const dialog = () => document.getElementById("sw-dialog");

function onOpen(event, link) {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const url = link.getAttribute("href") ?? link.dataset.swDialog;
  htmx.ajax("GET", url, { source: document.getElementById("sw-dialog-body"), target: "#sw-dialog-body", swap: "innerHTML ignoreTitle:true" });
}

function reveal(event) {
  const body = document.getElementById("sw-dialog-body");
  const target = event.detail.ctx.target;
  const isWhole = target === body || target === "#sw-dialog-body";
  if (!body?.childElementCount || !(isWhole || body.contains(event.target))) return;
  const size = body.querySelector("[data-sw-dialog-size]")?.dataset.swDialogSize;
  dialog().className = `sw-dialog${size ? ` is-${size}` : ""}`;
  if (!dialog().open) dialog().showModal();
  // Sums that are worked out while somebody types are no reason to take the field away from under the hands.
  if (!isWhole && body.contains(document.activeElement)) return;
  (body.querySelector("[autofocus], [aria-invalid=true]") ?? body.querySelector("input:not([type=hidden]), select, textarea, button.is-primary"))?.focus();
}

async function close(box) {
  if (!box) return;
  if (box.id === "sw-dialog" && isDirty(box) && !(await ask(word("discard"), word("discard_yes")))) return;
  box.close();
}

function isDirty(box) {
  return [...box.querySelectorAll("input:not([type=hidden]), textarea, select")].some((field) =>
    field.matches("select")
      ? [...field.options].some((option) => option.selected !== option.defaultSelected && field.type === "select-multiple")
      : field.type === "checkbox" || field.type === "radio"
        ? field.checked !== field.defaultChecked
        : field.value !== field.defaultValue,
  );
}

/** Ask in our own dialog; resolves to true when the person agrees. */
export function ask(sentence, label = word("confirm_yes"), danger = false) {
  const box = document.getElementById("sw-confirm");
  box.querySelector("[data-sw-confirm-text]").textContent = sentence;
  const yes = box.querySelector("[data-sw-confirm-yes]");
  yes.textContent = label;
  yes.classList.toggle("is-danger", danger);
  yes.classList.toggle("is-primary", !danger);
  box.returnValue = "";
  box.showModal();
  yes.focus();
  return new Promise((resolve) => box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true }));
}

async function onHtmxConfirm(event) {
  event.preventDefault();
  const { ctx, issueRequest, dropRequest } = event.detail;
  const data = ctx.sourceElement.dataset;
  if (await ask(ctx.confirm, data.swConfirmLabel, "swDanger" in data)) issueRequest();
  else dropRequest();
}

const agreed = new WeakSet();

async function onPlainConfirm(event, button) {
  if (agreed.delete(button)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const data = button.dataset;
  if (!(await ask(data.swConfirm, data.swConfirmLabel, "swDanger" in data))) return;
  agreed.add(button);
  button.click();
}
