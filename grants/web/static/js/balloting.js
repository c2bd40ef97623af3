// A ballot adds up what it gives as its boxes are filled; the server says the same when it is sent.
const total = document.querySelector("[data-ballot-total]");

function written(amount, unit) {
  const language = document.documentElement.lang;
  if (unit === "EUR") {
    return new Intl.NumberFormat(language, { style: "currency", currency: "EUR" }).format(amount / 100);
  }
  const number = new Intl.NumberFormat(language).format(amount);
  return unit ? `${number}\u202f${unit === "m2" ? "m²" : "h"}` : number;
}

if (total) {
  const form = total.closest("form");
  const count = () => {
    const typed = [...form.querySelectorAll("input[data-ballot-points]")].map((box) => Number(box.value) || 0);
    const chosen = [...form.querySelectorAll("input[data-ballot-cost]:checked")].map((box) => Number(box.dataset.ballotCost));
    const given = [...typed, ...chosen].reduce((sum, one) => sum + one, 0);
    total.textContent = total.dataset.ballotTotal.replace("{given}", written(given, total.dataset.unit));
    total.classList.toggle("field__error", given > Number(total.dataset.most));
  };
  form.addEventListener("input", count);
}
