// Saves a form in the background and says what really happened, never what it hopes.
// The form is POSTed to its own action with `X-Requested-With: autosave`. The answer is JSON:
// {"message": "Enregistré à 14 h 32", "version": 7}; on refusal, 4xx with {"message": "why"}.
const QUIET_MS = 3000;
const RETRY_MS = 8000;

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);

function watch(form) {
  const status = form.querySelector("[data-autosave-status]");
  let saved = fingerprint(form);
  let timer = 0;
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

  async function save() {
    if (saving || leaving || !changed()) return;
    const sent = fingerprint(form);
    say(status?.dataset.saving ?? "", "saving");
    saving = fetch(form.action, {
      method: "POST",
      body: withoutFiles(form),
      headers: { "X-Requested-With": "autosave", Accept: "application/json" },
      redirect: "manual",
    });
    try {
      const answer = await saving;
      if (answer.type === "opaqueredirect") return refused(status?.dataset.signedOut ?? "");
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok || !told.message) {
        if (!told.message) later(RETRY_MS);
        return refused(told.message ?? status?.dataset.broken ?? "");
      }
      saved = sent;
      if (told.version !== undefined && form.elements.version) form.elements.version.value = told.version;
      say(told.message, "saved");
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

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    if (changed()) say(status?.dataset.unsaved ?? "", "unsaved");
    later(QUIET_MS);
  });
  form.addEventListener("change", () => later(600));
  addEventListener("online", () => later(0));
  document.addEventListener("visibilitychange", () => document.hidden && save());
  form.addEventListener("submit", (event) => {
    leaving = true;
    clearTimeout(timer);
    // A question may be asked before sending (page.js): then nobody leaves.
    setTimeout(() => (leaving = !event.defaultPrevented));
  });
  addEventListener("pageshow", () => (leaving = false));
  addEventListener("beforeunload", (event) => {
    if (!leaving && changed()) event.preventDefault();
  });
}

// The version number is the server's, not something typed: it never makes a form look changed.
function fingerprint(form) {
  const data = withoutFiles(form);
  data.delete("version");
  data.delete("csrf_token");
  return new URLSearchParams(data).toString();
}

// Documents are sent by their own button: saving in the background never uploads one twice.
function withoutFiles(form) {
  const data = new FormData(form);
  for (const input of form.querySelectorAll("input[type=file]")) data.delete(input.name);
  return data;
}
