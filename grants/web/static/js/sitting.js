// A meeting's page keeps up with its chair: it asks each second whether something changed (304 if
// not), and draws the changing part again when it did. Without it, « Actualiser » does the same.
const box = document.querySelector("[data-sitting]");
const SECOND = 1000;
let tag = "";
let told = "";

const say = document.createElement("p");
say.className = "visually-hidden";
say.setAttribute("role", "status");
box?.after(say);

const isTyping = (target) => target.matches?.("input, textarea, select, [contenteditable]");

// The timer counts from what the server said; the browser only adds the seconds since.
let drawnAt = performance.now();
function tick() {
  const timer = box.querySelector("[data-timer]");
  if (!timer) return;
  const run = "runs" in timer.dataset ? Math.floor((performance.now() - drawnAt) / SECOND) : 0;
  const seconds = Number(timer.dataset.timer) + run;
  timer.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

async function draw() {
  const answer = await fetch(box.dataset.screen, { cache: "no-store" });
  if (!answer.ok) return;
  const held = box.contains(document.activeElement) && document.activeElement.id;
  box.innerHTML = await answer.text(); // our own page's part, escaped by the server
  drawnAt = performance.now();
  dress();
  if (held) document.getElementById(held)?.focus();
}

function dress() {
  const said = box.querySelector("[data-said]")?.dataset.said ?? "";
  if (told && said !== told) say.textContent = said;
  told = said;
  const hint = box.querySelector("[data-keys-hint]");
  if (hint) hint.hidden = false;
}

async function look() {
  try {
    const headers = tag ? { "If-None-Match": tag } : {};
    const answer = await fetch(box.dataset.sitting, { headers, cache: "no-store" });
    if (answer.status === 200) {
      tag = answer.headers.get("ETag") ?? "";
      const { stamp, voted, over } = await answer.json();
      if (over) return location.reload();
      if (box.firstElementChild?.dataset.stamp !== stamp) await draw();
      const count = box.querySelector("[data-voted]");
      if (count && voted !== null) count.textContent = voted;
    }
    setTimeout(look, answer.status < 400 ? SECOND : 5 * SECOND);
  } catch {
    setTimeout(look, 5 * SECOND);
  }
}

// N and P move on, on the screen of whoever leads; never while one types.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || isTyping(event.target)) return;
  const [back, on] = box?.querySelectorAll("[data-keys] form") ?? [];
  const form = { n: on, p: back }[event.key.toLowerCase()];
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});

if (box) {
  dress();
  setInterval(tick, SECOND / 4);
  setTimeout(look, SECOND);
}
