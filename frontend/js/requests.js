/**
 * What happens around every request: one submission at a time, answers that are no fragments, refusals, a server that
 * is away. An error answer is never swapped into a row: it goes where its HX-Retarget says, or we say it ourselves.
 */
import htmx from "htmx.org";
import { make, on, word } from "./dom.js";

const inFlight = new WeakSet();

export function startRequests() {
  document.addEventListener("htmx:config:request", oneAtATime);
  document.addEventListener("htmx:before:request", markBusy);
  document.addEventListener("htmx:finally:request", unmarkBusy);
  document.addEventListener("htmx:after:request", afterAnswer);
  document.addEventListener("htmx:before:swap", beforeSwap);
  document.addEventListener("htmx:after:swap", showRefusal);
  document.addEventListener("htmx:error", onFault);
  on("submit", "form", submitOnce);
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sw-sent]").forEach(release));
  on("change", "[data-sw-submit]", (_event, field) => field.form?.requestSubmit());
}

const changesSomething = (ctx) => ctx.request.method !== "GET";

function oneAtATime(event) {
  const { ctx } = event.detail;
  if (changesSomething(ctx) && inFlight.has(ctx.sourceElement)) event.preventDefault();
}

function markBusy(event) {
  const { ctx } = event.detail;
  if (!changesSomething(ctx)) return;
  inFlight.add(ctx.sourceElement);
  busyButton(ctx)?.setAttribute("aria-busy", "true");
}

function unmarkBusy(event) {
  const { ctx } = event.detail;
  inFlight.delete(ctx.sourceElement);
  busyButton(ctx)?.removeAttribute("aria-busy");
}

function busyButton(ctx) {
  const element = ctx.request.submitter ?? ctx.sourceElement;
  return element.matches?.("form") ? element.querySelector("button:not([type=button])") : element;
}

/** A plain form goes out once; the token makes a second one harmless, this only spares it. */
function submitOnce(event, form) {
  if (event.defaultPrevented || form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return;
  if ((event.submitter?.formMethod || form.method) !== "post") return;
  if (form.dataset.swSent) return event.preventDefault();
  form.dataset.swSent = "1";
  event.submitter?.setAttribute("aria-busy", "true");
}

function release(form) {
  delete form.dataset.swSent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

function afterAnswer(event) {
  const { ctx } = event.detail;
  const { status, raw } = ctx.response;
  const isPage = /^\s*<!doctype html/i.test(ctx.text);
  if (raw.redirected && isPage && ctx.request.headers["HX-Request-Type"] !== "full") {
    event.preventDefault();
    return leaveFor(raw.url);
  }
  if (status < 400 && changesSomething(ctx)) clearRefusals();
  if (ctx.hx.retarget === "#sw-refusal" && document.querySelector("#sw-dialog[open]")) ctx.hx.retarget = "#sw-dialog-refusal";
}

function leaveFor(url) {
  const entrance = document.body.dataset.swEntrance;
  const target = new URL(url);
  if (entrance && target.pathname === entrance) location.assign(`${entrance}?next=${encodeURIComponent(location.pathname + location.search)}`);
  else location.assign(url);
}

function beforeSwap(event) {
  const { ctx } = event.detail;
  const status = ctx.response?.status ?? 200;
  if (status < 400) return;
  ctx.push = ctx.replace = "false";
  if (ctx.hx.retarget || ctx.hx.reswap || status === 422) return;
  event.preventDefault();
  if (ctx.sourceElement.matches?.("[data-sw-quiet]")) return;
  problem(sentenceFor(status), ctx, status === 503 ? retryAfter(ctx) : null);
}

function sentenceFor(status) {
  if (status === 503 || status === 502 || status === 504) return "busy";
  if (status === 401 || status === 419) return "signed_out";
  if (status === 403) return "forbidden";
  if (status === 404 || status === 410) return "missing";
  if (status === 413) return "too_large";
  if (status === 429) return "too_many";
  return "broken";
}

const retryAfter = (ctx) => Math.min(Number(ctx.response.headers.get("Retry-After")) || 3, 60);

function onFault(event) {
  const { ctx, error } = event.detail;
  if (!ctx || ctx.response || ctx.sourceElement.matches?.("[data-sw-quiet]")) return;
  problem(error?.name === "AbortError" ? "slow" : "offline", ctx, null);
}

/** Say what is wrong and what to do; what was typed stays where it is. */
function problem(key, ctx, seconds) {
  const place = document.querySelector("#sw-dialog[open] #sw-dialog-refusal") ?? document.getElementById("sw-refusal");
  if (!place) return;
  const line = make("p", {}, word(`${key}_help`));
  const box = make("div", { class: "sw-refusal", role: "alert", tabindex: "-1" }, make("div", {}, make("b", {}, word(key)), line));
  if (["busy", "offline", "slow"].includes(key)) {
    const button = make("button", { type: "button", class: "sw-button is-small" }, word("try_again"));
    button.addEventListener("click", () => retry(ctx, box));
    box.firstElementChild.append(make("div", { class: "sw-row" }, button));
    place.replaceChildren(box);
    if (seconds) countDown(box, button, ctx, seconds);
  } else place.replaceChildren(box);
  box.scrollIntoView({ block: "nearest" });
  box.focus({ preventScroll: true });
}

function countDown(box, button, ctx, seconds) {
  const tick = () => {
    if (!box.isConnected) return;
    if (seconds <= 0) return retry(ctx, box);
    button.textContent = word("try_again_in", { seconds });
    seconds -= 1;
    setTimeout(tick, 1000);
  };
  tick();
}

/** The very same request again: the form token in it makes sure that it has one effect. */
function retry(ctx, box) {
  box.remove();
  const source = ctx.sourceElement;
  if (!source.isConnected) return;
  if (source.matches("form")) source.requestSubmit(ctx.request.submitter?.isConnected ? ctx.request.submitter : undefined);
  else htmx.trigger(source, ctx.sourceEvent?.type ?? "click");
}

function clearRefusals() {
  for (const id of ["sw-refusal", "sw-dialog-refusal"]) document.getElementById(id)?.replaceChildren();
}

function showRefusal(event) {
  const { ctx } = event.detail;
  if ((ctx.response?.status ?? 200) < 400) return;
  const place = ctx.hx?.retarget ? document.querySelector(ctx.hx.retarget) : ctx.target;
  const box = place instanceof Element ? place.querySelector(".sw-refusal[role=alert]") : null;
  if (!box) return;
  box.setAttribute("tabindex", "-1");
  box.scrollIntoView({ block: "nearest" });
  box.focus({ preventScroll: true });
}
