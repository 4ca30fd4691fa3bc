// The doctor's page: each part is shown as soon as it has answered. Without this script the form shows all at the end.
(() => {
  const form = document.querySelector(".doctor-form");
  if (!form) return;
  const bar = document.getElementById("doctor-bar");
  const summary = document.getElementById("doctor-summary");
  const button = form.querySelector("button");

  function show(line) {
    if (!line) return;
    const found = JSON.parse(line);
    if (found.summary) {
      summary.textContent = found.summary;
      summary.dataset.done = "1";
      return;
    }
    const made = document.createElement("template");
    made.innerHTML = found.html.trim(); // rendered and escaped by the server's template
    document.getElementById(`part-${found.name}`)?.replaceWith(made.content);
    bar.value += 1;
  }

  async function read(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const lines = (rest + chunk.value).split("\n");
      rest = lines.pop();
      lines.forEach(show);
    }
    show(rest);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true") return;
    const body = new FormData(form);
    body.set("stream", "1");
    const parts = document.querySelectorAll(".doctor-group .doctor-part");
    for (const part of parts) part.classList.add("is-asked");
    [bar.max, bar.value, bar.hidden] = [parts.length, 0, false];
    button.setAttribute("aria-disabled", "true");
    summary.textContent = summary.dataset.busy;
    delete summary.dataset.done;
    try {
      const answer = await fetch(form.action, { method: "POST", body });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      await read(answer);
    } catch {
      delete summary.dataset.done;
    }
    if (!summary.dataset.done) summary.textContent = summary.dataset.failed;
    for (const part of document.querySelectorAll(".doctor-part.is-asked")) part.classList.remove("is-asked");
    bar.hidden = true;
    button.removeAttribute("aria-disabled");
  });
})();
