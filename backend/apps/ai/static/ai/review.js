// The review page: one card, its keys and buttons.

import { check, chooseCategory, edited, later, nextFinding, openFindings } from "./review-check.js";
import { approve, decide, refused, save, skip, undo } from "./review-decide.js";
import * as dialogs from "./review-dialogs.js";
import { addRow, allowTags, clean, Fields, takeChips } from "./review-edit.js";
import { aloud, say, text } from "./review-messages.js";
import * as proof from "./review-proof.js";
import { watchPictures } from "./review-pictures.js";
import * as server from "./review-server.js";
import { deck, desk, drafts, keepDraft, main, refresh, root } from "./review-state.js";

const choice = new dialogs.CategoryChoice(root.dataset.categoriesUrl, root.dataset.user);

allowTags(root.dataset.allowed.split(" "));
deck.show = show;
watchPictures();

// --- a card comes onto the page ---

function show(sent) {
  main.innerHTML = sent.html;
  main.scrollTop = 0;
  if (sent.url && location.pathname !== sent.url) history.pushState({ run: sent.run }, "", sent.url);
  if (sent.left !== undefined) document.getElementById("rv-left").textContent = sent.left;
  begin();
  if (desk.open) aloud(text("next_card", { title: desk.open.title }));
}

function begin() {
  const card = main.querySelector(".rv-card");
  desk.open = card && {
    card,
    run: Number(card.dataset.run),
    title: card.dataset.title,
    version: card.dataset.version,
    may: Boolean(card.dataset.decide),
    fields: new Fields(card),
    warned: false,
    busy: false,
  };
  deck.opened(desk.open?.run ?? null);
  if (desk.open?.may) {
    restore();
    if (card.dataset.free) take(desk.open);
  }
  const unskip = main.querySelector("[data-act=unskip]");
  if (unskip) unskip.hidden = !deck.passed.length;
  main.focus({ preventScroll: true });
  refresh();
  if (root.dataset.moderator && desk.open && !deck.ahead) deck.fetchAhead();
}

// A colleague may have taken or decided it since the page was made.
async function take(from) {
  const answer = await server.post(deck.url(from.run, "take"), {});
  if (answer.status === 409 && desk.open === from && !from.busy) refused(from, "take", {}, answer, false);
}

function restore() {
  const draft = drafts.load(desk.open.run);
  if (!draft) return;
  desk.open.fields.write(draft.edits, draft.paths);
  desk.open.fields.tick(draft.ticked);
  const message = draft.version === desk.open.version ? "restored" : "restored_old";
  say(text(message), { name: "draft", actions: [[text("reset"), forget]] });
}

function forget() {
  drafts.drop(desk.open.run);
  deck.open(desk.open.run);
}

function overruleFinding(key) {
  const list = openFindings();
  const meant = [
    (one) => one.dataset.key === key,
    (one) => one.contains(document.activeElement),
    (one) => one.querySelector("details").open,
  ];
  const finding = meant.map((fits) => list.find(fits)).find(Boolean) ?? list[0];
  if (!finding || !desk.open?.may) return say(text("no_findings"), { name: "finding" });
  return dialogs.overrule(finding, (body) => changeFinding(body));
}

async function changeFinding(body) {
  const from = desk.open;
  const answer = await server.post(deck.url(from.run, "overrule"), { ...body, version: from.version });
  if (!answer.ok) return refused(from, "overrule", body, answer, desk.open !== from);
  from.version = [answer.version, ...from.version.split("-").slice(1)].join("-");
  say(answer.message, { kind: "done", name: "finding" });
  return check(from);
}

// --- what buttons and keys do ---

const acts = {
  approve,
  undo,
  skip,
  help: dialogs.help,
  next: () => deck.step(1),
  back: () => { keepDraft(); deck.step(-1); },
  reject: () => desk.open?.may && dialogs.reject((body) => decide("reject", body)),
  again: () => desk.open?.may && dialogs.again(desk.open.card, (body) => decide("again", body)),
  category: () => desk.open?.may && choice.open(chooseCategory),
  finding: nextFinding,
  overrule: () => overruleFinding(),
  title: () => desk.open?.fields.box("generated_title")?.focus(),
  description: () => desk.open?.fields.box("generated_description")?.focus(),
  words: () => main.querySelector("[data-chip-input]")?.focus(),
  zoom: () => zoom(),
  history: () => desk.open && location.assign(desk.open.card.dataset.historyUrl),
  changes: () => {
    const all = [...main.querySelectorAll(".rv-changes")];
    const opened = all.some((one) => one.open);
    for (const one of all) one.open = !opened;
  },
  takeover: () => dialogs.takeOver(async (body) => {
    const answer = await server.post(deck.url(desk.open.run, "take"), body);
    if (!answer.ok) refused(desk.open, "take", body, answer, false);
    else deck.open(desk.open.run);
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
  // A key that closes a dialog was meant for the dialog alone.
  if (dialogs.anyOpen() || event.target.closest?.("dialog") || event.isComposing) return;
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
  else if (reset) { desk.open.fields.reset(reset); later(); }
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
  desk.open.fields.box("generated_description").focus();
  if (format === "h3" || format === "p") document.execCommand("formatBlock", false, format);
  else document.execCommand(format);
}

function toggleSource(button) {
  const field = button.closest(".rv-field");
  const [area, box] = [field.querySelector(".rv-html"), field.querySelector(".rv-edit")];
  if (area.hidden) area.value = desk.open.fields.read(box).replace(/(<\/(?:p|ul|ol|h3|h4|li|table|tr)>)/g, "$1\n");
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

const markBroken = (picture) => picture.closest?.(".rv-picture")?.classList.add("rv-broken");
main.addEventListener("error", (event) => markBroken(event.target), true);
// Those that failed before this script ran.
[...main.querySelectorAll(".rv-picture img")].filter((one) => one.complete && !one.naturalWidth).forEach(markBroken);
window.addEventListener("popstate", (event) => event.state?.run && deck.open(event.state.run));
window.addEventListener("beforeunload", (event) => {
  keepDraft();
  if (deck.sending.size || (desk.open?.may && desk.open.fields.dirty)) event.preventDefault();
});
window.addEventListener("pagehide", () => deck.releaseAhead());
proof.watch(main);
if (desk.open === null) {
  const card = main.querySelector(".rv-card");
  if (card) history.replaceState({ run: Number(card.dataset.run) }, "");
  begin();
}
root.dataset.ready = "1";
