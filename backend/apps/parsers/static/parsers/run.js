// Follows an import while it goes on; when its state changes the page is loaded anew, with its other buttons.
(() => {
  const box = document.querySelector("[data-progress-url]");
  if (!box) return;
  const state = box.dataset.state;
  const follow = async () => {
    try {
      const answer = await fetch(box.dataset.progressUrl, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      if (now.status !== state) return location.reload();
      box.querySelector("[data-bar]").style.width = `${now.percent}%`;
      box.querySelector("[data-position]").textContent = now.position;
      box.querySelector("[data-total]").textContent = now.total;
      for (const [name, value] of Object.entries(now.figures)) {
        const place = box.querySelector(`[data-figure="${name}"]`);
        if (place) place.textContent = value;
      }
    } catch (error) {
      // The server is away for a moment: asked again.
    }
    setTimeout(follow, 2000);
  };
  setTimeout(follow, 1000);
})();
