/* Pickers of the draft's forms: the fold lists the selected options, and a field filters the options while typing. */
"use strict";

(function () {
  /* Folds text as coi/text/folding.py does: without accents, case, hyphens and apostrophes. */
  function fold(text) {
    return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}_]+/gu, " ").trim();
  }

  function tell(picker) {
    const says = picker.querySelector("[data-says]");
    const ticked = Array.from(picker.querySelectorAll("input:checked")).map((each) => picker.querySelector(`label[for="${CSS.escape(each.id)}"]`).textContent.trim());
    says.textContent = ticked.length ? ticked.join("; ") : says.dataset.none;
  }

  function filter(picker, typed) {
    const wanted = fold(typed).split(" ").filter(Boolean);
    let shown = 0;
    picker.querySelectorAll("[data-words]:not([data-found])").forEach((each) => {
      /* Words of other countries are listed only once something is typed. */
      const waits = !wanted.length && each.matches("[data-elsewhere]") && !each.querySelector("input:checked");
      each.hidden = waits || !wanted.every((word) => each.dataset.words.includes(word));
      if (!each.hidden) shown += 1;
    });
    picker.querySelectorAll("[data-group]").forEach((group) => {
      group.hidden = !group.querySelector("[data-words]:not([hidden])");
    });
    const found = picker.querySelector("[data-found]");
    found.textContent = wanted.length ? found.dataset.words.replace("%s", String(shown)) : "";
  }

  document.addEventListener("change", (event) => {
    const picker = event.target.closest("[data-picker]");
    if (picker && event.target.matches("input[type=checkbox]")) tell(picker);
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-find]")) filter(event.target.closest("[data-picker]"), event.target.value);
  });
  document.addEventListener("keydown", (event) => {
    /* Otherwise Enter in the filter field would send the form. */
    if (event.target.matches("[data-find]") && event.key === "Enter") event.preventDefault();
  });
  document.addEventListener("toggle", (event) => {
    const picker = event.target;
    if (!(picker.matches && picker.matches("[data-picker]") && picker.open)) return;
    const find = picker.querySelector("[data-find]");
    filter(picker, find.value);
    find.focus({ preventScroll: true });
  }, true);
})();
