// What the modules of the review page share: its parts, the card that is open, drafts and the deck.

import { Deck } from "./review-deck.js";
import { Drafts } from "./review-edit.js";
import { text } from "./review-messages.js";

export const root = document.getElementById("rv");
export const main = document.getElementById("rv-card");
export const bar = root.querySelector(".rv-bar");
export const deck = new Deck(root);
export const drafts = new Drafts(root.dataset.user);

// `paths`: of categories that were chosen here.
export const desk = { open: null, paths: {}, undoable: JSON.parse(sessionStorage.getItem("rv:undo") ?? "[]") };

export function refresh() {
  const dirty = desk.open?.may && desk.open.fields.dirty;
  for (const name of ["approve", "reject", "again"]) bar.querySelector(`[data-act=${name}]`).disabled = !desk.open?.may;
  bar.querySelector("[data-act=undo]").disabled = !desk.undoable.length;
  bar.querySelector("[data-approve-label]").textContent = text(dirty ? "approve_edits" : "approve");
  document.getElementById("rv-state").textContent = dirty ? text("unsaved") : "";
}

export function keepDraft() {
  if (!desk.open?.may) return;
  const edits = desk.open.fields.edits();
  if (desk.open.fields.dirty) drafts.save(desk.open.run, { version: desk.open.version, edits, ticked: desk.open.fields.ticked(), paths: desk.paths });
  else drafts.drop(desk.open.run);
}
