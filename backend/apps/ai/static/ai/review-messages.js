// Messages of the page: shown for a while or until they are closed, and read aloud.

const texts = JSON.parse(document.getElementById("rv-texts").textContent);
const box = document.getElementById("rv-toasts");
const live = document.getElementById("rv-live");
const SHOWN = 9_000;

export function text(name, values = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

export function aloud(message) {
  live.textContent = message;
}

// `kind`: "done", "info" or "error"; an error stays. `actions`: [[label, what to do]].
export function say(message, { kind = "info", actions = [], name = "" } = {}) {
  if (name) box.querySelector(`[data-name="${name}"]`)?.remove();
  const toast = document.createElement("div");
  toast.className = `rv-toast rv-toast-${kind}`;
  toast.dataset.name = name;
  if (kind === "error") toast.role = "alert";
  const words = document.createElement("span");
  words.textContent = message;
  toast.append(words);
  const close = () => toast.remove();
  for (const [label, act] of [...actions, [text("close"), null]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = act ? label : "×";
    if (!act) button.ariaLabel = label;
    button.addEventListener("click", () => {
      close();
      act?.();
    });
    toast.append(button);
  }
  box.append(toast);
  if (kind !== "error") {
    aloud(message);
    setTimeout(close, SHOWN);
  }
  while (box.children.length > 3) box.firstElementChild.remove();
  return close;
}
