// Comfort on every page: nothing here is needed, everything works without it.
import { watchLimits } from "./counting.js";

watchLimits(document);

// Whoever signs out leaves nothing typed behind (autosave.js keeps it until it is acknowledged).
document.addEventListener("submit", (event) => {
  if (!event.target.querySelector("[name=leave]")) return;
  document.documentElement.dataset.left = "yes";
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("laureat:")) localStorage.removeItem(name);
  } catch {
    // a browser that keeps nothing has nothing to forget
  }
});

// What went wrong is read first.
document.querySelector("[data-autofocus]")?.focus();

// Menus close when one looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A grave act is asked again in its place: no dialog, and the same button sends.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button?.dataset.confirm || button.dataset.confirmed) return;
  event.preventDefault();
  confirmInPlace(button);
});

function confirmInPlace(button) {
  const box = document.createElement("div");
  box.className = "confirming";
  box.setAttribute("role", "group");
  const question = document.createElement("p");
  question.textContent = button.dataset.confirm;
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "btn btn-quiet btn-sm";
  cancel.textContent = button.dataset.cancel;
  button.replaceWith(box);
  box.append(question, button, cancel);
  button.dataset.confirmed = "yes";
  button.focus();
  cancel.addEventListener("click", () => {
    delete button.dataset.confirmed;
    box.replaceWith(button);
    button.focus();
  });
}

// A form sent twice by a nervous hand is sent once; coming Back makes the buttons work again.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 4000);
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// A wide table without labels of its own takes its headings', to be read as cards on a telephone.
for (const table of document.querySelectorAll(".table-scroll > table, .table-responsive > table")) {
  const labels = [...table.querySelectorAll("thead th")].map((heading) => heading.textContent.trim());
  for (const row of table.tBodies[0]?.rows ?? []) {
    [...row.cells].forEach((cell, i) => labels[i] && (cell.dataset.label ??= labels[i]));
  }
  table.classList.add("table--stack");
}

// One box ticks them all, and the bar says how many are ticked.
for (const form of document.querySelectorAll("form")) {
  const ticks = () => [...form.querySelectorAll("[data-tick]")];
  const all = form.querySelector("[data-tick-all]");
  const words = form.querySelector("[data-bulk-count]");
  if (!all && !words) continue;
  const idle = words?.textContent;
  const count = () => {
    const ticked = ticks().filter((box) => box.checked).length;
    if (words) words.textContent = ticked ? words.dataset.words.replace("{n}", ticked) : idle;
    if (!all) return;
    all.checked = ticked > 0 && ticked === ticks().length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const box of ticks()) {
        box.checked = all.checked;
        box.dispatchEvent(new Event("input", { bubbles: true }));
      }
      count();
    });
  }
  form.addEventListener("change", count);
  count();
}

// Scoring by keyboard: inside a criterion, a digit chooses its mark; two digits within a second make 10 and more.
let typed = "";
let scored = null;
let timer = 0;

document.addEventListener("keydown", (event) => {
  const scale = event.target.closest?.("[data-scale]");
  if (!scale || event.ctrlKey || event.altKey || event.metaKey || !/^\d$/.test(event.key)) return;
  if (event.target.matches("textarea, input:not([type=radio])")) return;
  typed = scale === scored ? typed + event.key : event.key;
  scored = scale;
  clearTimeout(timer);
  timer = setTimeout(() => (typed = ""), 900);
  const marks = [...scale.querySelectorAll("input[type=radio]")];
  const choice = marks.find((mark) => mark.value === typed) ?? marks.find((mark) => mark.value === event.key);
  if (!choice) return;
  event.preventDefault();
  choice.checked = true;
  choice.focus();
  choice.dispatchEvent(new Event("change", { bubbles: true }));
});
