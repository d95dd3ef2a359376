"use strict";
// Tables of the class "sortable" can be sorted by a click on a heading; the page works without.
for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const text = (row, column) => (row.cells[column].querySelector("summary, bdi") ?? row.cells[column]).textContent;
  const comma = /^de(?!-CH)/.test(document.documentElement.lang);
  const number = (shown) => {
    const digits = shown.replace(/\u2212/g, "-").replace(comma ? /[^\d,-]/g : /[^\d.-]/g, "").replace(",", ".");
    return /\d/.test(digits) ? Number.parseFloat(digits) : Number.NEGATIVE_INFINITY;
  };
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const isNumeric = heading.classList.contains("number");
      const turned = { ascending: "descending", descending: "ascending" };
      const direction = turned[heading.ariaSort] ?? (isNumeric ? "descending" : "ascending");
      for (const other of table.tHead.rows[0].cells) other.ariaSort = null;
      heading.ariaSort = direction;
      const order = (one, two) => isNumeric ? number(one) - number(two) : one.localeCompare(two);
      const rows = [...body.rows].sort((one, two) => order(text(one, column), text(two, column)));
      body.append(...(direction === "ascending" ? rows : rows.reverse()));
    });
  });
}
// The numbers behind a chart, at once and by touch; without a script they are in its table.
const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
tip.ariaHidden = "true";
document.body.append(tip);
for (const title of document.querySelectorAll("svg[role=img] > * title")) {
  title.parentElement.dataset.tip = title.textContent;
  title.remove();
}
const rowText = (svg, event) => {
  const place = svg.getBoundingClientRect();
  const x = (event.clientX - place.left) / place.width * svg.viewBox.baseVal.width;
  const table = svg.closest("figure").querySelector("table");
  const row = table.tBodies[0].rows[Math.floor((x - svg.dataset.left) / svg.dataset.slot)];
  const named = (cell, column) => column ? `${table.tHead.rows[0].cells[column].textContent}: ${cell.textContent}` : cell.textContent;
  return row && [...row.cells].map(named).join("\n");
};
document.addEventListener("pointermove", (event) => {
  const svg = event.target.closest("svg[data-slot]");
  const shown = event.target.closest("[data-tip]")?.dataset.tip ?? (svg && rowText(svg, event));
  tip.hidden = !shown;
  if (!shown) return;
  tip.textContent = shown;
  const left = Math.min(event.clientX - tip.offsetWidth / 2, document.documentElement.clientWidth - tip.offsetWidth - 4);
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, event.clientY - tip.offsetHeight - 14)}px`;
});
document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
