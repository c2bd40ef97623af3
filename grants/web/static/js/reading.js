// Numbers, amounts and days as people write them in France, read and written. No side effect.
const language = globalThis.document?.documentElement.lang ?? "fr";

const MONTHS = ["janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre"];

// "1 234,56 €" → 1234.56; null when it is empty or no number.
export function decimal(text) {
  const bare = text
    .replace(/[\s\u00a0\u202f'’]/g, "")
    .replace(/(€|euros?|eur|m²|m2|heures?|h)$/i, "")
    .replace(/^−/, "-");
  const grouped = /^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare) ? bare.replaceAll(".", "") : bare;
  const plain = grouped.replace(",", ".");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

// "14/10/2018", "14 octobre 2018" or "2018-10-14" → "2018-10-14"; null when it is no day.
export function day(text) {
  const bare = text.trim().toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  const iso = bare.match(/^(\d{4})-(\d{2})-(\d{2})$/);
  if (iso) return real(iso[1], iso[2], iso[3]);
  const short = bare.match(/^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$/);
  if (short) return real(short[3], short[2], short[1]);
  const long = bare.match(/^(\d{1,2})(?:er)? ([a-z]+) (\d{4})$/);
  const month = long ? MONTHS.indexOf(long[2]) + 1 : 0;
  return month ? real(long[3], month, long[1]) : null;
}

function real(year, month, date) {
  const text = `${year}-${String(month).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
  const found = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(found.valueOf()) && found.toISOString().startsWith(text) ? text : null;
}

const SYMBOLS = { m2: "m²", hour: "h" };

export function written(value, unit = "", places = 0) {
  if (unit === "EUR") return new Intl.NumberFormat(language, { style: "currency", currency: "EUR" }).format(value);
  const text = new Intl.NumberFormat(language, { maximumFractionDigits: places }).format(value);
  return unit ? `${text}\u202f${SYMBOLS[unit]}` : text;
}
