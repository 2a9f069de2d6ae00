// A page that changes by itself: when the server says so (data-changes), or every few seconds (data-every),
// the part is fetched and put in the place of the old one, but for what somebody may be filling in (data-stays).
// Without this script the page is a page.
"use strict";

const part = document.querySelector("[data-part]");
const notLive = document.getElementById("not-live");
const SILENT_MS = 40_000; // the server is heard of every 15 s
const ANSWER_MS = 20_000;
const AGAIN_MS = 2_000;

let shown = null;
let look = null;
let running = false;
let again = false;
let later = 0;

async function refresh() {
  again = running; // what comes while one is under way is fetched after it
  if (running) return;
  running = true;
  const fresh = await fetched();
  running = false;
  tell(fresh);
  clearTimeout(later);
  if (!fresh) later = setTimeout(refresh, AGAIN_MS);
  else if (again) refresh();
}

async function fetched() {
  try {
    const answer = await fetch(part.dataset.part, { redirect: "manual", signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) location.reload();
    if (!answer.ok) return false;
    const now = answer.headers.get("x-hymy-look");
    if (look && look !== now) location.reload(); // the server has another release, with other styles
    look = now;
    swap(await answer.text());
    return true;
  } catch {
    return false;
  }
}

function swap(content) {
  if (content === shown) return;
  shown = content;
  const focused = reached().indexOf(document.activeElement);
  const { scrollX, scrollY } = window;
  const open = [...part.querySelectorAll("details")].map((details) => details.open);
  const stays = part.querySelector("[data-stays]");
  part.innerHTML = content;
  if (stays) part.querySelector("[data-stays]").replaceWith(stays);
  part.querySelectorAll("details").forEach((details, number) => (details.open = open[number] ?? details.open));
  window.scrollTo(scrollX, scrollY);
  if (focused >= 0) reached()[focused]?.focus({ preventScroll: true });
}

// What the keyboard reaches, in order.
function reached() {
  return [...part.querySelectorAll("a, button, input, select, summary, textarea")];
}

function tell(live) {
  const text = live ? "" : notLive.dataset.text;
  if (notLive.textContent !== text) notLive.textContent = text;
}

function listen() {
  const source = new EventSource(part.dataset.changes);
  let silent = setTimeout(lost, SILENT_MS);

  function heard() {
    clearTimeout(silent);
    silent = setTimeout(lost, SILENT_MS);
  }

  function lost() {
    clearTimeout(silent);
    source.close();
    tell(false);
    setTimeout(listen, AGAIN_MS);
  }

  source.addEventListener("changed", () => {
    heard();
    refresh();
  });
  source.addEventListener("alive", heard);
  source.addEventListener("error", lost);
}

if (part?.dataset.changes) listen();
if (part?.dataset.every) setInterval(refresh, 1000 * Number(part.dataset.every));

// On a phone the bar and rows of choices are wider than the screen: the link of this page is brought into sight.
document.querySelectorAll("nav [aria-current]").forEach((link) => {
  const row = link.closest("nav");
  row.scrollLeft = link.offsetLeft - row.offsetLeft - (row.clientWidth - link.offsetWidth) / 2;
});

// A menu closes when one looks elsewhere.
for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => menu.contains(event.target) || menu.removeAttribute("open"));
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    }
  });
}
