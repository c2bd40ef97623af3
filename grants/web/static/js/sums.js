// Amounts as people write them, in both directions. Money is counted in cents, without floats.
const language = document.documentElement.lang;

// "1 234,56 €" → 123456; null when it is not an amount; 0 when empty.
function cents(text) {
  const bare = text.replace(/[\s\u00a0\u202f€]/g, "").replace(",", ".");
  if (bare === "") return 0;
  if (!/^\d+(\.\d{1,2})?$/.test(bare)) return null;
  const [euros, rest = ""] = bare.split(".");
  return Number(euros) * 100 + Number(rest.padEnd(2, "0"));
}

function written(amount, unit = "EUR") {
  if (unit === "EUR") {
    return new Intl.NumberFormat(language, { style: "currency", currency: "EUR" }).format(amount / 100);
  }
  return `${new Intl.NumberFormat(language).format(amount)}\u202f${unit === "m2" ? "m²" : "h"}`;
}

// Adds up both sides of a budget at each keystroke, year by year, and says whether they are equal.
// Gifts in kind (accounts 86 and 87) balance apart, and stay out of the totals.
const IN_KIND = ["86", "87"];

for (const budget of document.querySelectorAll("[data-budget]")) {
  const verdict = budget.querySelector("[data-budget-verdict]");
  const sides = [...budget.querySelectorAll("[data-budget-side]")];
  const years = new Set([...budget.querySelectorAll("[data-budget-sum]")].map((one) => one.dataset.budgetSum));
  const inKind = (box) => IN_KIND.includes(box.closest("tr")?.querySelector("[data-budget-account]")?.value);
  const sum = (side, year, kind) =>
    [...side.querySelectorAll(`[data-budget-amount="${year}"]`)]
      .filter((box) => inKind(box) === kind)
      .reduce((all, box) => all + (cents(box.value) ?? 0), 0);
  const wrong = (year) => {
    const [[charges, products = 0], [used, given = 0]] = [false, true].map((kind) => sides.map((side) => sum(side, year, kind)));
    sides.forEach((side, i) => {
      side.querySelector(`[data-budget-sum="${year}"]`).textContent = written([charges, products][i]);
    });
    const words = [];
    if (charges !== products) words.push(budget.dataset.unequal.replace("{amount}", written(Math.abs(charges - products))));
    if (used !== given) words.push(budget.dataset.inKind.replace("{amount}", written(Math.abs(used - given))));
    const told = words.join(" ");
    return told && years.size > 1 ? budget.dataset.year.replace("{n}", Number(year) + 1).replace("{words}", told) : told;
  };
  const count = () => {
    const told = [...years].map(wrong).filter(Boolean).join(" ");
    const begun = [...budget.querySelectorAll("[data-budget-amount]")].some((box) => cents(box.value));
    if (!verdict) return;
    verdict.textContent = begun ? told || budget.dataset.equal : "";
    verdict.className = `budget__verdict budget__verdict--${told ? "unequal" : "equal"}`;
  };
  budget.addEventListener("input", count);
  count();
}

// Keeps the envelope strip true while amounts are typed: each input says its envelope in `data-envelope`;
// a tick box with `data-amount` (smallest parts of the unit) counts when ticked. The server decides all the same.
const lines = [...document.querySelectorAll("[data-envelope-line]")];
const inputs = [...document.querySelectorAll("[data-envelope]")];

function amountOf(input, unit) {
  if (input.type === "checkbox") return input.checked ? Number(input.dataset.amount) : 0;
  const value = cents(input.value) ?? 0;
  return unit === "EUR" ? value : value / 100;
}

function envelopeOf(input) {
  // The envelope may itself be chosen beside the amount: data-envelope="#id-of-the-select".
  const named = input.dataset.envelope;
  return named.startsWith("#") ? document.querySelector(named)?.value : named;
}

// Lines beyond this page count too, so what the server said moves by what is typed here; after a
// refused form, what stands in the boxes was never counted by the server: then they are the sum.
const refused = document.querySelector("#error-summary") !== null;
const atFirst = new Map();

function recount(line) {
  const { unit, envelopeLine, available } = line.dataset;
  const mine = inputs.filter((input) => envelopeOf(input) === envelopeLine);
  const here = mine.reduce((sum, input) => sum + amountOf(input, unit), 0);
  if (!atFirst.has(line)) atFirst.set(line, refused ? 0 : here - Number(line.dataset.proposed));
  const proposed = here - atFirst.get(line);
  const rest = Number(available) - proposed;
  const word = line.querySelector("[data-strip-word]");
  const bar = line.querySelector("[data-strip-bar]");
  line.classList.toggle("strip__line--over", rest < 0);
  line.querySelector("[data-strip-proposed]").textContent = written(proposed, unit);
  line.querySelector("[data-strip-remaining]").textContent = written(Math.abs(rest), unit);
  word.textContent = rest < 0 ? word.dataset.over : word.dataset.left;
  bar.setAttribute("width", `${(100 * proposed) / Math.max(Number(available), proposed, 1)}%`);
  bar.setAttribute("class", `seg seg--${rest < 0 ? "over" : "committed"}`);
}

if (lines.length && inputs.length) {
  const all = () => lines.forEach(recount);
  const follow = (event) => event.target.matches("[data-envelope], select") && all();
  document.addEventListener("input", follow);
  document.addEventListener("change", follow);
  all();
}
