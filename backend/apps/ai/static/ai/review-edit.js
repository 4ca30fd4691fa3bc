// The card's fields: what they hold, what was changed, and drafts that outlive the page.

const BLANKS = /\s+/g;
const WORDS = /[,;\n]+/;

let allowed = new Set();

export function allowTags(names) {
  allowed = new Set(names);
}

// Markup of allowed tags without attributes; nothing of it runs while it is taken apart.
export function clean(markup) {
  const body = new DOMParser().parseFromString(markup, "text/html").body;
  for (const gone of body.querySelectorAll("script,style,template,iframe,object")) gone.remove();
  for (const element of [...body.querySelectorAll("*")]) {
    if (element.localName === "div") {
      rename(element, "p");
    } else if (allowed.has(element.localName)) {
      for (const { name } of [...element.attributes]) element.removeAttribute(name);
    } else {
      element.replaceWith(...element.childNodes);
    }
  }
  body.normalize();
  return body.innerHTML.replaceAll("&nbsp;", " ");
}

function rename(element, name) {
  const other = document.createElement(name);
  other.append(...element.childNodes);
  element.replaceWith(other);
}

const kinds = {
  text: {
    read: (box) => box.textContent.replace(BLANKS, " ").trim(),
    write: (box, value) => { box.textContent = value; },
  },
  html: {
    read: (box) => clean(source(box).hidden ? box.innerHTML : source(box).value).trim(),
    write: (box, value) => {
      box.innerHTML = clean(value);
      source(box).value = value;
    },
  },
  chips: {
    read: (box) => [...box.querySelectorAll(".rv-chip")].map((chip) => chip.firstChild.data.trim()),
    write: (box, value) => {
      for (const chip of box.querySelectorAll(".rv-chip")) chip.remove();
      for (const word of value) addChip(box, word);
    },
  },
  pairs: {
    read: (box) => Object.fromEntries([...box.querySelectorAll("tbody tr")].map(pair).filter(([name]) => name)),
    write: (box, value) => writePairs(box, value),
  },
  category: {
    read: (box) => Number(box.dataset.value) || null,
    write: (box, value, path) => {
      box.dataset.value = value ?? "";
      if (path) box.querySelector("[data-path]").replaceChildren(...pathNodes(path));
    },
  },
};

export function pathNodes(path) {
  return path.flatMap((name, at) => {
    const last = at === path.length - 1;
    const node = document.createElement(last ? "b" : "span");
    node.textContent = name;
    return at ? [separator(), node] : [node];
  });
}

function separator() {
  const sign = document.createElement("i");
  sign.ariaHidden = "true";
  sign.textContent = " › ";
  return sign;
}

function source(box) {
  return box.parentElement.querySelector(".rv-html");
}

function pair(row) {
  const name = row.dataset.attributeRow || row.querySelector("[data-name]")?.value.trim() || "";
  const amount = row.querySelector("[data-amount]");
  if (amount) {
    const number = amount.value.trim();
    return [number ? name : "", `${number} ${row.querySelector("[data-unit]").value}`.trim()];
  }
  const value = row.querySelector("[data-value]")?.value.trim() ?? "";
  return [value ? name : "", value];
}

function writePairs(box, value) {
  for (const row of [...box.querySelectorAll("tbody tr")]) {
    if (!(row.dataset.attributeRow in value)) row.remove();
  }
  for (const [name, text] of Object.entries(value)) {
    const row = box.querySelector(`tbody tr[data-attribute-row="${CSS.escape(name)}"]`) ?? addRow(box, name);
    const plain = row.querySelector("[data-value]");
    if (row.querySelector("[data-name]")) row.querySelector("[data-name]").value = name;
    if (plain) {
      plain.value = text;
      continue;
    }
    const [, number, unit] = /^([\d\s.,/×x*–-]*)\s*(.*)$/.exec(text);
    row.querySelector("[data-amount]").value = number.trim();
    row.querySelector("[data-unit]").value = unit.trim();
  }
}

// A row for an attribute of the schema, or for any other one.
export function addRow(table, name) {
  const field = table.closest(".rv-field");
  const known = field.querySelector(`template[data-attribute="${CSS.escape(name)}"]`);
  const template = known ?? field.querySelector('template[data-attribute=""]');
  const row = template.content.querySelector("tr").cloneNode(true);
  table.tBodies[0].append(row);
  return row;
}

export function addChip(box, word) {
  const text = word.replace(BLANKS, " ").trim();
  if (!text || kinds.chips.read(box).some((other) => other.toLowerCase() === text.toLowerCase())) return;
  const chip = document.createElement("span");
  chip.className = "rv-chip";
  const remove = document.createElement("button");
  remove.type = "button";
  remove.dataset.remove = "";
  remove.textContent = "×";
  remove.ariaLabel = `× ${text}`;
  chip.append(text, remove);
  box.insertBefore(chip, box.querySelector("[data-chip-input]"));
}

// What was typed or pasted becomes chips, parted at commas, semicolons and lines.
export function takeChips(input) {
  const box = input.closest(".rv-chips");
  for (const word of input.value.split(WORDS)) addChip(box, word);
  input.value = "";
}

export class Fields {
  constructor(card) {
    this.card = card;
    this.initial = new Map(this.boxes().map((box) => [box.dataset.column, { value: this.read(box), box: box.cloneNode(true) }]));
    this.ticksAtFirst = JSON.stringify(this.ticked());
    this.count();
  }

  boxes() {
    return [...this.card.querySelectorAll("[data-column]")];
  }

  box(column) {
    return this.card.querySelector(`[data-column="${column}"]`);
  }

  read(box) {
    return kinds[box.dataset.kind].read(box);
  }

  // Changed columns and their values.
  edits() {
    const changed = {};
    for (const [column, first] of this.initial) {
      const box = this.box(column);
      if (!box) continue;
      const value = this.read(box);
      if (JSON.stringify(value) !== JSON.stringify(first.value)) changed[column] = value;
    }
    return changed;
  }

  get dirty() {
    return Object.keys(this.edits()).length > 0 || JSON.stringify(this.ticked()) !== this.ticksAtFirst;
  }

  write(edits, paths = {}) {
    for (const [column, value] of Object.entries(edits)) {
      const box = this.box(column);
      if (box && this.initial.has(column)) kinds[box.dataset.kind].write(box, value, paths[column]);
    }
    this.changed();
  }

  // The same description with its marks as they are now; not under the caret.
  remark(markup) {
    const box = this.box("generated_description");
    if (box && markup !== null && !box.hidden && box !== document.activeElement) box.innerHTML = markup;
  }

  reset(column) {
    const first = this.initial.get(column);
    const box = this.box(column);
    if (box.dataset.kind === "html") source(box).value = first.value;
    box.replaceWith(first.box.cloneNode(true));
    this.changed();
  }

  ticks() {
    return [...this.card.querySelectorAll("[data-tick]")];
  }

  ticked() {
    return this.ticks().filter((tick) => tick.checked).map((tick) => tick.dataset.tick);
  }

  tick(names) {
    for (const tick of this.ticks()) {
      tick.checked = names.includes(tick.dataset.tick);
      if (tick.checked) tick.disabled = false;
    }
  }

  // Labels of fields that were edited and are not ticked.
  unticked() {
    return Object.keys(this.edits())
      .map((column) => this.box(column).closest("[data-field]").querySelector("[data-tick]"))
      .filter((tick) => tick && !tick.checked)
      .map((tick) => tick.parentElement.textContent.trim());
  }

  // A field that somebody edits is one they want written.
  edited(box) {
    const tick = box.closest("[data-field]")?.querySelector("[data-tick]");
    const column = box.dataset.column;
    if (tick && column in this.edits()) {
      tick.disabled = false;
      tick.checked = true;
    }
    this.changed();
  }

  changed() {
    const edits = this.edits();
    for (const sign of this.card.querySelectorAll("[data-edited]")) {
      sign.hidden = !(sign.dataset.edited in edits);
    }
    this.count();
  }

  count() {
    for (const counter of this.card.querySelectorAll("[data-counter]")) {
      const box = this.box(counter.dataset.counter);
      const length = box ? this.read(box).length : 0;
      counter.textContent = `${length} / ${counter.dataset.limit}`;
      counter.classList.toggle("rv-too-long", length > Number(counter.dataset.limit));
    }
  }
}

// Unsaved edits by run, for this person and browser.
export class Drafts {
  constructor(user) {
    this.prefix = `rv:${user}:`;
  }

  save(run, draft) {
    try {
      localStorage.setItem(this.prefix + run, JSON.stringify(draft));
      return true;
    } catch {
      return false;
    }
  }

  load(run) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + run));
    } catch {
      return null;
    }
  }

  drop(run) {
    localStorage.removeItem(this.prefix + run);
  }
}
