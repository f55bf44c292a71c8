/* The folds of the case form say what is ticked in them, and close where something is. */
"use strict";

(function () {
  function tell(fold) {
    const count = fold.querySelector("[data-says]");
    const ticked = Array.from(fold.querySelectorAll("input:checked")).map((each) => fold.querySelector(`label[for="${CSS.escape(each.id)}"]`).textContent.trim());
    count.textContent = ticked.length ? ticked.join("; ") : count.dataset.none;
  }

  function begin(root) {
    root.querySelectorAll("details[data-ticked]").forEach(tell);
  }

  document.addEventListener("change", (event) => {
    const fold = event.target.closest("details[data-ticked]");
    if (fold) tell(fold);
  });
  document.addEventListener("htmx:load", (event) => begin(event.detail.elt || document.body));
  begin(document.body);
})();
