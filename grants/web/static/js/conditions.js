// Shows and hides questions, and works out computed answers, while one types. Without it, all of
// this happens when the section is saved. What is hidden keeps what it holds, and does not count.
import { oneLine } from "./counting.js";
import { evaluate } from "./expressions.js";
import { day, decimal, written } from "./reading.js";

for (const holder of document.querySelectorAll("[data-live]")) follow(holder.closest("form") ?? document.body, JSON.parse(holder.dataset.live));

function follow(form, rules) {
  const boxes = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
  const rows = (key) => {
    const found = new Map();
    for (const box of form.querySelectorAll(`[name^="q_${key}-"]`)) {
      const [, nth, cell] = box.name.slice(`q_${key}`.length).match(/^-(\d+)-c_(.+)$/) ?? [];
      if (cell) found.set(nth, (found.get(nth) ?? new Map()).set(cell, box.name));
    }
    return [...found.values()];
  };
  const typed = (name, type) => {
    const all = boxes(name);
    const ticked = all.filter((box) => box.checked).map((box) => box.value);
    if (type === "choices") return ticked.length ? ticked : null;
    const radio = all[0]?.type === "radio";
    const text = oneLine(radio ? (ticked[0] ?? "") : (all[0]?.value ?? ""));
    return text === "" ? null : understood(text, type);
  };

  function table(key, column, cells) {
    const lines = rows(key).map((row) => Object.fromEntries([...row].map(([cell, name]) => [cell, typed(name, cells[cell])])));
    const filled = lines.filter((line) => Object.values(line).some((one) => one !== null));
    if (!filled.length) return null;
    return filled.map((line) => (column ? (line[column] ?? null) : 1));
  }

  function budget(key, part) {
    const side = part === "products" || part === "grants" ? "products" : "charges";
    let total = 0;
    let found = false;
    for (const box of form.querySelectorAll(`[name^="q_${key}-"][data-budget-amount]`)) {
      const account = form.querySelector(`[name="${CSS.escape(box.name.replace(/-amount.*$/, "-account"))}"]`)?.value ?? "";
      const amount = decimal(box.value);
      if (amount === null) continue;
      found = true;
      if (!box.name.startsWith(`q_${key}-${side}-`)) continue;
      const inKind = account === "86" || account === "87";
      if (part === "grants" ? account === "74" : part === "in_kind" ? inKind : !inKind) total += amount;
    }
    return found ? total : null;
  }

  const showing = (key) => !(key in rules.show) || evaluate(rules.show[key], get) === true;

  function get(name) {
    const key = rules.names[name];
    if (!key || !(key in rules.types)) return rules.values[name] ?? null;
    if (!showing(key)) return null;
    if (key in rules.computed) return result(key);
    const { type, cells } = rules.types[key];
    const part = name.includes(".") ? name.split(".")[1] : "";
    if (cells) return table(key, part, cells);
    if (type === "budget") return budget(key, part);
    if (type === "address") return typed(`q_${key}-street`, type);
    return typed(`q_${key}`, type);
  }

  function result(key) {
    const [tree, unit, places] = rules.computed[key];
    const found = evaluate(tree, get);
    const whole = unit === "EUR" ? 2 : unit ? 0 : places;
    return typeof found === "number" ? Number(found.toFixed(whole)) : found;
  }

  function again() {
    for (const key of Object.keys(rules.show)) {
      const block = form.querySelector(`[data-asked="${key}"]`);
      if (block) block.hidden = !showing(key);
    }
    for (const [key, [, unit, places]] of Object.entries(rules.computed)) {
      const output = form.querySelector(`[data-computed="${key}"]`);
      if (!output) continue;
      const found = showing(key) ? result(key) : null;
      if (found === null) output.textContent = output.dataset.unknown;
      else if (typeof found === "boolean") output.textContent = found ? output.dataset.yes : output.dataset.no;
      else output.textContent = written(found, unit, places);
    }
  }

  // The server stays on the page when saving reveals questions; here they were seen already.
  const seen = document.createElement("input");
  Object.assign(seen, { type: "hidden", name: "live", value: "1" });
  form.append(seen);
  form.addEventListener("input", again);
  form.addEventListener("change", again);
  form.addEventListener("laureat:rows", again);
  again();
}

function understood(text, type) {
  if (type === "money" || type === "number" || type === "quantity") return decimal(text);
  if (type === "date") return day(text);
  if (type === "yes_no") return text === "yes";
  return text;
}
