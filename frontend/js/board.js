/**
 * Cards of a board that people move: drawn with the mouse or the finger, or by the menu of lanes (key M, or the card's own
 * button). A move is the record's own action with the version that was seen. What is refused goes back to its place; a verb
 * that asks more opens its dialog, and the card waits where it was.
 */
import htmx from "htmx.org";
import { blink } from "./cell.js";
import { load, make, mount, on } from "./dom.js";
import { bind } from "./keyboard.js";
import { current, focusRow } from "./list.js";

const STAND_IN = "00000000-0000-0000-0000-000000000000";
const MENU = "sw-lane-menu";
const CARD = ".is-board [data-sw-row][data-sw-moves]";

/** The card that is on its way: {card, home, next, form}; after an answer its row is looked for again. */
let going = null;
let lookFor = "";

export function startBoard() {
  mount(".is-board [data-sw-lane]", makeSortable);
  on("click", "[data-sw-move]", (event, button) => {
    event.preventDefault();
    openMenu(button);
  });
  on("click", "[data-sw-lane-go]", (_event, item) => choose(item));
  bind("m", "keys_move", () => openMenu(card().querySelector("[data-sw-move]")), {
    group: "list",
    when: () => Boolean(card()?.querySelector("[data-sw-move]")),
  });
  document.addEventListener("htmx:after:request", afterAnswer);
  document.addEventListener("htmx:error", (event) => event.detail.ctx?.sourceElement === going?.form && putBack());
  document.addEventListener("htmx:after:swap", findAgain);
}

const card = () => current()?.closest(CARD);
const lanes = () => [...document.querySelectorAll(".is-board [data-sw-lane]")];
const takes = (row, lane) => (row.dataset.swMoves ?? "").split(" ").includes(lane.dataset.swLane);

async function makeSortable(lane) {
  const Sortable = await load("sort");
  let home = null;
  Sortable.create(lane, {
    group: { name: "lanes", put: (to, _from, row) => takes(row, to.el) },
    draggable: "[data-sw-row]",
    filter: "input, [data-sw-moves='']",
    preventOnFilter: false,
    sort: false,
    forceFallback: true,
    fallbackTolerance: 5,
    delay: 180,
    delayOnTouchOnly: true,
    touchStartThreshold: 5,
    animation: 0,
    onStart: ({ item }) => {
      home = { lane, next: item.nextElementSibling };
      show(item);
    },
    onEnd: ({ item, to, originalEvent }) => {
      show(null);
      const chosen = laneAt(originalEvent, item, lane) ?? to;
      if (chosen !== lane) send(item, chosen, home);
      else if (to !== lane) lane.insertBefore(item, home.next);
    },
  });
}

/**
 * The lane that the pointer let the card go over, if the card may stand there. The library looks only every 50 ms where the
 * pointer is: a card that is thrown quickly would land one lane short.
 */
function laneAt(event, row, home) {
  const point = event?.changedTouches?.[0] ?? event;
  const lane = Number.isFinite(point?.clientX) && document.elementFromPoint(point.clientX, point.clientY)?.closest(".is-board [data-sw-lane]");
  return lane && (takes(row, lane) || lane === home) ? lane : null;
}

/** While a card is drawn, lanes that take it stand out, and the others step back. */
function show(row) {
  for (const lane of lanes()) {
    lane.classList.toggle("is-taking", Boolean(row) && takes(row, lane));
    lane.classList.toggle("is-shut", Boolean(row) && !takes(row, lane) && !lane.contains(row));
  }
}

function openMenu(button) {
  const menu = document.getElementById(MENU) ?? makeMenu();
  if (menu.matches(":popover-open")) return menu.hidePopover();
  const row = button.closest("[data-sw-row]");
  const items = lanes().filter((lane) => takes(row, lane));
  menu.replaceChildren(...items.map((lane) => make("button", { type: "button", role: "menuitem", class: "sw-menu-item", "data-sw-lane-go": lane.dataset.swLane, "data-sw-card": row.dataset.swRow }, lane.dataset.swLaneLabel)));
  button.setAttribute("popovertarget", MENU);
  menu.showPopover();
}

/** One menu for all cards; it stands under the button that names it for as long as it is open. */
function makeMenu() {
  const menu = make("div", { class: "sw-menu", id: MENU, popover: "auto", role: "menu" });
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "closed") document.querySelector(`[popovertarget="${MENU}"]`)?.removeAttribute("popovertarget");
  });
  return document.body.appendChild(menu);
}

function choose(item) {
  const row = document.querySelector(`[data-sw-row="${item.dataset.swCard}"]`);
  const lane = lanes().find((each) => each.dataset.swLane === item.dataset.swLaneGo);
  if (row && lane) send(row, lane, { lane: row.parentElement, next: row.nextElementSibling });
}

function send(row, lane, home) {
  going?.form?.remove();
  going = { row, home };
  const { swLaneDo, swLaneInputs, swLaneAsks } = lane.dataset;
  const url = swLaneDo.replace(STAND_IN, row.dataset.swRow);
  lookFor = row.dataset.swRow;
  if (swLaneAsks) {
    putBack();
    const address = swLaneInputs ? `${url}?${swLaneInputs}` : url;
    return htmx.ajax("GET", address, { source: document.getElementById("sw-dialog-body"), target: "#sw-dialog-body", swap: "innerHTML ignoreTitle:true" });
  }
  if (row.parentElement !== lane) lane.append(row);
  row.classList.add("is-waiting");
  const named = [...new URLSearchParams(swLaneInputs)].flatMap(([name, value]) => [[name, value], [`${name}_text`, lane.dataset.swLaneLabel]]);
  const inputs = { version: row.dataset.swVersion, form_token: token(), ...Object.fromEntries(named) };
  const fields = Object.entries(inputs).map(([name, value]) => make("input", { type: "hidden", name, value }));
  going.form = make("form", { hidden: "", method: "post", action: url, "hx-post": url, "hx-target": "#sw-dialog-body", "hx-swap": "innerHTML" }, ...fields);
  document.body.append(going.form);
  htmx.process(going.form);
  going.form.requestSubmit();
}

/** One word per move: the same form sent twice, by a retry, has one effect. */
const token = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function afterAnswer(event) {
  const { ctx } = event.detail;
  if (!going?.form || ctx.sourceElement !== going.form) return;
  if ((ctx.response?.status ?? 599) >= 400) putBack();
  else going.form.remove();
}

function putBack() {
  const { row, home, form } = going;
  row.classList.remove("is-waiting");
  if (!home.lane.isConnected) return;
  home.lane.insertBefore(row, home.next?.parentElement === home.lane ? home.next : null);
  if (form) blink(row, "is-refused");
  focusRow(row);
}

/** The list has been drawn again: the card that was moved has the focus, else the first one. */
function findAgain(event) {
  const target = event.detail.ctx.target;
  if (!lookFor || !(target instanceof Element) || target.id !== "sw-list") return;
  const row = document.querySelector(`${CARD}[data-sw-row="${lookFor}"]`) ?? document.querySelector("[data-sw-list] [data-sw-row]");
  lookFor = "";
  if (row && (document.activeElement === document.body || !document.activeElement)) focusRow(row);
}
