// Comfort on the scoring screen: S saves and goes on, N skips. The digits are in page.js.
const OFF = "laureat-keys-off";
const TEXTS = "textarea, select, input:not([type=radio]):not([type=checkbox]), [contenteditable]";

// What a key asks for: "save", "skip" or null. `typing`: the key goes into a text.
export function command({ key, typing = false, ctrlKey = false, altKey = false, metaKey = false, shiftKey = false, repeat = false, isComposing = false }) {
  if (typing || ctrlKey || altKey || metaKey || shiftKey || repeat || isComposing) return null;
  return { s: "save", n: "skip" }[key.toLowerCase()] ?? null;
}

function remembered() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function remember(off) {
  try {
    if (off) localStorage.setItem(OFF, "yes");
    else localStorage.removeItem(OFF);
  } catch {
    // a browser that keeps nothing asks again on the next page
  }
}

function begin(box) {
  const on = box.querySelector("[data-shortcuts-on]");
  box.hidden = false;
  on.checked = !remembered();
  on.addEventListener("change", () => remember(!on.checked));
  document.addEventListener("keydown", (event) => {
    const wanted = on.checked && !event.defaultPrevented && command({
      key: event.key,
      typing: event.target.matches?.(TEXTS),
      ctrlKey: event.ctrlKey,
      altKey: event.altKey,
      metaKey: event.metaKey,
      shiftKey: event.shiftKey,
      repeat: event.repeat,
      isComposing: event.isComposing,
    });
    if (!wanted) return;
    event.preventDefault();
    document.querySelector(wanted === "save" ? "[name=intent][value=save_next]" : "[data-skip]")?.click();
  });
}

const box = globalThis.document?.querySelector("[data-shortcuts]");
if (box) begin(box);
