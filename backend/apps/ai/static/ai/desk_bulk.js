// How far a decision on many cards is; the page is loaded anew once it has ended.
(() => {
  const page = document.getElementById("desk-bulk");
  if (!page || page.dataset.state !== "running") return;
  const write = (id, value) => (document.getElementById(id).textContent = value);

  async function poll() {
    try {
      const answer = await fetch(page.dataset.live, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const found = await answer.json();
      document.getElementById("bulk-bar").value = found.percent;
      write("bulk-done", found.done.toLocaleString("ru"));
      write("bulk-left", found.left.toLocaleString("ru"));
      write("bulk-label", found.label);
      if (found.state !== "running") location.reload();
    } catch {
      // The next one may reach the server again.
    }
  }

  setInterval(poll, 1000);
})();
