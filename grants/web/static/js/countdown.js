// How long is left, by the server's clock: what this machine believes the time to be does not matter.
const language = document.documentElement.lang === "en" ? "en" : "fr";
const UNITS = { fr: ["jour", "heure", "minute", "seconde"], en: ["day", "hour", "minute", "second"] }[language];
const AND = { fr: "et", en: "and" }[language];

// As `wording.remaining` does: the largest unit that counts, and the one below.
function span(seconds) {
  const counts = [Math.floor(seconds / 86400), Math.floor((seconds % 86400) / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  let first = counts.findIndex((count) => count > 0);
  if (first < 0) first = 3;
  return [first, first + 1]
    .filter((at) => at < 4 && (at === first || counts[at]))
    .map((at) => `${counts[at]} ${UNITS[at]}${counts[at] > 1 ? "s" : ""}`)
    .join(` ${AND} `);
}

for (const words of document.querySelectorAll("[data-countdown]")) {
  const left = (Date.parse(words.dataset.until) - Date.parse(words.dataset.now)) / 1000;
  const begun = performance.now();
  const tell = () => {
    const seconds = Math.floor(left - (performance.now() - begun) / 1000);
    words.textContent = seconds > 0 ? words.dataset.words.replace("{span}", span(seconds)) : words.dataset.over;
    if (seconds > 0) setTimeout(tell, seconds > 3600 ? 30_000 : 1000);
  };
  tell();
}
