// Comforts of the call workshop: questions moved by dragging, types changed at once, rules tried while they are written.

// --- The outline: drag a question to another place; buttons do the same by keyboard.
for (const outline of document.querySelectorAll("[data-outline]")) {
  let held = null;
  const mark = (item, where) => {
    for (const one of outline.querySelectorAll(".outline__field--above, .outline__field--below")) {
      one.classList.remove("outline__field--above", "outline__field--below");
    }
    if (item) item.classList.add(`outline__field--${where}`);
  };
  for (const item of outline.querySelectorAll("[data-field]")) item.draggable = true;
  outline.addEventListener("dragstart", (event) => {
    held = event.target.closest?.("[data-field]");
    if (!held) return;
    held.classList.add("outline__field--held");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.field);
  });
  outline.addEventListener("dragend", () => {
    held?.classList.remove("outline__field--held");
    held = null;
    mark(null);
  });
  outline.addEventListener("dragover", (event) => {
    if (!held || !event.target.closest("[data-section]")) return;
    event.preventDefault();
    const item = event.target.closest("[data-field]");
    if (item) mark(item, isAbove(event, item) ? "above" : "below");
  });
  outline.addEventListener("drop", (event) => {
    const section = event.target.closest("[data-section]");
    if (!held || !section) return;
    event.preventDefault();
    send(outline, held, section, placeOf(event, held, section));
  });
}

function isAbove(event, item) {
  const box = item.getBoundingClientRect();
  return event.clientY < box.top + box.height / 2;
}

// Places are counted without the question that moves.
function placeOf(event, held, section) {
  const others = [...section.querySelectorAll("[data-field]")].filter((one) => one !== held);
  const item = event.target.closest("[data-field]");
  const at = others.indexOf(item);
  if (at < 0) return item === held ? [...section.querySelectorAll("[data-field]")].indexOf(held) : others.length;
  return isAbove(event, item) ? at : at + 1;
}

function send(outline, held, section, at) {
  const button = held.querySelector('button[name="direction"]');
  const values = { at, section: section.dataset.section };
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
