// The page's talk with its server: JSON both ways, and every failure as a value.

const PATIENCE = 20_000;

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]").value;
}

// {ok, status, …body}; status 0 when the server was not reached, 401 when the session is over.
async function ask(url, options) {
  try {
    const response = await fetch(url, { ...options, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE) });
    if (response.redirected || !response.headers.get("content-type")?.includes("json")) {
      return { ok: false, status: response.redirected ? 401 : response.status };
    }
    return { ...(await response.json()), ok: response.ok, status: response.status };
  } catch {
    return { ok: false, status: 0 };
  }
}

export function get(url) {
  return ask(url, { headers: { Accept: "application/json" } });
}

export function post(url, body, { keepalive = false } = {}) {
  return ask(url, {
    method: "POST",
    keepalive,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
}
