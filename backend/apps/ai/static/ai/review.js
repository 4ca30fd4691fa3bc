// The review page: one card, its keys and buttons, and what a decision does.

import { Deck } from "./review-deck.js";
import * as dialogs from "./review-dialogs.js";
import { addRow, allowTags, clean, Drafts, Fields, takeChips } from "./review-edit.js";
import { aloud, say, text } from "./review-messages.js";
import * as proof from "./review-proof.js";
import * as server from "./review-server.js";

const root = document.getElementById("rv");
const main = document.getElementById("rv-card");
const bar = root.querySelector(".rv-bar");
// A decision that the server has not answered by then goes on behind the next card.
const PROMPT_ANSWER = 150;
const DRAFT_PAUSE = 300;
const CHECK_PAUSE = 900;

const drafts = new Drafts(root.dataset.user);
const deck = new Deck(root, show);
const choice = new dialogs.CategoryChoice(root.dataset.categoriesUrl, root.dataset.user);
const paths = {};
let undoable = JSON.parse(sessionStorage.getItem("rv:undo") ?? "[]");
let pending = 0;
let open = null;

allowTags(root.dataset.allowed.split(" "));

// --- a card comes onto the page ---

function show(sent) {
  main.innerHTML = sent.html;
  main.scrollTop = 0;
  if (sent.url && location.pathname !== sent.url) history.pushState({ run: sent.run }, "", sent.url);
  if (sent.left !== undefined) document.getElementById("rv-left").textContent = sent.left;
  begin();
  if (open) aloud(text("next_card", { title: open.title }));
}

function begin() {
  const card = main.querySelector(".rv-card");
  open = card && {
    card,
    run: Number(card.dataset.run),
    title: card.dataset.title,
    version: card.dataset.version,
    may: Boolean(card.dataset.decide),
    fields: new Fields(card),
    warned: false,
    busy: false,
  };
  deck.opened(open?.run ?? null);
  if (open?.may) {
    restore();
    if (card.dataset.free) server.post(deck.url(open.run, "take"), {});
  }
  const unskip = main.querySelector("[data-act=unskip]");
  if (unskip) unskip.hidden = !deck.passed.length;
  main.focus({ preventScroll: true });
  refresh();
  if (root.dataset.moderator && !deck.ahead) deck.fetchAhead();
}

function refresh() {
  const dirty = open?.may && open.fields.dirty;
  for (const name of ["approve", "reject", "again"]) bar.querySelector(`[data-act=${name}]`).disabled = !open?.may;
  bar.querySelector("[data-act=undo]").disabled = !undoable.length;
  bar.querySelector("[data-approve-label]").textContent = text(dirty ? "approve_edits" : "approve");
  document.getElementById("rv-state").textContent = dirty ? text("unsaved") : "";
}

// --- drafts ---

function keepDraft() {
  if (!open?.may) return;
  const edits = open.fields.edits();
  if (open.fields.dirty) drafts.save(open.run, { version: open.version, edits, ticked: open.fields.ticked(), paths });
  else drafts.drop(open.run);
}

function restore() {
  const draft = drafts.load(open.run);
  if (!draft) return;
  open.fields.write(draft.edits, draft.paths);
  open.fields.tick(draft.ticked);
  const message = draft.version === open.version ? "restored" : "restored_old";
  say(text(message), { name: "draft", actions: [[text("reset"), forget]] });
}

function forget() {
  drafts.drop(open.run);
  deck.open(open.run);
}

// --- decisions ---

async function decide(act, body) {
  if (!open?.may || open.busy) return;
  const from = open;
  from.busy = true;
  keepDraft();
  pending += 1;
  const answer = server.post(deck.url(from.run, act), { ...body, version: from.version });
  const late = Symbol("late");
  const early = await Promise.race([answer, new Promise((go) => setTimeout(go, PROMPT_ANSWER, late))]);
  if (early !== late) {
    finish(from, act, body, early);
    return;
  }
  say(text("sending", { title: from.title }), { name: `sent-${from.run}` });
  await deck.forward();
  finish(from, act, body, await answer);
}

async function finish(from, act, body, answer) {
  pending -= 1;
  from.busy = false;
  const moved = open !== from;
  if (!answer.ok) {
    refused(from, act, body, answer, moved);
    return;
  }
  drafts.drop(from.run);
  undoable = [...undoable, { run: from.run, title: from.title }].slice(-20);
  sessionStorage.setItem("rv:undo", JSON.stringify(undoable));
  say(answer.message, { kind: "done", name: `sent-${from.run}`, actions: [[text("undo"), undo]] });
  if (!moved) await deck.forward();
  refresh();
}

function refused(from, act, body, answer, moved) {
  const actions = [];
  if (moved) actions.push([text("back_to"), () => deck.open(from.run)]);
  else if (answer.status === 409) actions.push([text("reload"), () => deck.open(from.run)]);
  if (!answer.message) actions.push([text("retry"), () => again(from, act, body)]);
  say(complaint(from, answer), { kind: "error", name: `sent-${from.run}`, actions });
  if (!moved) refresh();
}

function complaint(from, answer) {
  if (answer.message) return `«${from.title}»: ${answer.message}`;
  if (answer.status === 401) return text("signed_out", from);
  return answer.status ? text("failed", { ...from, status: answer.status }) : text("offline", from);
}

async function again(from, act, body) {
  if (open === from) {
    decide(act, body);
    return;
  }
  pending += 1;
  finish(from, act, body, await server.post(deck.url(from.run, act), { ...body, version: from.version }));
}

// Over findings about the texts it takes a second press.
function approve() {
  if (!open?.may) return;
  const { fields } = open;
  const unticked = fields.unticked();
  if (unticked.length) return say(text("unticked", { names: unticked.join(", ") }), { kind: "error", name: "approve" });
  if (!fields.ticked().length) return say(text("nothing_ticked"), { kind: "error", name: "approve" });
  const count = main.querySelectorAll("[data-asks]").length;
  if (count && !open.warned) {
    open.warned = true;
    nextFinding();
    return say(text("again_to_approve", { count }), { name: "approve" });
  }
  return decide("approve", { edits: fields.edits(), fields: fields.ticked() });
}

async function undo() {
  const last = undoable.at(-1);
  if (!last) return say(text("nothing_to_undo"), { name: "undo" });
  const answer = await server.post(deck.url(last.run, "undo"), {});
  if (answer.ok || answer.status === 409) {
    undoable = undoable.slice(0, -1);
    sessionStorage.setItem("rv:undo", JSON.stringify(undoable));
  }
  if (!answer.ok) {
    refresh();
    return say(complaint(last, answer), { kind: "error", name: "undo" });
  }
  say(answer.message, { kind: "done", name: "undo" });
  deck.passed = deck.passed.filter((run) => run !== last.run);
  return deck.open(last.run);
}

async function save() {
  if (!open?.may || !open.fields.dirty) return;
  const from = open;
  keepDraft();
  const answer = await server.post(deck.url(from.run, "save"), { edits: from.fields.edits(), version: from.version });
  if (!answer.ok) {
    refused(from, "save", {}, answer, open !== from);
    return;
  }
  drafts.drop(from.run);
  say(answer.message, { kind: "done", name: "save" });
  if (open === from) deck.open(from.run);
}

function skip() {
  if (!open) return deck.forward();
  keepDraft();
  deck.pass(open.run);
  if (open.may) server.post(deck.url(open.run, "release"), {});
  say(text("skipped", open), { name: "skip" });
  return deck.forward();
}

// --- findings ---

function openFindings() {
  return [...main.querySelectorAll(".rv-finding:not(.rv-overruled)")];
}

function nextFinding() {
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

function overruleFinding(key) {
  const list = openFindings();
  const finding = list.find((one) => one.dataset.key === key) ?? list.find((one) => one.querySelector("details").open) ?? list[0];
  if (!finding || !open?.may) return say(text("no_findings"), { name: "finding" });
  return dialogs.overrule(finding, (body) => changeFinding(body));
}

async function changeFinding(body) {
  const from = open;
  const answer = await server.post(deck.url(from.run, "overrule"), { ...body, version: from.version });
  if (!answer.ok) return refused(from, "overrule", body, answer, open !== from);
  from.version = [answer.version, ...from.version.split("-").slice(1)].join("-");
  say(answer.message, { kind: "done", name: "finding" });
  return check(from);
}

// --- edits are checked as the card will be ---

let draftTimer;
let checkTimer;

function edited(target) {
  const box = target.closest?.("[data-column]");
  if (!open?.may || !box) return;
  open.fields.edited(box);
  open.warned = false;
  later();
}

function later() {
  refresh();
  clearTimeout(draftTimer);
  clearTimeout(checkTimer);
  draftTimer = setTimeout(keepDraft, DRAFT_PAUSE);
  const from = open;
  checkTimer = setTimeout(() => check(from), CHECK_PAUSE);
}

async function check(from) {
  const edits = from.fields.edits();
  const answer = await server.post(deck.url(from.run, "check"), { edits });
  if (!answer.ok || open !== from || JSON.stringify(edits) !== JSON.stringify(from.fields.edits())) return;
  const ticked = from.fields.ticked();
  const category = edits.suggested_category;
  if (category === from.category) delete answer.parts.attributes;
  from.category = category;
  for (const [name, markup] of Object.entries(answer.parts)) {
    const part = main.querySelector(`[data-part="${name}"]`);
    if (part && !part.contains(document.activeElement)) part.innerHTML = markup;
  }
  from.fields.remark(answer.description);
  from.fields.tick(ticked);
  from.fields.changed();
  refresh();
}

function chooseCategory({ id, path }) {
  paths.suggested_category = path;
  open.fields.write({ suggested_category: id }, paths);
  edited(open.fields.box("suggested_category"));
  clearTimeout(checkTimer);
  check(open);
}

// --- what buttons and keys do ---

const acts = {
  approve,
  undo,
  skip,
  help: dialogs.help,
  next: () => deck.step(1),
  back: () => { keepDraft(); deck.step(-1); },
  reject: () => open?.may && dialogs.reject((body) => decide("reject", body)),
  again: () => open?.may && dialogs.again(open.card, (body) => decide("again", body)),
  category: () => open?.may && choice.open(chooseCategory),
  finding: nextFinding,
  overrule: () => overruleFinding(),
  title: () => open?.fields.box("generated_title")?.focus(),
  description: () => open?.fields.box("generated_description")?.focus(),
  words: () => main.querySelector("[data-chip-input]")?.focus(),
  zoom: () => zoom(),
  history: () => open && location.assign(open.card.dataset.historyUrl),
  changes: () => {
    const all = [...main.querySelectorAll(".rv-changes")];
    const opened = all.some((one) => one.open);
    for (const one of all) one.open = !opened;
  },
  takeover: () => dialogs.takeOver(async (body) => {
    const answer = await server.post(deck.url(open.run, "take"), body);
    if (!answer.ok) refused(open, "take", body, answer, false);
    else deck.open(open.run);
  }),
  unskip: () => { deck.unpass(); deck.forward(); },
};

const keys = {
  KeyA: "approve", KeyR: "reject", KeyG: "again", KeyS: "skip", KeyU: "undo", KeyJ: "next", ArrowRight: "next",
  KeyK: "back", ArrowLeft: "back", KeyC: "category", KeyN: "finding", KeyO: "overrule", KeyT: "title",
  KeyD: "description", KeyW: "words", KeyX: "changes", KeyZ: "zoom", KeyY: "history",
};

function zoom(first) {
  const urls = [...main.querySelectorAll("[data-zoom]")].map((one) => one.dataset.zoom);
  dialogs.zoom(urls, first ?? urls[0]);
}

function isEditable(element) {
  return element.isContentEditable || element.matches("input:not([type=checkbox]), textarea, select");
}

document.addEventListener("keydown", (event) => {
  if (dialogs.anyOpen() || event.isComposing) return;
  const steers = event.ctrlKey || event.metaKey;
  if (steers && event.key === "Enter") return run(event, approve);
  if (steers && event.code === "KeyS") return run(event, save);
  if (isEditable(event.target)) return inField(event);
  if (steers || event.altKey || event.repeat) return undefined;
  if (event.key === "?" || event.code === "Slash") return run(event, acts.help);
  const place = /^(?:Digit|Numpad)([1-3])$/.exec(event.code)?.[1];
  if (place) return run(event, () => main.querySelectorAll("[data-category]")[place - 1]?.click());
  if (event.shiftKey || !keys[event.code]) return undefined;
  return run(event, acts[keys[event.code]]);
});

function run(event, act) {
  event.preventDefault();
  return act();
}

function inField(event) {
  if (event.key === "Escape") return run(event, () => main.focus({ preventScroll: true }));
  if (!event.target.matches("[data-chip-input]")) {
    if (event.key === "Enter" && event.target.dataset.kind === "text") event.preventDefault();
    return undefined;
  }
  if (event.key === "Enter") run(event, () => takeChips(event.target));
  else if (event.key === "Backspace" && !event.target.value) event.target.parentElement.querySelector(".rv-chip:nth-last-child(2)")?.remove();
  else return undefined;
  return edited(event.target);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button, a[data-goto]");
  if (!button || !root.contains(button)) return;
  const { act, category, overrule, restore: key, reset, goto: place, format, zoom: picture } = button.dataset;
  if (act && acts[act]) acts[act]();
  else if (category) chooseCategory({ id: Number(category), path: button.title.split(" > ") });
  else if (overrule) overruleFinding(overrule);
  else if (key) changeFinding({ key, reason: "" });
  else if (reset) { open.fields.reset(reset); later(); }
  else if (picture) zoom(picture);
  else if (format) applyFormat(format);
  else if ("source" in button.dataset) toggleSource(button);
  else if ("remove" in button.dataset) removePart(button, button.closest(".rv-chip"));
  else if ("removeRow" in button.dataset) removePart(button, button.closest("tr"));
  else if ("addAttribute" in button.dataset) addAttribute(button);
  else if (place) {
    event.preventDefault();
    main.querySelector(`[data-u="${place}"]`)?.focus();
  }
});

function removePart(button, part) {
  const box = button.closest("[data-column]");
  part.remove();
  edited(box);
}

function addAttribute(button) {
  const row = addRow(button.closest(".rv-field").querySelector("table"), button.dataset.addAttribute);
  if (button.dataset.addAttribute) button.remove();
  row.querySelector("input, select").focus();
}

function applyFormat(format) {
  open.fields.box("generated_description").focus();
  if (format === "h3" || format === "p") document.execCommand("formatBlock", false, format);
  else document.execCommand(format);
}

function toggleSource(button) {
  const field = button.closest(".rv-field");
  const [area, box] = [field.querySelector(".rv-html"), field.querySelector(".rv-edit")];
  if (area.hidden) area.value = open.fields.read(box).replace(/(<\/(?:p|ul|ol|h3|h4|li|table|tr)>)/g, "$1\n");
  else box.innerHTML = clean(area.value);
  area.hidden = !area.hidden;
  box.hidden = !area.hidden;
  button.setAttribute("aria-pressed", String(!area.hidden));
  (area.hidden ? box : area).focus();
}

main.addEventListener("input", (event) => {
  if (event.target.matches(".rv-html")) {
    event.target.parentElement.querySelector(".rv-edit").innerHTML = clean(event.target.value);
    edited(event.target.parentElement.querySelector(".rv-edit"));
  } else if (event.target.dataset.tick) {
    later();
  } else if (!event.target.matches("[data-chip-input]")) {
    edited(event.target);
  }
});

main.addEventListener("paste", (event) => {
  if (event.target.matches?.("[data-chip-input]")) {
    setTimeout(() => { takeChips(event.target); edited(event.target); });
  } else if (event.target.closest?.("[data-kind=html]")) {
    const markup = event.clipboardData.getData("text/html");
    if (!markup) return;
    event.preventDefault();
    document.execCommand("insertHTML", false, clean(markup));
  }
});

main.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-chip-input]") && event.target.value.trim()) {
    takeChips(event.target);
    edited(event.target);
  }
});

main.addEventListener("error", (event) => event.target.closest?.(".rv-picture")?.classList.add("rv-broken"), true);
window.addEventListener("popstate", (event) => event.state?.run && deck.open(event.state.run));
window.addEventListener("beforeunload", (event) => {
  keepDraft();
  if (pending || (open?.may && open.fields.dirty)) event.preventDefault();
});
window.addEventListener("pagehide", () => deck.releaseAhead());
proof.watch(main);
if (open === null) {
  const card = main.querySelector(".rv-card");
  if (card) history.replaceState({ run: Number(card.dataset.run) }, "");
  begin();
}
