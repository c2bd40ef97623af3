// Characters and words, counted exactly as the server counts them (grants/calls/form/texts.py):
// line ends are one character, what nobody sees does not count, a lone dash is no word.

// White space as Python sees it, once control characters have become spaces.
const SPACES = " \n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
const SPLIT = new RegExp(`[${SPACES}]+`, "u");
const ENDS = new RegExp(`^[${SPACES}]+|[${SPACES}]+$`, "gu");

export function readable(text) {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[\p{Cs}\p{Cn}\p{Co}]/gu, "")
    .replace(/\p{Cc}/gu, (letter) => (letter === "\n" ? "\n" : " "))
    .normalize("NFC")
    .replace(ENDS, "");
}

export function oneLine(text) {
  return readable(text).split(SPLIT).join(" ");
}

export function characters(text, several = true) {
  return [...(several ? readable(text) : oneLine(text))].length;
}

export function words(text) {
  return readable(text).split(SPLIT).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

// Says what is left while one types, and only aloud after a pause.
function watch(box, told, max, count) {
  const aloud = document.createElement("span");
  aloud.className = "visually-hidden";
  aloud.setAttribute("aria-live", "polite");
  told.after(aloud);
  let timer = 0;
  const say = () => {
    const left = max - count(box.value);
    const text = (left < 0 ? told.dataset.over : told.dataset.left).replace("{n}", Math.abs(left));
    told.textContent = text;
    told.classList.toggle("field__count--over", left < 0);
    clearTimeout(timer);
    timer = setTimeout(() => (aloud.textContent = text), 1500);
  };
  box.addEventListener("input", say);
  if (box.value) say();
}

export function watchLimits(around) {
  for (const box of around.querySelectorAll("[data-limit]")) {
    const told = document.querySelector(`[data-count-for="${CSS.escape(box.id)}"]`);
    const several = box.tagName === "TEXTAREA";
    if (told) watch(box, told, Number(box.dataset.limit), (text) => characters(text, several));
  }
  for (const box of around.querySelectorAll("[data-limit-words]")) {
    const told = document.querySelector(`[data-words-for="${CSS.escape(box.id)}"]`);
    if (told) watch(box, told, Number(box.dataset.limitWords), words);
  }
}
