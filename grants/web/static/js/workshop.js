// Comforts of the call workshop: sections and questions moved by dragging, types changed at once, rules tried while
// they are written.

// --- The outline: drag a question, or a section by its title, to another place; buttons do the same by keyboard.
const QUESTION = "[data-field]";
const SECTION = "[data-section]";

for (const outline of document.querySelectorAll("[data-outline]")) {
  let held = null;
  let kind = QUESTION;
  const mark = (item, where) => {
    for (const one of outline.querySelectorAll(".outline__item--above, .outline__item--below")) {
      one.classList.remove("outline__item--above", "outline__item--below");
    }
    if (item && item !== held) item.classList.add(`outline__item--${where}`);
  };
  for (const grip of outline.querySelectorAll(`${QUESTION}, .outline__head`)) grip.draggable = true;
  outline.addEventListener("dragstart", (event) => {
    const grip = event.target.closest?.(`${QUESTION}, .outline__head`);
    if (!grip) return;
    kind = grip.matches(QUESTION) ? QUESTION : SECTION;
    held = grip.closest(kind);
    held.classList.add("outline__item--held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.id);
  });
  outline.addEventListener("dragend", () => {
    held?.classList.remove("outline__item--held");
    held = null;
    mark(null);
  });
  outline.addEventListener("dragover", (event) => {
    if (!held || !event.target.closest(SECTION)) return;
    event.preventDefault();
    const item = event.target.closest(kind);
    if (item) mark(item, isAbove(event, item) ? "above" : "below");
  });
  outline.addEventListener("drop", (event) => {
    const section = event.target.closest(SECTION);
    if (!held || !section) return;
    event.preventDefault();
    const among = kind === QUESTION ? section : outline;
    const values = { at: placeOf(event, held, among, kind) };
    if (kind === QUESTION) values.section = section.dataset.section;
    send(outline, held, values);
  });
}

function isAbove(event, item) {
  const box = item.getBoundingClientRect();
  return event.clientY < box.top + box.height / 2;
}

// Places are counted without what moves.
function placeOf(event, held, among, kind) {
  const all = [...among.querySelectorAll(kind)];
  const others = all.filter((one) => one !== held);
  const item = event.target.closest(kind);
  const at = others.indexOf(item);
  if (at < 0) return item === held ? all.indexOf(held) : others.length;
  return isAbove(event, item) ? at : at + 1;
}

function send(outline, held, values) {
  const button = held.querySelector('button[name="direction"]');
  for (const [name, value] of Object.entries(values)) {
    const box = document.createElement("input");
    Object.assign(box, { type: "hidden", name, value });
    outline.append(box);
  }
  outline.action = button.formAction;
  outline.submit();
}

// --- A question: its boxes follow its type without pressing the button.
for (const button of document.querySelectorAll("[data-retype]")) {
  const select = button.form.elements.type;
  select?.addEventListener("change", () => button.form.requestSubmit(button));
}

// --- A rule: read back and tried while it is written. The page is asked again, and its parts take the place of these.
for (const form of document.querySelectorAll("form:has([data-rule])")) {
  let timer = 0;
  let asked = 0;
  const later = (whole) => {
    clearTimeout(timer);
    timer = setTimeout(() => redraw(form, whole, ++asked, () => asked), whole ? 0 : 450);
  };
  form.addEventListener("input", (event) => {
    if (event.target.closest("[data-rule], #rule-sample")) later(event.target.matches("[data-redraw]"));
  });
}

async function redraw(form, whole, mine, latest) {
  const values = new FormData(form);
  values.set("intent", "try");
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(values), credentials: "same-origin" });
  } catch {
    return; // the button still works
  }
  if (!answer.ok || answer.redirected || mine !== latest()) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (mine !== latest()) return;
  const held = document.activeElement;
  const names = [...form.querySelectorAll("#rule-sample [name]")].map((box) => box.name).join();
  const others = [...page.querySelectorAll("#rule-sample [name]")].map((box) => box.name).join();
  const parts = ["rule-reading", names === others ? "rule-verdict" : "rule-sample"];
  if (whole) parts.push("rule-lines");
  for (const id of parts) {
    const fresh = page.getElementById(id);
    if (fresh) document.getElementById(id)?.replaceChildren(...fresh.childNodes);
  }
  if (held?.id && !held.isConnected) document.getElementById(held.id)?.focus();
}
