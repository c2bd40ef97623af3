// The table of a scenario: type an amount or a rate and the other follows, Escape puts back what stood
// there, and a line saves itself when one leaves a box. The server computes and decides all the same.
const WHOLE = 10_000;
const status = document.querySelector("[data-scenario-status]");

// "1 234,56" → 123456; null when it is no number; undefined when empty.
function hundredths(text) {
  const bare = text.replace(/[\s\u00a0\u202f€%]/g, "").replace(",", ".");
  if (bare === "") return undefined;
  return /^\d+(\.\d{1,2})?$/.test(bare) ? Math.round(Number(bare) * 100) : null;
}

function shown(value) {
  const rest = String(value % 100).padStart(2, "0");
  return rest === "00" ? String(Math.floor(value / 100)) : `${Math.floor(value / 100)},${rest}`;
}

function say(words, tone) {
  if (!status) return;
  status.textContent = words;
  status.className = `autosave autosave--${tone}`;
}

function watch(form) {
  const box = (name) => form.elements[name];
  const all = ["base", "amount", "rate", "reason", "outcome", "envelope"].map(box).filter(Boolean);
  let was = new Map(all.map((one) => [one, one.value]));
  let saving = null;

  function follow(from) {
    const base = hundredths(box("base").value);
    const typed = hundredths(box(from).value);
    box("typed").value = from;
    if (!base || typed === null || typed === undefined) return;
    if (from === "amount") box("rate").value = shown(Math.floor((typed * WHOLE + base / 2) / base));
    else box("amount").value = shown(Math.floor((base * typed + WHOLE / 2) / WHOLE));
    if (box("outcome").value === "") box("outcome").value = "award";
  }

  for (const one of all) {
    one.addEventListener("input", () => {
      if (one.name === "amount" || one.name === "rate") follow(one.name);
      if (one.name === "base") follow(box("typed").value || "amount");
    });
    one.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      for (const [other, value] of was) other.value = value;
      box("typed").value = "";
    });
  }
  if (!form.closest("[data-line]")) return;
  form.querySelector("button").hidden = true; // the line saves itself; Enter still does
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  for (const one of all) one.addEventListener("change", () => save());

  async function save() {
    if (saving || all.every((one) => one.value === was.get(one))) return;
    // A refusal has its reason: it is asked for before anything is sent.
    if (box("outcome").value === "refusal" && box("reason").value.trim() === "") return box("reason").focus();
    const sent = new Map(all.map((one) => [one, one.value]));
    try {
      saving = fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "scenario", Accept: "application/json" },
        redirect: "manual",
      });
      const answer = await saving;
      const told = await answer.json();
      if (!answer.ok) return refused(told);
      for (const name of ["version", "amount", "rate", "base"]) box(name).value = told[name];
      box("typed").value = "";
      was = new Map(all.map((one) => [one, one.value]));
      document.querySelector("[data-strip]").outerHTML = told.strip;
      say(told.message, "saved");
    } catch {
      say(status.dataset.failed.replace("{reason}", status.dataset.offline), "failed");
    } finally {
      saving = null;
      if (all.some((one) => one.value !== sent.get(one) && one.value !== was.get(one))) save();
    }
  }

  function refused(told) {
    let words = status.dataset.failed.replace("{reason}", told.message);
    if (told.theirs && told.theirs.version !== box("version").value) {
      const theirs = status.dataset.theirs.replace("{name}", told.theirs.by);
      words += ` ${theirs.replace("{amount}", told.theirs.amount || "—")}`;
      box("version").value = told.theirs.version;
    }
    say(words, "failed");
  }
}

for (const form of document.querySelectorAll("form")) if (form.elements.typed && form.elements.rate) watch(form);
