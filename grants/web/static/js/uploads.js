// Sends chosen documents piece by piece: several at once, with progress, going on after a cut.
// Without this script the form's own button sends them whole.
const RETRY_MS = 2000;
const GONE = 404;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const begin = form.querySelector("[data-uploads]")?.dataset.uploads;
  if (!begin) continue;
  const going = new Set();
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "file") return;
    const sent = take(form, begin, target);
    going.add(sent);
    sent.finally(() => going.delete(sent));
  });
  form.addEventListener("submit", (event) => going.size && hold(event, going), { capture: true });
}

// Leaving would cut what is on its way: the button waits for it, and stays where one was refused.
async function hold(event, going) {
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target: form, submitter } = event;
  if (form.hasAttribute("aria-busy")) return;
  form.setAttribute("aria-busy", "true");
  const sent = await Promise.all(going);
  form.removeAttribute("aria-busy");
  if (sent.every(Boolean)) form.requestSubmit(submitter);
}

async function take(form, begin, input) {
  const block = input.closest("[data-deposit]");
  if (!block) return true;
  const files = [...input.files];
  input.value = "";
  const sent = await Promise.all(files.map((file) => send(form, begin, block, file)));
  if (sent.some(Boolean)) await refresh(block.id);
  return sent.every(Boolean);
}

async function send(form, begin, block, file) {
  const line = document.createElement("li");
  const words = document.createElement("span");
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  line.append(words, bar);
  block.querySelector("[data-upload-list]").append(line);
  const say = (kind, facts = {}) => {
    const told = { name: file.name, ...facts };
    words.textContent = block.dataset[kind].replace(/\{(\w+)\}/g, (_all, key) => told[key] ?? "");
  };
  const token = () => form.elements.csrf_token.value;
  try {
    const announced = await begun(begin, token(), block.dataset, file);
    if (announced.message) throw new Error(announced.message);
    const whole = await pieces(announced, file, token, say, bar, block.dataset.out);
    // Cut at its end: kept or refused, the server forgets how it came. The list tells.
    if (!whole && !(await refresh(block.id))?.includes(file.name)) throw new Error(block.dataset.unsure);
    say("sent");
    bar.value = 100;
    setTimeout(() => line.remove(), 4000);
    return true;
  } catch (error) {
    bar.remove();
    words.className = "field__error";
    say("failed", { reason: error.message });
    return false;
  }
}

async function begun(url, token, { deposit, out }, file) {
  const data = new FormData();
  const told = { csrf_token: token, field: deposit, name: file.name, size: file.size };
  for (const [name, value] of Object.entries(told)) data.set(name, value);
  const answer = await fetch(url, { method: "POST", body: data, redirect: "manual" });
  return still(answer, out).json();
}

// Whoever is sent to sign in is told so: nothing of a document waits in the browser.
function still(answer, out) {
  if (answer.type === "opaqueredirect") throw new Error(out);
  return answer;
}

async function pieces(announced, file, token, say, bar, out) {
  let at = 0;
  for (;;) {
    say("sending", { percent: Math.floor((100 * at) / file.size) });
    bar.value = (100 * at) / file.size;
    let answer;
    try {
      answer = await fetch(`${announced.url}?at=${at}`, {
        method: "POST",
        body: file.slice(at, at + announced.piece),
        headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": token() },
        redirect: "manual",
      });
    } catch {
      say("cut");
      at = await resumed(announced.url, out);
      if (at === null) return false;
      continue;
    }
    const told = await still(answer, out).json().catch(() => ({}));
    if (told.done) return true;
    if (Number.isInteger(told.arrived)) at = told.arrived;
    else throw new Error(told.message ?? String(answer.status));
  }
}

// Waits until the network is back; how much the server has, or null when it waits for no more.
async function resumed(url, out) {
  for (;;) {
    await new Promise((wake) => setTimeout(wake, RETRY_MS));
    const answer = await fetch(url, { redirect: "manual" }).catch(() => null);
    if (answer === null) continue; // still away
    if (still(answer, out).status === GONE) return null;
    if (answer.ok) return (await answer.json()).arrived;
  }
}

// Shows the list of documents as the server has it now, and gives its text; nothing else moves.
async function refresh(id) {
  const answer = await fetch(location.href, { redirect: "manual" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
  const block = document.getElementById(id);
  if (!fresh || !block) return;
  const told = fresh.textContent;
  const going = [...block.querySelectorAll("[data-upload-list] > li")];
  block.replaceWith(fresh);
  fresh.querySelector("[data-upload-list]")?.append(...going);
  return told;
}
