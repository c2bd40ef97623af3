// How far a job is, without reloading the page; it reloads once, when the job is over.
const box = document.querySelector("[data-job]");
const bar = box?.querySelector("progress");
const words = box?.querySelector("[data-job-words]");

async function look() {
  try {
    const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" } });
    if (!answer.ok) return setTimeout(look, 5000);
    const { percent, done, total, over } = await answer.json();
    if (over) return location.reload();
    bar.value = percent;
    if (total) words.textContent = words.dataset.jobWords.replace("{done}", done).replace("{total}", total);
    setTimeout(look, 1500);
  } catch {
    setTimeout(look, 5000);
  }
}

if (box) setTimeout(look, 1000);
