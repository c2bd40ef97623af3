// A signature drawn in a box: with a pointer, or with arrows and the space bar. The typed name is
// enough: without this module the box is not even shown.

const STEP = 6;
const POINTS_MAX = 1200;

function setUp(place) {
  const box = place.querySelector("svg");
  const line = box.querySelector("path");
  const pen = box.querySelector("circle");
  const kept = place.querySelector("input");
  const said = place.querySelector("[data-drawing-said]");
  let points = [];
  let isDown = false;
  let at = [40, 120];

  place.hidden = false;
  restore();

  function restore() {
    const known = kept.value.match(/[ML]\d{1,3} \d{1,3}/g);
    points = known ?? [];
    line.setAttribute("d", points.join(""));
  }

  function add(command, [x, y]) {
    if (points.length >= POINTS_MAX) return;
    points.push(`${command}${Math.round(x)} ${Math.round(y)}`);
    const path = points.join("");
    line.setAttribute("d", path);
    kept.value = path;
  }

  function inside(event) {
    const frame = box.getBoundingClientRect();
    const x = ((event.clientX - frame.left) / frame.width) * 600;
    const y = ((event.clientY - frame.top) / frame.height) * 200;
    return [Math.min(600, Math.max(0, x)), Math.min(200, Math.max(0, y))];
  }

  function show() {
    pen.setAttribute("cx", at[0]);
    pen.setAttribute("cy", at[1]);
  }

  box.addEventListener("pointerdown", (event) => {
    box.setPointerCapture(event.pointerId);
    isDown = true;
    add("M", inside(event));
    event.preventDefault();
  });
  box.addEventListener("pointermove", (event) => {
    if (!isDown || !box.hasPointerCapture(event.pointerId)) return;
    at = inside(event);
    add("L", at);
    show();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    box.addEventListener(end, () => {
      isDown = false;
    });
  }

  const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  box.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      isDown = !isDown;
      said.textContent = isDown ? said.dataset.down : said.dataset.up;
      if (isDown) add("M", at);
    } else if (event.key in moves) {
      const [across, down] = moves[event.key];
      at = [Math.min(600, Math.max(0, at[0] + across)), Math.min(200, Math.max(0, at[1] + down))];
      if (isDown) add("L", at);
      show();
    } else return;
    event.preventDefault();
  });

  place.querySelector("[data-drawing-clear]").addEventListener("click", () => {
    points = [];
    isDown = false;
    kept.value = "";
    line.setAttribute("d", "");
    said.textContent = said.dataset.empty;
  });
}

for (const place of document.querySelectorAll("[data-drawing]")) setUp(place);
