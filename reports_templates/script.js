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
// The titles of marks in charts, at once and by touch; without a script the browser shows them after a while.
const tip = document.createElement("div");
tip.id = "tip";
tip.hidden = true;
tip.ariaHidden = "true";
document.body.append(tip);
const marks = [...document.querySelectorAll("svg[role=img] g > title")];
for (const title of marks) {
  const mark = title.parentElement;
  mark.dataset.tip = title.textContent;
  title.remove();
}
document.addEventListener("pointerover", (event) => {
  const mark = event.target.closest("[data-tip]");
  tip.hidden = !mark;
  if (!mark) return;
  tip.textContent = mark.dataset.tip;
  const place = mark.getBoundingClientRect();
  const left = place.left + place.width / 2 - tip.offsetWidth / 2;
  tip.style.left = `${Math.max(4, Math.min(left, document.documentElement.clientWidth - tip.offsetWidth - 4))}px`;
  tip.style.top = `${Math.max(4, place.top - tip.offsetHeight - 6)}px`;
});
document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
