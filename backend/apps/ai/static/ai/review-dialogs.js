// The page's small windows. Each opener returns nothing; what was chosen goes to the function that it was given.

import { pathNodes } from "./review-edit.js";
import { aloud, say, text } from "./review-messages.js";
import * as server from "./review-server.js";

const $ = (id) => document.getElementById(id);
const RECENT = 5;
const TYPING = 120;

export function anyOpen() {
  return document.querySelector("dialog[open]");
}

export function help() {
  $("rv-help").showModal();
}

// A digit decides; words may be written before it.
export function reject(decide) {
  const dialog = $("rv-reject");
  const notes = dialog.querySelector("[name=notes]");
  const buttons = [...dialog.querySelectorAll("[data-reason]")];
  notes.value = "";
  const choose = (reason) => {
    dialog.close();
    decide({ reason, notes: notes.value.trim() });
  };
  for (const button of buttons) button.onclick = () => choose(button.dataset.reason);
  dialog.onkeydown = (event) => {
    if (event.target === notes) {
      if (event.key === "Enter" && event.ctrlKey) {
        event.preventDefault();
        if (notes.value.trim()) choose("other");
        else say(text("need_reason"), { kind: "error", name: "reject" });
      }
      return;
    }
    const place = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
    if (place && buttons[place - 1]) {
      event.preventDefault();
      choose(buttons[place - 1].dataset.reason);
    }
  };
  dialog.showModal();
  buttons[0].focus();
}

export function again(card, decide) {
  const dialog = $("rv-again");
  const [hint, mode, language, images] = ["hint", "mode", "language", "analyze_images"].map((name) => dialog.querySelector(`[name=${name}]`));
  hint.value = card.dataset.hint;
  mode.value = card.dataset.mode;
  language.value = card.dataset.language || language.value;
  images.checked = Boolean(card.dataset.images);
  asking(dialog, () => {
    dialog.close();
    decide({ hint: hint.value, mode: mode.value, language: language.value, analyze_images: images.checked });
  });
  hint.focus();
}

export function overrule(finding, decide) {
  const dialog = $("rv-overrule");
  dialog.querySelector("[data-message]").textContent = finding.dataset.message;
  words(dialog, text("need_words"), (reason) => decide({ key: finding.dataset.key, reason }));
}

export function takeOver(decide) {
  words($("rv-takeover"), text("need_words"), (notes) => decide({ notes }));
}

function words(dialog, complaint, done) {
  const field = dialog.querySelector("[name=reason]");
  field.value = "";
  asking(dialog, () => {
    const said = field.value.trim();
    if (!said) {
      say(complaint, { kind: "error", name: "words" });
      return;
    }
    dialog.close();
    done(said);
  });
  field.focus();
}

function asking(dialog, send) {
  dialog.querySelector("[data-send]").onclick = send;
  dialog.onkeydown = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      send();
    }
  };
  dialog.showModal();
}

// Pictures, one after the other.
export function zoom(urls, first) {
  const dialog = $("rv-zoom");
  const picture = dialog.querySelector("img");
  let at = Math.max(0, urls.indexOf(first));
  const show = (place) => {
    at = (place + urls.length) % urls.length;
    picture.src = urls[at];
  };
  dialog.onkeydown = (event) => {
    if (event.key === "ArrowRight") show(at + 1);
    if (event.key === "ArrowLeft") show(at - 1);
    if (event.code === "KeyZ") dialog.close();
  };
  if (!urls.length) return;
  show(at);
  dialog.showModal();
}

// A search over full paths, the latest choices while nothing is typed.
export class CategoryChoice {
  constructor(url, user) {
    this.url = url;
    this.key = `rv:categories:${user}`;
    this.dialog = $("rv-category");
    this.input = this.dialog.querySelector("[name=q]");
    this.list = $("rv-found");
    this.heading = this.dialog.querySelector("[data-heading]");
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), TYPING);
    });
    this.dialog.addEventListener("keydown", (event) => this.keydown(event));
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  open(choose) {
    this.choose = choose;
    this.input.value = "";
    this.show(this.recent(), text("recent"));
    this.dialog.showModal();
    this.input.focus();
  }

  recent() {
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }

  remember(category) {
    const others = this.recent().filter((other) => other.id !== category.id);
    localStorage.setItem(this.key, JSON.stringify([category, ...others].slice(0, RECENT)));
  }

  async search() {
    const wanted = this.input.value.trim();
    if (!wanted) {
      this.show(this.recent(), text("recent"));
      return;
    }
    const answer = await server.get(`${this.url}?q=${encodeURIComponent(wanted)}`);
    if (wanted !== this.input.value.trim()) return;
    const found = answer.found ?? [];
    const heading = found.length ? text("found", { count: found.length }) : text("not_found");
    this.show(found, heading);
    aloud(heading);
  }

  show(found, heading) {
    this.heading.textContent = found.length || this.input.value ? heading : "";
    this.list.replaceChildren(...found.map((category, at) => {
      const option = document.createElement("li");
      option.role = "option";
      option.id = `rv-found-${at}`;
      option.category = category;
      option.append(...pathNodes(category.path));
      return option;
    }));
    this.mark(0);
  }

  mark(place) {
    const options = [...this.list.children];
    this.at = options.length ? (place + options.length) % options.length : 0;
    options.forEach((option, at) => { option.ariaSelected = String(at === this.at); });
    const chosen = options[this.at];
    chosen?.scrollIntoView({ block: "nearest" });
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  keydown(event) {
    if (event.key === "ArrowDown") this.mark(this.at + 1);
    else if (event.key === "ArrowUp") this.mark(this.at - 1);
    else if (event.key === "Enter" && this.list.children[this.at]) this.take(this.list.children[this.at]);
    else return;
    event.preventDefault();
  }

  take({ category }) {
    this.dialog.close();
    this.remember(category);
    this.choose(category);
  }
}
