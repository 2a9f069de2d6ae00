// A long list, narrowed to what was typed. Without this script all of it is there.
"use strict";

for (const filter of document.querySelectorAll("[data-narrows]")) {
  filter.parentElement.hidden = false;
  filter.addEventListener("input", () => narrow(filter.value.trim().toLocaleLowerCase(), filter.dataset));
}

// narrows: the items; within: groups of them, each with its own details, which go and open with what they hold.
function narrow(wanted, { narrows, within }) {
  for (const item of document.querySelectorAll(narrows)) {
    item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
  }
  for (const group of within ? document.querySelectorAll(within) : []) {
    const found = group.querySelector(`${narrows}:not([hidden])`);
    group.hidden = wanted !== "" && !found;
    if (wanted && found) group.querySelector("details").open = true;
  }
}
