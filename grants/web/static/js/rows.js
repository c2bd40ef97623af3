// Adds and takes away the rows of a table or of a group in the page; without it, the buttons save and
// come back. Totals of columns follow what is typed.
import { decimal, written } from "./reading.js";

const PLACES = 6;

for (const question of document.querySelectorAll("[data-rows]")) watch(question);

function watch(question) {
  const base = question.dataset.rows;
  const status = question.querySelector("[data-rows-status]");
  const rows = () => [...question.querySelectorAll("[data-row]")];
  const say = (words, nth) => status && (status.textContent = words.replace("{n}", nth));

  question.addEventListener("click", (event) => {
    const add = event.target.closest("[data-row-add]");
    const remove = event.target.closest("[data-row-remove]");
    if (!add && !remove) return;
    event.preventDefault();
    if (add) grow();
    else shrink(remove.closest("[data-row]"));
    const form = question.closest("form");
    form?.dispatchEvent(new CustomEvent("laureat:rows", { bubbles: true }));
    question.dispatchEvent(new Event("input", { bubbles: true }));
  });
  question.addEventListener("input", total);
  total();

  function grow() {
    const last = rows().at(-1);
    if (!last || rows().length >= Number(question.dataset.rowsMax)) return;
    const fresh = last.cloneNode(true);
    clear(fresh);
    last.after(fresh);
    number();
    fresh.querySelector("input, select, textarea")?.focus();
    say(status?.dataset.added ?? "", rows().length);
  }

  function shrink(row) {
    const nth = rows().indexOf(row) + 1;
    if (rows().length === 1) clear(row);
    else row.remove();
    number();
    question.querySelector("[data-row-add]")?.focus();
    say(status?.dataset.removed ?? "", nth);
  }

  // Names, identifiers and what is read aloud follow the place of the row.
  function number() {
    rows().forEach((row, at) => {
      const old = nthOf(row);
      if (old === null) return;
      for (const part of [row, ...row.querySelectorAll("*")]) {
        for (const name of ["id", "name", "for", "value", "aria-describedby", "data-count-for", "data-words-for"]) {
          const text = part.getAttribute(name);
          if (text?.includes(`${base}-${old}`)) part.setAttribute(name, text.replaceAll(`${base}-${old}`, `${base}-${at}`));
        }
        const label = part.getAttribute("aria-label");
        if (label) part.setAttribute("aria-label", label.replace(/\d+\)$/, `${at + 1})`));
      }
      for (const told of row.querySelectorAll(".group__title, [data-row-remove] .visually-hidden")) {
        told.textContent = told.textContent.replace(/\d+(\)?)\s*$/, `${at + 1}$1`);
      }
    });
  }

  function nthOf(row) {
    const name = row.querySelector(`[name^="${CSS.escape(base)}-"]`)?.name ?? row.querySelector("[data-row-remove]")?.value;
    return name?.slice(base.length).match(/^-(\d+)/)?.[1] ?? null;
  }

  function total() {
    for (const output of question.querySelectorAll("[data-row-total]")) {
      const boxes = [...question.querySelectorAll(`[name$="-c_${output.dataset.rowTotal}"]`)];
      const known = boxes.map((box) => decimal(box.value)).filter((one) => one !== null);
      const sum = known.reduce((all, one) => all + one, 0);
      output.textContent = known.length ? written(sum, output.dataset.unit, PLACES) : "";
    }
  }
}

function clear(row) {
  for (const box of row.querySelectorAll("input, select, textarea")) {
    if (box.type === "radio" || box.type === "checkbox") box.checked = false;
    else if (box.type !== "hidden") box.value = "";
    box.classList.remove("is-invalid");
    box.removeAttribute("aria-invalid");
  }
  for (const error of row.querySelectorAll(".field__error")) error.remove();
  for (const field of row.querySelectorAll(".field--invalid")) field.classList.remove("field--invalid");
}
