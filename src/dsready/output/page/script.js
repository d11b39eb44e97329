"use strict";
// Adds a filter to the findings; the page is complete without it.
for (const bar of document.querySelectorAll(".filter")) {
  const input = bar.querySelector("input");
  const told = bar.querySelector("output");
  const rules = [...bar.parentElement.querySelectorAll(".rule")];
  const opened = new Map(rules.map((rule) => [rule, rule.querySelector("details").open]));
  bar.hidden = false;
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    for (const rule of rules) {
      const whole = rule.querySelector("h3, h4").textContent.toLowerCase().includes(wanted);
      let mine = 0;
      for (const item of rule.querySelectorAll(":scope > details > ul > li")) {
        item.hidden = !whole && !item.textContent.toLowerCase().includes(wanted);
        mine += item.hidden ? 0 : 1;
      }
      rule.hidden = mine === 0;
      rule.querySelector("details").open = wanted ? true : opened.get(rule);
      shown += mine;
    }
    told.textContent = wanted ? `${shown} shown` : "";
  });
}
