// What proves what: a sentence of the card, its sentences of the source, and findings, lit up together.

const LIT = "rv-lit";

function numbers(text) {
  return (text ?? "").split(" ").filter(Boolean);
}

function unlight(main) {
  for (const element of main.querySelectorAll(`.${LIT}`)) element.classList.remove(LIT);
}

function light(main, elements) {
  for (const element of elements) element.classList.add(LIT);
}

function sourceOf(main, list) {
  return list.map((number) => main.querySelector(`.rv-source [data-u="${number}"]`)).filter(Boolean);
}

// The parts that belong to what the pointer or the caret is on: [on its own side, on the other side].
function together(main, element) {
  const finding = element.closest?.("[data-key]");
  if (finding) {
    const marks = [...main.querySelectorAll(`[data-f="${finding.dataset.key}"]`)];
    return [marks, sourceOf(main, numbers(finding.dataset.evidence))];
  }
  const sentence = element.closest?.(".rv-s");
  if (sentence) {
    const own = [...main.querySelectorAll(`.rv-s[data-s="${sentence.dataset.s}"]`)];
    return [own, sourceOf(main, numbers(sentence.dataset.p))];
  }
  const row = element.closest?.("tr[data-p]");
  if (row) return [[row], sourceOf(main, numbers(row.dataset.p))];
  const unit = element.closest?.("[data-u]");
  if (unit) {
    const number = unit.dataset.u;
    const proved = [...main.querySelectorAll(".rv-proposal [data-p]")].filter((one) => numbers(one.dataset.p).includes(number));
    return [[unit], proved];
  }
  return null;
}

export function show(main, element, { scroll = false } = {}) {
  unlight(main);
  const found = element && together(main, element);
  if (!found) return;
  const [own, others] = found;
  light(main, own);
  light(main, others);
  if (scroll) others[0]?.scrollIntoView({ block: "nearest" });
}

export function watch(main) {
  let timer;
  main.addEventListener("pointerover", (event) => {
    clearTimeout(timer);
    show(main, event.target);
    timer = setTimeout(() => show(main, event.target, { scroll: true }), 250);
  });
  main.addEventListener("pointerleave", () => {
    clearTimeout(timer);
    unlight(main);
  });
  main.addEventListener("focusin", (event) => show(main, event.target, { scroll: true }));
  document.addEventListener("selectionchange", () => {
    const node = document.getSelection()?.anchorNode;
    const element = node instanceof Element ? node : node?.parentElement;
    if (element?.closest(".rv-edit") && main.contains(element)) show(main, element, { scroll: true });
  });
}
