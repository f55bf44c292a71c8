/* The folds of the case form list the selected options, and are closed if something is selected. */
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

/* The intake: a link to a part of the case opens the step that contains it. Ctrl+Enter saves and continues. */
(function () {
  const id = decodeURIComponent(window.location.hash.slice(1));
  if (id && !document.getElementById(id)) {
    const link = Array.from(document.querySelectorAll("a[data-holds]")).find((each) => each.dataset.holds.split(" ").some((start) => start && (id.startsWith(start) || id.startsWith("id_" + start))));
    if (link) window.location.replace(link.href + window.location.hash);
  }
  document.addEventListener("keydown", (event) => {
    const form = event.target === document.body ? document.getElementById("intake") : event.target instanceof Element && event.target.closest("form#intake");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
})();
