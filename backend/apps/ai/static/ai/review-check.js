// Findings, and edits as the card will be with them.

import { say, text } from "./review-messages.js";
import * as server from "./review-server.js";
import { deck, desk, keepDraft, main, refresh } from "./review-state.js";

const DRAFT_PAUSE = 300;
const CHECK_PAUSE = 900;

export function openFindings() {
  return [...main.querySelectorAll(".rv-finding:not(.rv-overruled)")];
}

export function nextFinding() {
  const list = openFindings();
  if (!list.length) return say(text("no_findings"), { name: "finding" });
  const at = list.findIndex((one) => one.querySelector("details").open);
  for (const one of list) one.querySelector("details").open = false;
  const next = list[(at + 1) % list.length];
  next.querySelector("details").open = true;
  next.querySelector("summary").focus();
  main.querySelector(`.rv-edit [data-f="${next.dataset.key}"]`)?.scrollIntoView({ block: "center" });
  return next;
}

let draftTimer;
let checkTimer;

export function edited(target) {
  const box = target.closest?.("[data-column]");
  if (!desk.open?.may || !box) return;
  desk.open.fields.edited(box);
  desk.open.warned = false;
  later();
}

export function later() {
  refresh();
  clearTimeout(draftTimer);
  clearTimeout(checkTimer);
  draftTimer = setTimeout(keepDraft, DRAFT_PAUSE);
  const from = desk.open;
  checkTimer = setTimeout(() => check(from), CHECK_PAUSE);
}

// What was open stays open, and the focus on its finding.
function replaceFindings(part, markup) {
  const opened = [...part.querySelectorAll("details[open]")].map((one) => one.parentElement.dataset.key);
  const focused = part.contains(document.activeElement) && document.activeElement.closest("[data-key]")?.dataset.key;
  part.innerHTML = markup;
  for (const one of part.querySelectorAll("[data-key]")) {
    one.firstElementChild.open = opened.includes(one.dataset.key);
    if (one.dataset.key === focused) one.querySelector("summary").focus();
  }
}

export async function check(from) {
  const edits = from.fields.edits();
  const answer = await server.post(deck.url(from.run, "check"), { edits });
  if (!answer.ok || desk.open !== from || JSON.stringify(edits) !== JSON.stringify(from.fields.edits())) return;
  const ticked = from.fields.ticked();
  const category = edits.suggested_category;
  if (category === from.category) delete answer.parts.attributes;
  from.category = category;
  for (const [name, markup] of Object.entries(answer.parts)) {
    const part = main.querySelector(`[data-part="${name}"]`);
    if (name === "findings") replaceFindings(part, markup);
    else if (part && !part.contains(document.activeElement)) part.innerHTML = markup;
  }
  from.fields.remark(answer.description);
  from.fields.tick(ticked);
  from.fields.changed();
  refresh();
}

export function chooseCategory({ id, path }) {
  desk.paths.suggested_category = path;
  desk.open.fields.write({ suggested_category: id }, desk.paths);
  edited(desk.open.fields.box("suggested_category"));
  clearTimeout(checkTimer);
  check(desk.open);
}
