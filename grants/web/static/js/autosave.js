// Saves a form in the background and says what really happened, never what it hopes.
// The form is POSTed to its own action with `X-Requested-With: autosave`. The answer is JSON:
// {"message": "Enregistré à 14 h 32", "version": 7}; on refusal, 4xx with {"message": "why"}.
// Until the server has acknowledged it, what was typed stays in this browser.
const QUIET_MS = 10_000;
const STEP_MS = 600;
const KEEP_MS = 250;
const RETRY_MS = 8000;
const PRESENT_MS = 20_000;
const OURS = ["version", "csrf_token", "page"];

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);

function watch(form) {
  const status = form.querySelector("[data-autosave-status]");
  const around = form.querySelector("[data-draft]");
  const entry = entryOf(form);
  // Two versions to choose from: only the person's own hand saves.
  const choosing = form.querySelector("[data-choosing]") !== null;
  let saved = choosing ? "" : fingerprint(form);
  let timer = 0;
  let keeping = 0;
  let saving = null;
  let leaving = false;

  const say = (words, tone) => {
    if (!status) return;
    status.textContent = words;
    status.className = `autosave autosave--${tone}`;
  };
  const changed = () => fingerprint(form) !== saved;
  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };
  const keepNow = (sent = false) => {
    clearTimeout(keeping);
    const gone = (leaving && !sent) || document.documentElement.dataset.left;
    if (!entry || gone || !changed()) return;
    const { version, page } = form.elements;
    keep(entry, { pairs: pairs(form), version: Number(version?.value), page: page?.value, sent });
  };

  async function save() {
    if (saving || leaving || choosing || !changed()) return;
    const sent = fingerprint(form);
    keepNow();
    say(status?.dataset.saving ?? "", "saving");
    saving = post(form.action, withoutFiles(form));
    try {
      const answer = await saving;
      if (answer.type === "opaqueredirect") return signedOut();
      const told = await answer.json().catch(() => ({}));
      if (answer.status === 400 && !told.message && (await renewed())) return later(0);
      if (!answer.ok || !told.message) {
        if (!told.message) later(RETRY_MS);
        const compare = answer.status === 409 && told.conflict ? ` ${around?.dataset.compare ?? ""}` : "";
        return refused(`${told.message ?? status?.dataset.broken ?? ""}${compare}`);
      }
      saved = sent;
      if (told.version !== undefined && form.elements.version) form.elements.version.value = told.version;
      if (entry && !changed()) forget(entry);
      say(told.message, "saved");
      present(told.others);
      form.dispatchEvent(new CustomEvent("laureat:saved", { bubbles: true, detail: told }));
    } catch {
      refused(status?.dataset.offline ?? "");
      later(RETRY_MS);
    } finally {
      saving = null;
      if (!leaving && fingerprint(form) !== sent && changed()) {
        // Typed while the answer was on its way: not saved, whatever was just said.
        if (saved === sent) say(status?.dataset.unsaved ?? "", "unsaved");
        later(QUIET_MS);
      }
    }
  }

  function refused(reason) {
    say((status?.dataset.failed ?? "{reason}").replace("{reason}", reason), "failed");
  }

  function signedOut() {
    refused(status?.dataset.signedOut ?? "");
    const way = status?.dataset.signIn;
    if (!way) return;
    const link = document.createElement("a");
    link.href = `${way}?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = status.dataset.signInWords;
    status.append(" ", link);
  }

  // Signing in again changes the secret of forms: the page itself gives the new one.
  async function renewed() {
    const page = await fetch(location.href, { redirect: "manual" });
    if (!page.ok) return false;
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = fresh.querySelector("form[data-autosave] [name=csrf_token]")?.value;
    if (!token || token === form.elements.csrf_token?.value) return false;
    for (const box of document.querySelectorAll("[name=csrf_token]")) box.value = token;
    return true;
  }

  function present(words) {
    const line = form.querySelector("[data-presence-status]");
    if (line && words !== undefined && line.textContent !== words) line.textContent = words;
  }

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    if (changed()) say(status?.dataset.unsaved ?? "", "unsaved");
    clearTimeout(keeping);
    keeping = setTimeout(keepNow, KEEP_MS);
    later(QUIET_MS);
  });
  form.addEventListener("change", (event) => event.target.type !== "file" && later(STEP_MS));
  addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return;
    keepNow();
    save();
  });
  addEventListener("pagehide", () => keepNow());
  form.addEventListener("submit", (event) => {
    keepNow(true);
    leaving = true;
    clearTimeout(timer);
    // A question may be asked before sending (page.js): then nobody leaves.
    setTimeout(() => (leaving = !event.defaultPrevented));
  });
  addEventListener("pageshow", () => (leaving = false));
  addEventListener("beforeunload", (event) => {
    if (!leaving && changed()) event.preventDefault();
  });

  if (entry && !choosing && replay(form, entry, JSON.parse(around.dataset.heard || "{}"))) {
    say(around.dataset.found, "unsaved");
    later(STEP_MS);
  }
  if (around?.dataset.presence) stayPresent(form, around.dataset.presence, present);
}

// Puts back what the server never acknowledged; true when something was missing.
function replay(form, entry, heard) {
  const found = kept(entry);
  if (!found) return false;
  if (found.sent && heard[found.page] > found.version) {
    forget(entry); // that very sending arrived
    return false;
  }
  const before = fingerprint(form);
  for (const [name, value] of found.pairs) fill(form, name, value, found.pairs);
  if (fingerprint(form) === before) {
    forget(entry);
    return false;
  }
  // As old as the text, and from its page: if someone else saved in between, the server shows both versions.
  form.elements.version.value = found.version;
  form.elements.page.value = found.page;
  form.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function fill(form, name, value, all) {
  if (OURS.includes(name)) return;
  const boxes = [...form.elements].filter((one) => one.name === name);
  const nth = all.filter((pair) => pair[0] === name);
  for (const [rank, box] of boxes.entries()) {
    if (["checkbox", "radio"].includes(box.type)) box.checked = nth.some((pair) => pair[1] === box.value);
    else if (["submit", "file"].includes(box.type)) continue;
    else box.value = nth[rank]?.[1] ?? value;
  }
}

// Says that one is here while one really is, and shows who else is.
function stayPresent(form, url, present) {
  let active = performance.now();
  for (const kind of ["input", "keydown", "pointerdown", "focusin"]) {
    addEventListener(kind, () => (active = performance.now()), { passive: true });
  }
  const tell = async () => {
    if (document.hidden || performance.now() - active > 3 * PRESENT_MS) return;
    const data = new FormData();
    // Not form.elements: on some pages the token is there twice, and together they have no value.
    data.set("csrf_token", form.querySelector("[name=csrf_token]")?.value ?? "");
    const answer = await post(url, data).catch(() => null);
    if (answer?.ok) present((await answer.json().catch(() => ({}))).others);
  };
  tell();
  setInterval(tell, PRESENT_MS);
}

function post(url, body) {
  return fetch(url, {
    method: "POST",
    body,
    headers: { "X-Requested-With": "autosave", Accept: "application/json" },
    redirect: "manual",
  });
}

function pairs(form) {
  const data = withoutFiles(form);
  for (const name of OURS) data.delete(name);
  return [...data.entries()];
}

// What is the server's, not something typed, never makes a form look changed.
function fingerprint(form) {
  return new URLSearchParams(pairs(form)).toString();
}

// Documents are sent by their own script: saving in the background never uploads one twice.
function withoutFiles(form) {
  const data = new FormData(form);
  for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name);
  return data;
}

// --- What was typed and not acknowledged yet: one entry for each application, section and person. Signing out forgets them (page.js).

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null; // a browser that keeps nothing still saves: only the safety net is missing
  }
}

function entryOf(form) {
  const name = form.querySelector("[data-draft]")?.dataset.draft;
  return name ? `laureat:${name}` : null;
}

function keep(entry, text) {
  try {
    storage()?.setItem(entry, JSON.stringify(text));
  } catch {
    // full: the page itself still holds the text
  }
}

function kept(entry) {
  try {
    return JSON.parse(storage()?.getItem(entry) ?? "null");
  } catch {
    return null;
  }
}

function forget(entry) {
  storage()?.removeItem(entry);
}
