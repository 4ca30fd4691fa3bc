// Decisions: sent at once, the next card shown without waiting for long, and nothing lost when they are refused.

import { nextFinding } from "./review-check.js";
import { say, text } from "./review-messages.js";
import * as server from "./review-server.js";
import { deck, desk, drafts, keepDraft, main, refresh } from "./review-state.js";

// A decision that the server has not answered by then goes on behind the next card.
const PROMPT_ANSWER = 150;

export async function decide(act, body) {
  if (!desk.open?.may || desk.open.busy) return;
  const from = desk.open;
  from.busy = true;
  keepDraft();
  deck.sending.add(from.run);
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

export async function finish(from, act, body, answer) {
  deck.sending.delete(from.run);
  const moved = desk.open !== from;
  if (!answer.ok) {
    from.busy = false;
    refused(from, act, body, answer, moved);
    return;
  }
  drafts.drop(from.run);
  desk.undoable = [...desk.undoable, { run: from.run, title: from.title }].slice(-20);
  sessionStorage.setItem("rv:undo", JSON.stringify(desk.undoable));
  say(answer.message, { kind: "done", name: `sent-${from.run}`, actions: [[text("undo"), undo]] });
  if (!moved) await deck.forward();
  refresh();
}

export function refused(from, act, body, answer, moved) {
  const actions = [];
  if (moved) actions.push([text("back_to"), () => deck.open(from.run)]);
  else if (answer.status === 409) actions.push([text("reload"), () => deck.open(from.run)]);
  if (!answer.message) actions.push([text("retry"), () => again(from, act, body)]);
  say(complaint(from, answer), { kind: "error", name: `sent-${from.run}`, actions });
  if (!moved) refresh();
}

export function complaint(from, answer) {
  if (answer.message) return `«${from.title}»: ${answer.message}`;
  if (answer.status === 401) return text("signed_out", from);
  return answer.status ? text("failed", { ...from, status: answer.status }) : text("offline", from);
}

export async function again(from, act, body) {
  if (desk.open === from) {
    decide(act, body);
    return;
  }
  deck.sending.add(from.run);
  finish(from, act, body, await server.post(deck.url(from.run, act), { ...body, version: from.version }));
}

// Over findings about the texts it takes a second press.
export function approve() {
  if (!desk.open?.may) return;
  const { fields } = desk.open;
  const unticked = fields.unticked();
  if (unticked.length) return say(text("unticked", { names: unticked.join(", ") }), { kind: "error", name: "approve" });
  if (!fields.ticked().length) return say(text("nothing_ticked"), { kind: "error", name: "approve" });
  const count = main.querySelectorAll("[data-asks]").length;
  if (count && !desk.open.warned) {
    desk.open.warned = true;
    nextFinding();
    return say(text("again_to_approve", { count }), { name: "approve" });
  }
  return decide("approve", { edits: fields.edits(), fields: fields.ticked() });
}

// What is on its way is the last decision, too.
export async function undo() {
  while (deck.sending.size) await new Promise((go) => setTimeout(go, 50));
  const last = desk.undoable.at(-1);
  if (!last) return say(text("nothing_to_undo"), { name: "undo" });
  const answer = await server.post(deck.url(last.run, "undo"), {});
  if (answer.ok || answer.status === 409) {
    desk.undoable = desk.undoable.slice(0, -1);
    sessionStorage.setItem("rv:undo", JSON.stringify(desk.undoable));
  }
  if (!answer.ok) {
    refresh();
    return say(complaint(last, answer), { kind: "error", name: "undo" });
  }
  say(answer.message, { kind: "done", name: "undo" });
  deck.passed = deck.passed.filter((run) => run !== last.run);
  return deck.open(last.run);
}

export async function save() {
  if (!desk.open?.may || !desk.open.fields.dirty) return;
  const from = desk.open;
  keepDraft();
  const answer = await server.post(deck.url(from.run, "save"), { edits: from.fields.edits(), version: from.version });
  if (!answer.ok) {
    refused(from, "save", {}, answer, desk.open !== from);
    return;
  }
  drafts.drop(from.run);
  say(answer.message, { kind: "done", name: "save" });
  if (desk.open === from) deck.open(from.run);
}

export function skip() {
  if (!desk.open) return deck.forward();
  keepDraft();
  deck.pass(desk.open.run);
  if (desk.open.may) server.post(deck.url(desk.open.run, "release"), {});
  say(text("skipped", desk.open), { name: "skip" });
  return deck.forward();
}
