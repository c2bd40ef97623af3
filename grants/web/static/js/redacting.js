// Mask the words that one selects. Comfort: typing them does the same.

const length = (text) => [...text].length; // characters, as the server counts them

function selectedIn(box) {
  const selection = window.getSelection();
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!box.contains(range.commonAncestorContainer)) return null;
  const before = range.cloneRange();
  before.selectNodeContents(box);
  before.setEnd(range.startContainer, range.startOffset);
  const start = length(before.toString());
  const words = range.toString();
  return words.trim() ? { start, end: start + length(words), words } : null;
}

function addMark(list, found) {
  const value = `${found.start}-${found.end}`;
  const id = `${list.dataset.name}-${value}`;
  if (document.getElementById(id)) return;
  const line = document.createElement("div");
  line.className = "form-check";
  const box = Object.assign(document.createElement("input"), {
    type: "checkbox", className: "form-check-input", id, name: list.dataset.name, value, checked: true,
  });
  const label = Object.assign(document.createElement("label"), {
    className: "form-check-label", htmlFor: id, textContent: found.words,
  });
  line.append(box, " ", label);
  list.append(line);
}

for (const part of document.querySelectorAll("[data-redact]")) {
  const text = part.querySelector("[data-redact-text]");
  const list = part.querySelector("[data-redact-marks]");
  const button = part.querySelector("[data-redact-add]");
  button.hidden = false;
  button.addEventListener("mousedown", (event) => event.preventDefault()); // keeps the selection
  button.addEventListener("click", () => {
    const found = selectedIn(text);
    if (found) addMark(list, found);
  });
}
