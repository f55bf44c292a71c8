/* The intake: a link to a part of the case opens the page that contains it. Ctrl+Enter presses the main button. */
"use strict";
(function () {
  const id = decodeURIComponent(window.location.hash.slice(1));
  if (id && !document.getElementById(id)) {
    const link = Array.from(document.querySelectorAll("a[data-holds]")).find((each) => each.dataset.holds.split(" ").some((start) => start && ((id + "-").startsWith(start) || id.startsWith("id_" + start))));
    if (link) window.location.replace(link.href + window.location.hash);
  }
  document.addEventListener("keydown", (event) => {
    const form = event.target === document.body ? document.getElementById("intake") : event.target instanceof Element && event.target.closest("form#intake");
    if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-main]"));
    }
  });
})();

/* A row for the next place appears as soon as the last one names a place. */
(function () {
  const rows = document.getElementById("rows-places");
  const button = document.getElementById("add-places");
  if (!rows || !button || !window.htmx) return;
  let isAsked = false;
  rows.addEventListener("change", (event) => {
    const last = rows.lastElementChild;
    if (isAsked || !last.contains(event.target) || !event.target.matches("[data-place-search]") || !event.target.value.trim()) return;
    isAsked = true;
    const wanted = { source: button, target: rows, swap: "beforeend", values: { add: "places", quietly: "1" } };
    window.htmx.ajax("POST", button.getAttribute("hx-post"), wanted).finally(() => { isAsked = false; });
  });
})();
