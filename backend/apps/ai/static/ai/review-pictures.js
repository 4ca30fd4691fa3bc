// The product's pictures: in another order, dropped, back again. Saved at once; the page shows what the shop then has.

import { say } from "./review-messages.js";
import * as server from "./review-server.js";
import { main } from "./review-state.js";

const part = () => main.querySelector("[data-part=pictures]");
const all = (name) => [...part().querySelectorAll(`[${name}]`)].map((one) => one.getAttribute(name));
let busy = false;

function arranged(act, photo) {
  const shown = all("data-photo");
  const dropped = all("data-photo-dropped");
  const url = photo?.dataset.photo ?? photo?.dataset.photoDropped;
  const at = shown.indexOf(url);
  if (act === "undo") return { undo: true };
  if (act === "back") return { shown: [...shown, url], dropped: dropped.filter((one) => one !== url) };
  shown.splice(at, 1);
  if (act === "drop") return { shown, dropped: [...dropped, url] };
  shown.splice({ first: 0, left: at - 1, right: at + 1 }[act], 0, url);
  return { shown, dropped };
}

async function send(url, body, focus) {
  if (busy) return;
  busy = true;
  const holder = part();
  const answer = await server.post(url, body);
  busy = false;
  if (!answer.ok) return say(answer.message ?? "×", { kind: "error", name: "pictures" });
  holder.innerHTML = answer.html;
  say(answer.message, { kind: "done", name: "pictures" });
  const same = [...holder.querySelectorAll("[data-photo]")].find((one) => one.dataset.photo === focus);
  (same?.querySelector("[data-zoom]") ?? holder.querySelector("button"))?.focus();
}

export function watchPictures() {
  main.addEventListener("click", (event) => {
    const button = event.target.closest("[data-photo-act]");
    if (!button) return;
    const photo = button.closest("[data-photo], [data-photo-dropped]");
    const url = (button.dataset.picturesUrl ? button : button.closest("[data-pictures-url]")).dataset.picturesUrl;
    send(url, arranged(button.dataset.photoAct, photo), photo?.dataset.photo);
  });
  // On a picture: Shift with an arrow moves it, Delete drops it.
  main.addEventListener("keydown", (event) => {
    const photo = event.target.closest?.("[data-photo]");
    const act = event.key === "Delete" ? "drop" : event.shiftKey && { ArrowLeft: "left", ArrowRight: "right", Home: "first" }[event.key];
    const button = photo && act && photo.querySelector(`[data-photo-act=${act}]`);
    if (!button) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  });
}
