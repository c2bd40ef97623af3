// Differences of a financial report, worked out while one types. The server reckons them again.

const IN_KIND = new Set(["86", "87"]);
const LANGUAGE = document.documentElement.lang || "fr";
const money = new Intl.NumberFormat(LANGUAGE, { style: "currency", currency: "EUR" });
const percent = new Intl.NumberFormat(LANGUAGE, {
  style: "percent",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});

function typed(box) {
  const text = box.value.replace(/[\s\u00a0\u202f€]/g, "");
  return /^\d{1,11}$/.test(text) ? Number(text) : null;
}

function tell(row, forecast, actual) {
  const gap = row.querySelector("[data-report-gap]");
  const part = row.querySelector("[data-report-percent]");
  gap.textContent = actual === null ? "—" : money.format(actual - forecast);
  part.textContent =
    actual === null || forecast === 0 ? "—" : percent.format((actual - forecast) / forecast);
}

function reckon(table) {
  let sum = 0;
  for (const row of table.querySelectorAll("[data-report-line]")) {
    const actual = typed(row.querySelector("[data-report-actual]"));
    const account = row.querySelector("[data-report-account]")?.value ?? row.dataset.account;
    tell(row, Number(row.dataset.forecast), actual);
    if (!IN_KIND.has(account)) sum += actual ?? 0;
  }
  const total = table.querySelector("[data-report-total]");
  total.querySelector("[data-report-sum]").textContent = money.format(sum);
  tell(total, Number(total.dataset.forecast), sum);
}

for (const table of document.querySelectorAll("[data-report]")) {
  table.addEventListener("input", () => reckon(table));
}
