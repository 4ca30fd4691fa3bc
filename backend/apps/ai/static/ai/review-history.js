// The history of a product: an applied card is taken back from here, too.

import * as server from "./review-server.js";

const page = document.getElementById("rv-history");
const texts = JSON.parse(document.getElementById("rv-texts").textContent);

page.addEventListener("click", async (event) => {
  const url = event.target.dataset.rollBack;
  if (!url) return;
  event.target.disabled = true;
  const answer = await server.post(url, {});
  if (answer.ok) location.reload();
  document.getElementById("rv-live").textContent = answer.message ?? texts.offline_next;
  event.target.disabled = false;
});
