// Of hundreds of locations, those alone whose name has what was typed. Without this script all are there, by region.
"use strict";

const filter = document.getElementById("filter");

function show() {
  const wanted = filter.value.trim().toLocaleLowerCase();
  for (const region of document.querySelectorAll(".region")) {
    let found = 0;
    for (const choice of region.querySelectorAll(".locations .choice")) {
      choice.hidden = !choice.textContent.toLocaleLowerCase().includes(wanted);
      found += !choice.hidden;
    }
    region.hidden = wanted !== "" && found === 0;
    if (wanted !== "" && found) region.querySelector("details").open = true;
  }
}

if (filter) {
  filter.parentElement.hidden = false;
  filter.addEventListener("input", show);
}
