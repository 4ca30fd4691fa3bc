// The queue's page: ticks and the bar of decisions, and every few seconds who holds the cards that are shown.
(() => {
  const desk = document.getElementById("desk-queue");
  if (!desk) return;
  const EVERY = 8000;
  const words = document.getElementById("desk-words").dataset;
  const form = document.getElementById("desk-form");
  const bar = form.querySelector(".desk-bar");
  const all = document.getElementById("desk-all");
  const everything = form.elements.everything;
  const boxes = [...form.querySelectorAll("input[name=_selected_action]")];
  let last = null;

  function show() {
    if (!bar) return;
    const picked = boxes.filter((box) => box.checked).length;
    bar.hidden = !picked;
    if (!picked) everything.value = "";
    const more = bar.querySelector("[data-everything]");
    more.hidden = !!everything.value || Number(more.dataset.everything) <= boxes.length || picked < boxes.length;
    bar.querySelector(".desk-picked").textContent = everything.value
      ? `${words.all}: ${more.dataset.everything}`
      : `${words.picked}: ${picked}`;
    all.checked = picked === boxes.length;
    all.indeterminate = picked > 0 && picked < boxes.length;
    for (const box of boxes) box.closest(".desk-row").classList.toggle("is-picked", box.checked);
  }

  all?.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked && !box.disabled;
    everything.value = "";
    show();
  });
  boxes.forEach((box, place) =>
    box.addEventListener("click", (event) => {
      if (event.shiftKey && last !== null) {
        const [from, to] = [Math.min(last, place), Math.max(last, place)];
        for (const one of boxes.slice(from, to + 1)) one.checked = box.checked && !one.disabled;
      }
      last = place;
      everything.value = "";
      show();
    }),
  );
  bar?.querySelector("[data-everything]").addEventListener("click", () => {
    everything.value = "1";
    show();
  });

  function draw(row, card) {
    const cell = row.querySelector(".desk-holder");
    cell.replaceChildren();
    const note = document.createElement("small");
    if (card.decided) {
      row.classList.add("is-decided");
      const box = row.querySelector("input");
      if (box) [box.checked, box.disabled] = [false, true];
      note.textContent = words.decided;
    } else if (card.holder) {
      cell.append(card.holder);
      note.textContent = `${words.until} ${card.until}`;
    } else {
      note.textContent = "—";
    }
    cell.append(note);
    row.classList.toggle("is-held", !!card.holder && !card.is_mine);
  }

  async function poll() {
    if (document.hidden) return;
    const rows = [...form.querySelectorAll(".desk-row[data-id]")];
    const url = new URL(desk.dataset.live, location.href);
    url.searchParams.set("ids", rows.map((row) => row.dataset.id).join(","));
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      for (const row of rows) if (found.cards[row.dataset.id]) draw(row, found.cards[row.dataset.id]);
      const states = ["waiting", "mine", "free", "overdue"];
      for (const number of desk.querySelectorAll("b[data-state]")) {
        const count = found.states[states[number.dataset.state]] ?? 0;
        number.textContent = count.toLocaleString("ru");
      }
      show();
    } catch {
      // The next one may reach the server again.
    }
  }

  if (matchMedia("(max-width: 900px)").matches) desk.querySelector(".desk-filters")?.removeAttribute("open");
  setInterval(poll, EVERY);
  show();
})();
