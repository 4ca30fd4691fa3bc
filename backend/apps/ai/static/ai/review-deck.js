// Which card is open: the next one is fetched ahead, those that were seen can be gone back to.

import { say, text } from "./review-messages.js";
import * as server from "./review-server.js";

const MOST_PASSED = 400;

function stored(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? [];
  } catch {
    return [];
  }
}

export class Deck {
  // `show` is set by whoever puts a card, as the server sends it, on the page.
  constructor(root) {
    this.base = root.dataset.baseUrl;
    this.nextUrl = root.dataset.nextUrl;
    this.seen = stored("rv:seen");
    this.passed = stored("rv:passed");
    this.ahead = null;
    this.sending = new Set(); // whose decisions the server has not answered: still mine, but not to come again
  }

  url(run, act) {
    return `${this.base}${run}/${act}/`;
  }

  opened(run) {
    this.run = run;
    if (run && !this.seen.includes(run)) this.seen = [...this.seen, run].slice(-MOST_PASSED);
    sessionStorage.setItem("rv:seen", JSON.stringify(this.seen));
  }

  pass(run) {
    this.passed = [...this.passed.filter((other) => other !== run), run].slice(-MOST_PASSED);
    sessionStorage.setItem("rv:passed", JSON.stringify(this.passed));
  }

  unpass() {
    this.passed = [];
    sessionStorage.removeItem("rv:passed");
    this.ahead = null;
  }

  // Take the card that follows, so that it is here when it is wanted.
  fetchAhead() {
    const passed = [...new Set([...this.passed, ...this.sending, this.run])].filter(Boolean);
    this.ahead = server.post(this.nextUrl, { passed_over: passed });
    return this.ahead;
  }

  async forward() {
    let next = await (this.ahead ?? this.fetchAhead());
    if (!next.ok || !next.run) next = await this.fetchAhead(); // cards may have come meanwhile
    this.ahead = null;
    if (next.ok) this.show(next);
    else say(text("offline_next"), { kind: "error", name: "next" });
    return next.ok;
  }

  // Step through the cards that were opened; past the last one comes the next of the queue.
  async step(by) {
    const at = this.seen.indexOf(this.run) + by;
    if (at < 0) {
      say(text("first"), { name: "step" });
      return;
    }
    if (at < this.seen.length) await this.open(this.seen[at]);
    else await this.forward();
  }

  async open(run) {
    const card = await server.get(this.url(run, "card"));
    if (card.ok) this.show(card);
    else say(text("offline_next"), { kind: "error", name: "next" });
    return card.ok;
  }

  // The card that was fetched ahead goes back to everybody.
  async releaseAhead() {
    const next = this.ahead && (await Promise.race([this.ahead, null]));
    if (next?.run) server.post(this.url(next.run, "release"), {}, { keepalive: true });
  }
}
