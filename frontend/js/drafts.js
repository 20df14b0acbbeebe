/**
 * Nothing typed is lost. A form with data-sw-draft is sent to its draft address shortly after each change; while the
 * server is away a copy waits in this tab. data-sw-guard asks before leaving when something is not yet kept.
 */
import { headers, language, mount, settled, word } from "./dom.js";

const WAIT = 800;
const guarded = new Map();

export function startDrafts() {
  mount("form[data-sw-draft], form[data-sw-guard]", watch);
  addEventListener("beforeunload", (event) => {
    if ([...guarded].some(([form, state]) => form.isConnected && state.unsaved && form.matches("[data-sw-guard]"))) event.preventDefault();
  });
}

function watch(form) {
  const state = { unsaved: false, sending: null };
  guarded.set(form, state);
  const send = settled(() => save(form, state), WAIT);
  const changed = (event) => {
    if (event.target.closest("[data-sw-draft-skip]")) return;
    state.unsaved = true;
    if (form.dataset.swDraft) send();
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => {
    send.cancel();
    state.unsaved = false;
    forget(form);
  });
  addEventListener("pagehide", () => {
    if (form.isConnected && state.unsaved && form.dataset.swDraft) save(form, state, true);
  });
  if (form.dataset.swDraft) restore(form, state, send);
}

async function save(form, state, leaving = false) {
  const kept = ([field, value]) => typeof value === "string" && form.elements[field]?.type !== "password";
  const body = new URLSearchParams([...new FormData(form)].filter(kept));
  try {
    const answer = await fetch(form.dataset.swDraft, { method: "POST", body, headers: { ...headers(), "HX-Request": "true" }, keepalive: leaving });
    if (!answer.ok) throw new Error(String(answer.status));
    state.unsaved = false;
    forget(form);
    say(word("draft_saved", { time: new Intl.DateTimeFormat(language(), { hour: "2-digit", minute: "2-digit", hour12: false }).format() }), "sw-ok");
  } catch {
    sessionStorage.setItem(name(form), body.toString());
    say(word("draft_here"), "sw-soon");
  }
}

function say(text, tone) {
  const place = document.querySelector("[data-sw-draft-state]");
  if (!place) return;
  place.textContent = text;
  place.className = tone;
}

const name = (form) => `sw-draft:${form.dataset.swDraft}`;
const forget = (form) => form.dataset.swDraft && sessionStorage.removeItem(name(form));

/** A copy that never reached the server is filled in again and sent. */
function restore(form, state, send) {
  const kept = sessionStorage.getItem(name(form));
  if (!kept) return;
  const values = new URLSearchParams(kept);
  for (const field of form.elements) {
    if (!field.name || ["hidden", "file", "submit", "password"].includes(field.type) || !values.has(field.name)) continue;
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.getAll(field.name).includes(field.value);
    else if (field.matches("select[multiple]")) for (const option of field.options) option.selected = values.getAll(field.name).includes(option.value);
    else field.value = values.get(field.name);
  }
  state.unsaved = true;
  say(word("draft_restored"), "sw-soon");
  send();
}
